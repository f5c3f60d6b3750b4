/**
 * What accelerators share: a renderer from kernels to one C dialect that is valid OpenCL C and CUDA C, and a backend that
 * runs the rendered kernels over a narrow {@link dev.norn.device.Accelerator} interface.
 */
package dev.norn.device;
