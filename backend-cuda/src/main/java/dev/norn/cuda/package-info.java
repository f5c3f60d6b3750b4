/** The CUDA backend, on JCuda: how the libraries are found and loaded on the machines that people have. */
package dev.norn.cuda;
