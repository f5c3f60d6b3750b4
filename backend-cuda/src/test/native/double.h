/*
 * The CUDA test double: what its three libraries share.
 *
 * libcuda.so.1, libnvrtc.so.12 and libcublas.so.12 with the functions that Norn calls, for machines without an NVIDIA GPU.
 * Device memory is host memory, kernels are compiled by g++, and the threads of a block run one after another. What is
 * misused fails as CUDA makes it fail, or sooner; the reason goes to standard error.
 *
 * Work that CUDA may do later is done later: what a stream was given waits until something synchronizes with it, so
 * that a forgotten wait shows.
 *
 * Environment, read by cuInit:
 *   NORN_CUDA_DOUBLE_LOG=FILE       a line for every call of the driver
 *   NORN_CUDA_DOUBLE_MEMORY=BYTES   how much the device has; 2 GiB unless told
 *   NORN_CUDA_DOUBLE_FAULT=N        the N-th kernel that runs reads where nothing is
 *   NORN_CUDA_DOUBLE_CAPABILITY=90  the device's compute capability
 *   NORN_CUDA_DOUBLE_DRIVER=12060   the driver's version
 *   NORN_CUDA_DOUBLE_DEVICES=0      there is no device
 *   NORN_CUDA_DOUBLE_QUIET=1        nothing to standard error
 * and by the compiler:
 *   NORN_CUDA_DOUBLE_GXX=g++        what compiles kernels
 *   NORN_CUDA_DOUBLE_KEEP=1         its temporary files stay
 *
 * A function of the driver that is not here ends the process: "symbol lookup error".
 *
 * A test asks and tells the double itself by cuCtxGetLimit and cuCtxSetLimit, with the limits of enum norn_limit.
 */
#ifndef NORN_CUDA_DOUBLE_H
#define NORN_CUDA_DOUBLE_H

#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct context *CUcontext;
typedef struct module *CUmodule;
typedef struct function *CUfunction;
typedef struct stream *CUstream;
typedef struct event *CUevent;
typedef struct graph *CUgraph;
typedef struct exec *CUgraphExec;

/* The errors of the driver: number and name. */
#define CUDA_ERRORS(E) \
    E(0, SUCCESS, "no error") \
    E(1, ERROR_INVALID_VALUE, "invalid argument") \
    E(2, ERROR_OUT_OF_MEMORY, "out of memory") \
    E(3, ERROR_NOT_INITIALIZED, "initialization error") \
    E(100, ERROR_NO_DEVICE, "no CUDA-capable device is detected") \
    E(101, ERROR_INVALID_DEVICE, "invalid device ordinal") \
    E(200, ERROR_INVALID_IMAGE, "device kernel image is invalid") \
    E(201, ERROR_INVALID_CONTEXT, "invalid device context") \
    E(209, ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device") \
    E(215, ERROR_UNSUPPORTED_LIMIT, "limit is not supported on this architecture") \
    E(218, ERROR_INVALID_PTX, "a PTX JIT compilation failed") \
    E(400, ERROR_INVALID_HANDLE, "invalid resource handle") \
    E(401, ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state") \
    E(500, ERROR_NOT_FOUND, "named symbol not found") \
    E(600, ERROR_NOT_READY, "device not ready") \
    E(700, ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered") \
    E(701, ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch") \
    E(709, ERROR_CONTEXT_IS_DESTROYED, "context is destroyed") \
    E(713, ERROR_HOST_MEMORY_NOT_REGISTERED, "pointer does not correspond to a registered memory region") \
    E(719, ERROR_LAUNCH_FAILED, "unspecified launch failure") \
    E(801, ERROR_NOT_SUPPORTED, "operation not supported") \
    E(900, ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing") \
    E(901, ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture") \
    E(906, ERROR_STREAM_CAPTURE_IMPLICIT, "operation would make the legacy stream depend on a capturing blocking stream") \
    E(907, ERROR_CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream") \
    E(908, ERROR_STREAM_CAPTURE_WRONG_THREAD, "attempt to terminate a thread-local capture sequence from another thread")
#define E(number, name, text) CUDA_##name = number,
enum { CUDA_ERRORS(E) };
#undef E

/* What cuCtxGetLimit tells of the double, and cuCtxSetLimit tells it. */
enum norn_limit {
    NORN_ALLOCATIONS = 1000000, /* how many there were */
    NORN_FREES,
    NORN_BYTES,          /* allocated now */
    NORN_PEAK,           /* allocated at most; what is set is where it counts from */
    NORN_TO_DEVICE,      /* copies from the host */
    NORN_TO_HOST,        /* copies to the host */
    NORN_KERNELS,        /* kernels that ran, those of graphs included */
    NORN_LAUNCHES,       /* calls of cuLaunchKernel */
    NORN_GRAPH_LAUNCHES, /* calls of cuGraphLaunch */
    NORN_SYNCHRONIZES,   /* calls that waited */
    NORN_PRODUCTS,       /* calls of cuBLAS that compute, captured ones once */
    NORN_LEAKED,         /* bytes not freed when their context was destroyed */
    NORN_COUNTERS_END,
    NORN_SET_FAULT = 1000100, /* the n-th kernel from now faults; 0: none */
    NORN_SET_MEMORY           /* how much the device has */
};

/* What g++ makes of a program's text; device.h builds one, the loader reads it. */
struct norn_parameter {
    uint16_t size, align;
    uint32_t pointer;
};

struct norn_kernel {
    const char *name;
    void (*function)(void);
    void (*call)(void (*function)(void), void **arguments);
    const struct norn_parameter *parameters;
    uint32_t count, barriers;
    char *shared, *shared_end;
};

struct norn_dim {
    unsigned x, y, z;
};

struct norn_module {
    char magic[8]; /* "nornCUDA" */
    uint32_t architecture, kernels;
    const struct norn_kernel *kernel;
    struct norn_dim *thread, *block, *block_size, *grid_size;
    void (**barrier)(int line);
};

/* The driver's double, to the other two: all that is not of NVIDIA's. */

/* Puts a call into a stream, or into what it captures; the arguments are copied. */
CUresult norn_double_enqueue(CUstream stream, const char *name, CUresult (*run)(const void *arguments),
                             const void *arguments, size_t bytes);

/* While a call runs: whether memory is of the device and live; what is not is a fault. */
int norn_double_live(const char *name, CUdeviceptr at, size_t bytes);

/* Whether bytes are of the device and live; nothing happens if not. */
int norn_double_is_allocated(CUdeviceptr at, size_t bytes);

/* Whether this thread may make resources now: a context is current, nothing is captured. Says why not. */
CUresult norn_double_may_allocate(const char *name);

/* Says what was wrong. */
void norn_double_says(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
