/** The OpenCL backend, on LWJGL: discovery, memory, queue, compiler, and kernels for matrix products. */
package dev.norn.opencl;
