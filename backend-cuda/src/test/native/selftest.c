/*
 * Tests of the CUDA test double, linked with its three libraries: it works, and what is misused fails. Each misuse has a
 * process of its own where its error stays.
 */
#define _GNU_SOURCE
#include "double.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

CUresult cuInit(unsigned), cuDeviceGetName(char *, int, CUdevice), cuDevicePrimaryCtxRetain(CUcontext *, CUdevice),
    cuDevicePrimaryCtxRelease_v2(CUdevice), cuCtxSetCurrent(CUcontext), cuCtxSynchronize(void), cuCtxGetLimit(size_t *, int),
    cuCtxSetLimit(int, size_t), cuMemAlloc_v2(CUdeviceptr *, size_t), cuMemFree_v2(CUdeviceptr), cuMemAllocHost_v2(void **, size_t),
    cuMemFreeHost(void *), cuMemGetInfo_v2(size_t *, size_t *), cuMemcpyHtoD_v2(CUdeviceptr, const void *, size_t),
    cuMemcpyDtoH_v2(void *, CUdeviceptr, size_t), cuMemcpyHtoDAsync_v2(CUdeviceptr, const void *, size_t, CUstream),
    cuMemcpyDtoHAsync_v2(void *, CUdeviceptr, size_t, CUstream), cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, size_t, CUstream),
    cuMemsetD8_v2(CUdeviceptr, unsigned char, size_t), cuMemsetD32Async(CUdeviceptr, unsigned, size_t, CUstream),
    cuModuleLoadData(CUmodule *, const void *), cuModuleUnload(CUmodule), cuModuleGetFunction(CUfunction *, CUmodule, const char *),
    cuFuncGetAttribute(int *, int, CUfunction),
    cuLaunchKernel(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void **, void **),
    cuStreamCreate(CUstream *, unsigned), cuStreamDestroy_v2(CUstream), cuStreamSynchronize(CUstream), cuStreamQuery(CUstream),
    cuStreamBeginCapture_v2(CUstream, int), cuStreamEndCapture(CUstream, CUgraph *), cuStreamIsCapturing(CUstream, int *),
    cuGraphInstantiateWithFlags(CUgraphExec *, CUgraph, unsigned long long), cuGraphLaunch(CUgraphExec, CUstream),
    cuGraphExecDestroy(CUgraphExec), cuGraphDestroy(CUgraph), cuGraphGetNodes(CUgraph, void **, size_t *),
    cuEventCreate(CUevent *, unsigned), cuEventRecord(CUevent, CUstream), cuEventSynchronize(CUevent), cuEventQuery(CUevent),
    cuEventElapsedTime(float *, CUevent, CUevent), cuEventDestroy_v2(CUevent), cuGetErrorName(CUresult, const char **);
int nvrtcVersion(int *, int *), nvrtcCreateProgram(void **, const char *, const char *, int, const char *const *, const char *const *),
    nvrtcCompileProgram(void *, int, const char *const *), nvrtcDestroyProgram(void **), nvrtcGetProgramLogSize(void *, size_t *),
    nvrtcGetProgramLog(void *, char *), nvrtcGetCUBINSize(void *, size_t *), nvrtcGetCUBIN(void *, char *),
    nvrtcGetPTXSize(void *, size_t *), nvrtcGetPTX(void *, char *);
int cublasCreate_v2(void **), cublasDestroy_v2(void *), cublasSetStream_v2(void *, CUstream),
    cublasSetWorkspace_v2(void *, void *, size_t), cublasSetPointerMode_v2(void *, int),
    cublasSgemm_v2(void *, int, int, int, int, int, const float *, const void *, int, const void *, int, const float *, void *, int),
    cublasDgemm_v2(void *, int, int, int, int, int, const double *, const void *, int, const void *, int, const double *, void *, int),
    cublasSgemv_v2(void *, int, int, int, const float *, const void *, int, const void *, int, const float *, void *, int),
    cublasGemmEx(void *, int, int, int, int, int, const void *, const void *, int, int, const void *, int, int, const void *, void *,
                 int, int, int, int);

static int checks, failures;

static void expect(long expected, long actual, const char *what, int line) {
    checks++;
    if (expected != actual) {
        failures++;
        printf("selftest.c:%d: %s: %ld, not %ld\n", line, what, actual, expected);
    }
}
#define IS(expected, expression) expect(expected, (long) (expression), #expression, __LINE__)
#define OK(expression) IS(0, expression)

static CUcontext context;
static CUstream stream;
static CUmodule module;

static const char program[] =
    "#define KERNEL extern \"C\" __global__\n"
    "#define BARRIER __syncthreads()\n"
    "/* KERNEL void none() {} */ // KERNEL void none() {}\n"
    "KERNEL void add(float *a, const float *__restrict__ b, float factor, int n) {\n"
    "    const int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
    "    if (i >= n) return;\n"
    "    a[i] = a[i] + factor * b[i];\n"
    "}\n"
    "KERNEL void __launch_bounds__(256) sum(double *result, const double *x, int n) {\n"
    "    __shared__ double part[256];\n"
    "    double s = 0;\n"
    "    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) s += x[i];\n"
    "    part[threadIdx.x] = s;\n"
    "    BARRIER;\n"
    "    for (int span = blockDim.x / 2; span > 0; span /= 2) {\n"
    "        if (threadIdx.x < span) part[threadIdx.x] += part[threadIdx.x + span];\n"
    "        BARRIER;\n"
    "    }\n"
    "    if (threadIdx.x == 0) result[blockIdx.x] = part[0];\n"
    "}\n"
    "static __device__ inline float both(float x) { return exp(x) + fabs(-x) + sqrtf(x) + fmaf(x, x, 1.0f); }\n"
    "KERNEL void overloads(float *a, int *sizes) {\n"
    "    float x = a[0]; a[1] = both(x); sizes[0] = sizeof(exp(x)); sizes[1] = sizeof(pow(1.0, 2.0)); sizes[2] = sizeof(log1p(x));\n"
    "    sizes[3] = isnan(0.0f / 0.0f); sizes[4] = max(3, 4); sizes[5] = __float_as_int(1.0f);\n"
    "}\n"
    "KERNEL void poisoned(float *a) { __shared__ float s[3]; a[threadIdx.x] = s[threadIdx.x]; }\n"
    "KERNEL void past(float *a, int i) { a[i] = 1; }\n"
    "KERNEL void divergent(float *a) { if (threadIdx.x < 2) BARRIER; a[threadIdx.x] = 1; }\n"
    "KERNEL void divides(int *a) { a[0] = 7 / a[1]; }\n"
    "KERNEL void nothing() {}\n"
    "__global__ void mangled(float *a) {}\n";

static char *build(const char *text, const char *arch, int ptx, char **log) {
    void *p;
    const char *options[] = {arch, "--std=c++17", "--fmad=false"};
    size_t size = 0;
    char *image = NULL;
    OK(nvrtcCreateProgram(&p, text, "test.cu", 0, NULL, NULL));
    int code = nvrtcCompileProgram(p, 3, options);
    nvrtcGetProgramLogSize(p, &size);
    *log = malloc(size);
    nvrtcGetProgramLog(p, *log);
    if (code == 0) {
        OK(ptx ? nvrtcGetPTXSize(p, &size) : nvrtcGetCUBINSize(p, &size));
        image = malloc(size + 1);
        OK(ptx ? nvrtcGetPTX(p, image) : size > 0 ? nvrtcGetCUBIN(p, image) : 0);
    }
    OK(nvrtcDestroyProgram(&p));
    return image;
}

static CUfunction function(const char *name) {
    CUfunction f = NULL;
    OK(cuModuleGetFunction(&f, module, name));
    return f;
}

static CUdeviceptr alloc(size_t bytes) {
    CUdeviceptr p = 0;
    OK(cuMemAlloc_v2(&p, bytes));
    return p;
}

static size_t counter(int which) {
    size_t value = 0;
    OK(cuCtxGetLimit(&value, which));
    return value;
}

static CUresult launch(CUfunction f, int groups, int size, void **arguments) {
    return cuLaunchKernel(f, groups, 1, 1, size, 1, 1, 0, stream, arguments, NULL);
}

static void start(void) {
    char name[64];
    OK(cuInit(0));
    OK(cuDeviceGetName(name, sizeof name, 0));
    OK(strcmp(name, "CUDA test double"));
    OK(cuDevicePrimaryCtxRetain(&context, 0));
    OK(cuCtxSetCurrent(context));
    OK(cuStreamCreate(&stream, 1));
    char *log, *image = build(program, "--gpu-architecture=sm_90", 0, &log);
    if (!image) {
        printf("%s\n", log);
        exit(1);
    }
    OK(cuModuleLoadData(&module, image));
    free(image);
    free(log);
}

/* In a process of its own. */
static void apart(void (*test)(void)) {
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        setenv("NORN_CUDA_DOUBLE_QUIET", "1", 1);
        checks = failures = 0;
        start();
        test();
        fflush(stdout);
        _exit(failures > 250 ? 250 : failures);
    }
    int status;
    waitpid(child, &status, 0);
    checks++;
    if (status != 0) {
        failures++;
        printf("a test in a process of its own: status %#x\n", status);
    }
}

/* ---- what works */

static void kernels(void) {
    enum { N = 1000 };
    float x[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = 2 * i + 1;
    }
    CUdeviceptr a = alloc(sizeof x), b = alloc(sizeof y);
    OK(cuMemcpyHtoD_v2(a, x, sizeof x));
    OK(cuMemcpyHtoD_v2(b, y, sizeof y));
    float factor = 0.5f;
    int n = N;
    void *arguments[] = {&a, &b, &factor, &n};
    OK(launch(function("add"), 8, 128, arguments));
    struct { CUdeviceptr a, b; float factor; int n; } packed = {a, b, factor, n};
    size_t size = sizeof packed;
    void *extra[] = {(void *) 1, &packed, (void *) 2, &size, NULL};
    OK(cuLaunchKernel(function("add"), 8, 1, 1, 128, 1, 1, 0, stream, NULL, extra));
    OK(cuMemcpyDtoH_v2(y, a, sizeof y));
    for (int i = 0; i < N; i++) {
        IS(x[i] + (2 * i + 1), y[i]);
    }

    enum { M = 100003, BLOCKS = 7 };
    double *many = malloc(M * sizeof *many), sums[BLOCKS], total = 0;
    for (int i = 0; i < M; i++) {
        many[i] = i % 17;
        total += many[i];
    }
    CUdeviceptr values = alloc(M * sizeof *many), results = alloc(sizeof sums);
    OK(cuMemcpyHtoD_v2(values, many, M * sizeof *many));
    n = M;
    OK(launch(function("sum"), BLOCKS, 256, (void *[]){&results, &values, &n}));
    OK(cuMemcpyDtoH_v2(sums, results, sizeof sums));
    double sum = 0;
    for (int i = 0; i < BLOCKS; i++) {
        sum += sums[i];
    }
    IS(total, sum);
    int shared = 0;
    OK(cuFuncGetAttribute(&shared, 1, function("sum")));
    IS(2048, shared);
    OK(cuFuncGetAttribute(&shared, 1, function("add")));
    IS(0, shared);

    int sizes[6];
    CUdeviceptr s = alloc(sizeof sizes);
    x[0] = 2;
    OK(cuMemcpyHtoD_v2(a, x, 4));
    OK(launch(function("overloads"), 1, 1, (void *[]){&a, &s}));
    OK(cuMemcpyDtoH_v2(sizes, s, sizeof sizes));
    OK(cuMemcpyDtoH_v2(x, a, 8));
    IS(4, sizes[0]);
    IS(8, sizes[1]);
    IS(4, sizes[2]);
    IS(1, sizes[3]);
    IS(4, sizes[4]);
    IS(0x3f800000, sizes[5]);
    IS(1, fabsf(x[1] - (expf(2) + 2 + sqrtf(2) + 5)) < 1e-5f);

    OK(launch(function("poisoned"), 1, 3, (void *[]){&a}));
    OK(cuMemcpyDtoH_v2(x, a, 12));
    IS(1, isnan(x[0]) && isnan(x[2]));
    OK(launch(function("nothing"), 1, 1024, NULL));
    OK(cuCtxSynchronize());
    CUdeviceptr fresh = alloc(8);
    OK(cuMemcpyDtoH_v2(x, fresh, 8));
    IS(1, isnan(x[0]));
    CUdeviceptr all[] = {a, b, values, results, s, fresh};
    for (int i = 0; i < 6; i++) {
        OK(cuMemFree_v2(all[i]));
    }
    IS(0, counter(NORN_BYTES));
    free(many);
}

static void products(void) {
    void *h;
    OK(cublasCreate_v2(&h));
    OK(cublasSetStream_v2(h, stream));
    enum { M = 5, N = 7, K = 6, LD = 9 };
    float a[LD * LD], b[LD * LD], c[LD * LD], d[LD * LD];
    double wide[LD * LD], wide_c[LD * LD];
    for (int i = 0; i < LD * LD; i++) {
        a[i] = wide[i] = i % 11 - 5;
        b[i] = i % 7 - 3;
    }
    CUdeviceptr pa = alloc(sizeof a), pb = alloc(sizeof b), pc = alloc(sizeof c), pw = alloc(sizeof wide), pv = alloc(sizeof wide);
    OK(cuMemcpyHtoD_v2(pa, a, sizeof a));
    OK(cuMemcpyHtoD_v2(pb, b, sizeof b));
    OK(cuMemcpyHtoD_v2(pw, wide, sizeof wide));
    for (int t = 0; t < 8; t++) {
        int ta = t & 1, tb = t >> 1 & 1;
        float alpha = 2, beta = t >> 2 ? -0.5f : 0;
        for (int i = 0; i < LD * LD; i++) {
            c[i] = beta == 0 ? NAN : i; /* what beta = 0 does not read */
        }
        OK(cuMemcpyHtoD_v2(pc, c, sizeof c));
        if (t % 3 == 0) {
            OK(cublasGemmEx(h, ta, tb, M, N, K, &alpha, (void *) pa, 0, LD, (void *) pb, 0, LD, &beta, (void *) pc, 0, LD, 68, -1));
        } else {
            OK(cublasSgemm_v2(h, ta, tb, M, N, K, &alpha, (void *) pa, LD, (void *) pb, LD, &beta, (void *) pc, LD));
        }
        OK(cuMemcpyDtoH_v2(d, pc, sizeof d));
        double dalpha = 1, dbeta = 0;
        OK(cublasDgemm_v2(h, ta, tb, M, N, K, &dalpha, (void *) pw, LD, (void *) pw, LD, &dbeta, (void *) pv, LD));
        OK(cuMemcpyDtoH_v2(wide_c, pv, sizeof wide_c));
        for (int j = 0; j < N; j++) {
            for (int i = 0; i < M; i++) {
                float s = 0, w = 0;
                for (int l = 0; l < K; l++) {
                    float left = ta ? a[i * LD + l] : a[l * LD + i];
                    s += left * (tb ? b[l * LD + j] : b[j * LD + l]);
                    w += left * (tb ? a[l * LD + j] : a[j * LD + l]);
                }
                IS((long) (2 * (2 * s + (beta == 0 ? 0 : beta * c[j * LD + i]))), (long) (2 * d[j * LD + i]));
                IS(w, wide_c[j * LD + i]);
            }
        }
        if (!tb) { /* y = op(A) x, with strides 2 and 3 */
            float y[LD * 3];
            OK(cublasSgemv_v2(h, ta, M, N, &alpha, (void *) pa, LD, (void *) pb, 2, &(float){0}, (void *) pc, 3));
            OK(cuMemcpyDtoH_v2(y, pc, sizeof y));
            for (int i = 0; i < (ta ? N : M); i++) {
                float s = 0;
                for (int l = 0; l < (ta ? M : N); l++) {
                    s += (ta ? a[i * LD + l] : a[l * LD + i]) * b[2 * l];
                }
                IS(2 * s, y[3 * i]);
            }
        }
    }
    OK(cublasDestroy_v2(h));
}

static void graphs(void) {
    enum { N = 64 };
    float x[N], *host;
    CUdeviceptr a = alloc(sizeof x), b = alloc(sizeof x), c = alloc(sizeof x);
    OK(cuMemAllocHost_v2((void **) &host, sizeof x));
    OK(cuStreamBeginCapture_v2(stream, 2));
    int status;
    OK(cuStreamIsCapturing(stream, &status));
    IS(1, status);
    OK(cuMemcpyHtoDAsync_v2(b, host, sizeof x, stream));
    int n = N;
    float one = 1;
    OK(launch(function("add"), 1, N, (void *[]){&a, &b, &one, &n}));
    void *h;
    CUgraph graph;
    CUgraphExec exec;
    OK(cuMemcpyDtoDAsync_v2(c, a, sizeof x, stream));
    OK(cuStreamEndCapture(stream, &graph));
    size_t nodes = 0;
    OK(cuGraphGetNodes(graph, NULL, &nodes));
    IS(3, nodes);
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphDestroy(graph));
    OK(cuMemsetD8_v2(a, 0, sizeof x));
    size_t before = counter(NORN_KERNELS), allocations = counter(NORN_ALLOCATIONS);
    for (int i = 1; i <= 3; i++) {
        for (int j = 0; j < N; j++) {
            host[j] = i * j;
        }
        OK(cuGraphLaunch(exec, stream));
        OK(cuStreamSynchronize(stream));
    }
    IS(3, counter(NORN_KERNELS) - before);
    IS(allocations, counter(NORN_ALLOCATIONS));
    OK(cuMemcpyDtoH_v2(x, c, sizeof x));
    for (int i = 0; i < N; i++) {
        IS(6 * i, x[i]);
    }
    OK(cuGraphExecDestroy(exec));

    /* A product is captured; its scalars are copied. */
    OK(cublasCreate_v2(&h));
    OK(cublasSetStream_v2(h, stream));
    float alpha = 2, beta = 0;
    CUdeviceptr workspace = alloc(1024);
    IS(7, cublasSetWorkspace_v2(h, (void *) workspace, 2048));
    OK(cublasSetWorkspace_v2(h, (void *) workspace, 1024));
    OK(cuMemsetD32Async(a, 0x3f800000, N, stream));
    OK(cuStreamBeginCapture_v2(stream, 0));
    OK(cublasSgemm_v2(h, 0, 0, 4, 4, 4, &alpha, (void *) a, 4, (void *) a, 4, &beta, (void *) b, 4));
    OK(cuStreamEndCapture(stream, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    alpha = 100;
    OK(cuGraphLaunch(exec, stream));
    OK(cuMemcpyDtoH_v2(x, b, 64));
    IS(8, x[15]);

    /* What is asynchronous is not done before somebody waits. */
    host[0] = -1;
    OK(cuMemcpyDtoHAsync_v2(host, b, 4, stream));
    IS(-1, host[0]);
    IS(CUDA_ERROR_NOT_READY, cuStreamQuery(stream));
    OK(cuStreamQuery(stream));
    IS(8, host[0]);
    CUevent e, f;
    float ms;
    OK(cuEventCreate(&e, 0));
    OK(cuEventCreate(&f, 0));
    OK(cuEventRecord(e, stream));
    OK(cuEventRecord(f, stream));
    IS(CUDA_ERROR_NOT_READY, cuEventElapsedTime(&ms, e, f));
    OK(cuEventSynchronize(f));
    OK(cuEventElapsedTime(&ms, e, f));
    OK(cuEventQuery(e));
    OK(cuEventDestroy_v2(e));
    OK(cuMemFreeHost(host));
}

static void images(void) {
    char *log, *image = build(program, "-arch=compute_75", 1, &log);
    CUmodule m;
    CUfunction f;
    OK(cuModuleLoadData(&m, image));
    OK(cuModuleGetFunction(&f, m, "add"));
    OK(cuModuleUnload(m));
    IS(CUDA_ERROR_INVALID_HANDLE, launch(f, 1, 1, (void *[]){&m, &m, &m, &m}));
    IS(CUDA_ERROR_INVALID_HANDLE, cuModuleUnload(m));
    image = build("extern \"C\" __global__ void k() {}", "--gpu-architecture=sm_80", 0, &log);
    IS(CUDA_ERROR_NO_BINARY_FOR_GPU, cuModuleLoadData(&m, image));
    IS(CUDA_ERROR_INVALID_IMAGE, cuModuleLoadData(&m, "not an image, but long enough to be looked at for one ................"));
    IS(CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(&f, module, "nobody"));
    IS(CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(&f, module, "mangled"));
    IS(1, build("\n\nextern \"C\" __global__ void k() { wrong(); }", "--gpu-architecture=sm_90", 0, &log) == NULL);
    IS(1, strstr(log, "test.cu:3:") != NULL && strstr(log, "wrong") != NULL);
    IS(1, build("#include <cmath>\n", "--gpu-architecture=sm_90", 0, &log) == NULL);
    IS(1, build("", "--no-such-option", 0, &log) == NULL);
    IS(1, strstr(log, "unrecognized option") != NULL);
    IS(1, build("", "--gpu-architecture=sm_13", 0, &log) == NULL);
    /* Two dozen kernels and a function that waits, called by one that does not say so. */
    image = build("__device__ void wait() { __syncthreads(); }\nextern \"C\" __global__ void k(int *a) {\n"
                  "__shared__ int s; if (threadIdx.x == 1) s = 5; wait(); a[threadIdx.x] = s; }", "--gpu-architecture=sm_90", 0, &log);
    OK(cuModuleLoadData(&m, image));
    OK(cuModuleGetFunction(&f, m, "k"));
    int x[4];
    CUdeviceptr a = alloc(sizeof x);
    OK(launch(f, 1, 4, (void *[]){&a}));
    OK(cuMemcpyDtoH_v2(x, a, sizeof x));
    IS(5, x[0]);
    IS(5, x[3]);
}

/* ---- what is misused */

static void *elsewhere(void *result) {
    CUdeviceptr p;
    *(CUresult *) result = cuMemAlloc_v2(&p, 8);
    return NULL;
}

static void arguments(void) {
    CUdeviceptr a = alloc(400), b = 0;
    CUfunction add = function("add");
    float x[100] = {0};
    IS(CUDA_ERROR_INVALID_VALUE, launch(add, 0, 32, (void *[]){&a, &a, &a, &a}));
    IS(CUDA_ERROR_INVALID_VALUE, launch(add, 1, 0, (void *[]){&a, &a, &a, &a}));
    IS(CUDA_ERROR_INVALID_VALUE, launch(add, 1, 1025, (void *[]){&a, &a, &a, &a}));
    IS(CUDA_ERROR_INVALID_VALUE, launch(add, 1, 32, NULL));
    IS(CUDA_ERROR_INVALID_VALUE, launch(add, 1, 32, (void *[]){&a, &a, NULL, NULL}));
    size_t size = 16;
    IS(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, stream, NULL, (void *[]){(void *) 1, x, (void *) 2, &size, NULL}));
    size = 32;
    IS(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, stream, NULL, (void *[]){(void *) 1, x, (void *) 2, &size, NULL}));
    IS(CUDA_ERROR_INVALID_HANDLE, launch((CUfunction) module, 1, 1, NULL));
    IS(CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize((CUstream) module));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemAlloc_v2(&b, 0));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(a, x, 404));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2((CUdeviceptr) x, x, 4));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(a, (void *) a, 4));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2(x, (CUdeviceptr) x, 4));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2((void *) a, a, 4));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(a + 1, 0, 400));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(a + 4));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2((CUdeviceptr) x));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemFreeHost(x));
    OK(cuMemFree_v2(a));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(a));
    IS(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2(x, a, 4));
    size_t available, total;
    OK(cuMemGetInfo_v2(&available, &total));
    IS(total, available);
    IS(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&b, total + 1));
    OK(cuCtxSetLimit(NORN_SET_MEMORY, 1000));
    OK(cuMemAlloc_v2(&b, 600));
    IS(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc_v2(&a, 600));
    OK(cuCtxSetLimit(NORN_SET_MEMORY, total));
    CUresult other = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, elsewhere, &other);
    pthread_join(thread, NULL);
    IS(CUDA_ERROR_INVALID_CONTEXT, other);
    void *h;
    float one = 1;
    OK(cublasCreate_v2(&h));
    IS(7, cublasSgemm_v2(h, 0, 0, 4, 4, 4, &one, (void *) b, 3, (void *) b, 4, &one, (void *) b, 4));
    OK(cublasDestroy_v2(h));
    IS(1, cublasDestroy_v2(h));
    OK(cuStreamDestroy_v2(stream));
    IS(CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize(stream));
    OK(cuDevicePrimaryCtxRelease_v2(0));
    IS(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxSynchronize());
    IS(CUDA_ERROR_INVALID_CONTEXT, cuDevicePrimaryCtxRelease_v2(0));
    IS(600, counter(NORN_LEAKED));
}

static void captures(void) {
    CUdeviceptr a = alloc(400), b;
    float x[100] = {0};
    CUgraph graph;
    CUmodule m;
    void *h, *blas;
    float one = 1;
    OK(cublasCreate_v2(&blas));
    OK(cublasSetWorkspace_v2(blas, (void *) alloc(1024), 1024));
    OK(cublasSetStream_v2(blas, stream)); /* takes the workspace away */
    IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamBeginCapture_v2(NULL, 0));
    IS(CUDA_ERROR_ILLEGAL_STATE, cuStreamEndCapture(stream, &graph));
    for (int i = 0; i < 12; i++) {
        OK(cuStreamBeginCapture_v2(stream, i % 3));
        IS(CUDA_ERROR_ILLEGAL_STATE, cuStreamBeginCapture_v2(stream, 0));
        switch (i) {
        case 0: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAlloc_v2(&b, 8)); break;
        case 1: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemFree_v2(a)); break;
        case 2: IS(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, cuMemcpyHtoD_v2(a, x, 4)); break;
        case 3: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamSynchronize(stream)); break;
        case 4: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuCtxSynchronize()); break;
        case 5: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamQuery(stream)); break;
        case 6: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemcpyHtoDAsync_v2(a, x, 4, stream)); break;
        case 7: IS(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, cuMemsetD8_v2(a, 0, 4)); break;
        case 8: IS(3, cublasCreate_v2(&h)); break;
        case 9: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuModuleLoadData(&m, x)); break;
        case 10: IS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAllocHost_v2(&h, 8)); break;
        /* Without a workspace cuBLAS would allocate one. */
        case 11: IS(3, cublasSgemm_v2(blas, 0, 0, 4, 4, 4, &one, (void *) a, 4, (void *) a, 4, &one, (void *) a, 4)); break;
        }
        int status;
        OK(cuStreamIsCapturing(stream, &status));
        IS(2, status);
        IS(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, launch(function("nothing"), 1, 1, NULL));
        IS(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, &graph));
        IS(0, (long) graph);
    }
    OK(cuMemAlloc_v2(&b, 8));
    CUevent e;
    OK(cuEventCreate(&e, 0));
    OK(cuStreamBeginCapture_v2(stream, 0));
    OK(cuEventRecord(e, stream));
    OK(cuStreamEndCapture(stream, &graph));
    IS(CUDA_ERROR_CAPTURED_EVENT, cuEventSynchronize(e));
}

/* A fault shows when somebody waits, and stays until the context is gone. */
static void faults(CUresult code, CUfunction f, int size, void **values) {
    OK(launch(f, 1, size, values));
    IS(code, cuStreamSynchronize(stream));
    IS(code, cuCtxSynchronize());
    CUdeviceptr p;
    IS(code, cuMemAlloc_v2(&p, 8));
    IS(code, launch(f, 1, 1, values));
    OK(cuDevicePrimaryCtxRelease_v2(0));
    OK(cuDevicePrimaryCtxRetain(&context, 0));
    OK(cuCtxSetCurrent(context));
    OK(cuMemAlloc_v2(&p, 8));
}

static void freed_pointer(void) {
    CUdeviceptr a = alloc(400), b = alloc(400);
    int n = 1;
    OK(cuMemFree_v2(b));
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("add"), 1, (void *[]){&a, &b, &n, &n});
}

static void host_pointer(void) {
    float x[4];
    CUdeviceptr a = (CUdeviceptr) x;
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("poisoned"), 1, (void *[]){&a});
}

static void past_the_end(void) {
    CUdeviceptr a = alloc(1024);
    int i = 256;
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("past"), 1, (void *[]){&a, &i});
}

static void before_the_start(void) {
    CUdeviceptr a = alloc(4096);
    int i = -1;
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("past"), 1, (void *[]){&a, &i});
}

static void null_pointer(void) {
    CUdeviceptr a = 0;
    int i = 0;
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("past"), 1, (void *[]){&a, &i});
}

static void divergence(void) {
    CUdeviceptr a = alloc(400);
    faults(CUDA_ERROR_LAUNCH_FAILED, function("divergent"), 4, (void *[]){&a});
}

static void division(void) {
    CUdeviceptr a = alloc(400);
    OK(cuMemsetD8_v2(a, 0, 400));
    faults(CUDA_ERROR_LAUNCH_FAILED, function("divides"), 1, (void *[]){&a});
}

static void asked_for(void) {
    OK(cuCtxSetLimit(NORN_SET_FAULT, 2));
    OK(launch(function("nothing"), 1, 1, NULL));
    OK(cuCtxSynchronize());
    faults(CUDA_ERROR_ILLEGAL_ADDRESS, function("nothing"), 1, NULL);
}

/* A few bytes past the end are in the same page: noticed when it is freed. */
static void just_past_the_end(void) {
    CUdeviceptr a = alloc(4 * 5);
    int i = 5;
    OK(launch(function("past"), 1, 1, (void *[]){&a, &i}));
    OK(cuCtxSynchronize());
    IS(CUDA_ERROR_ILLEGAL_ADDRESS, cuMemFree_v2(a));
    IS(CUDA_ERROR_ILLEGAL_ADDRESS, cuCtxSynchronize());
}

/* A graph that is replayed after its memory was freed. */
static void stale_graph(void) {
    CUdeviceptr a = alloc(400);
    int i = 0;
    CUgraph graph;
    CUgraphExec exec;
    OK(cuStreamBeginCapture_v2(stream, 2));
    OK(launch(function("past"), 1, 1, (void *[]){&a, &i}));
    OK(cuStreamEndCapture(stream, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphLaunch(exec, stream));
    OK(cuMemFree_v2(a));
    OK(cuGraphLaunch(exec, stream));
    IS(CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
}

/* One whose module is gone. */
static void stale_function(void) {
    CUgraph graph;
    CUgraphExec exec;
    CUfunction nothing = function("nothing");
    OK(cuStreamBeginCapture_v2(stream, 2));
    OK(launch(nothing, 1, 1, NULL));
    OK(cuStreamEndCapture(stream, &graph));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuModuleUnload(module));
    OK(cuGraphLaunch(exec, stream));
    IS(CUDA_ERROR_LAUNCH_FAILED, cuStreamSynchronize(stream));
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

/* How long things take: selftest times. */
static void times(void) {
    start();
    double t = seconds();
    CUdeviceptr values = alloc(8 << 20), results = alloc(1 << 20);
    OK(cuMemsetD8_v2(values, 0, 8 << 20));
    int n = 1 << 20;
    OK(launch(function("sum"), 1000, 256, (void *[]){&results, &values, &n}));
    OK(cuCtxSynchronize());
    printf("1000 blocks of 256 threads, 10 barriers, %.1f ms\n", 1e3 * (seconds() - t));
    t = seconds();
    float one = 1;
    n = 1 << 20;
    OK(launch(function("add"), 4096, 256, (void *[]){&results, &values, &one, &(int){200000}}));
    OK(cuCtxSynchronize());
    printf("1 M threads without a barrier, %.1f ms\n", 1e3 * (seconds() - t));
    void *h;
    CUdeviceptr c = alloc(4 << 20);
    OK(cublasCreate_v2(&h));
    t = seconds();
    OK(cublasSgemm_v2(h, 0, 0, 512, 512, 512, &one, (void *) values, 512, (void *) values, 512, &(float){0}, (void *) c, 512));
    OK(cuCtxSynchronize());
    printf("a product of 512 x 512 x 512, %.1f ms\n", 1e3 * (seconds() - t));
    t = seconds();
    for (int i = 0; i < 1000; i++) {
        OK(cuMemFree_v2(alloc(1000)));
    }
    printf("1000 allocations, %.1f ms\n", 1e3 * (seconds() - t));
}

int main(int count, char **values) {
    if (count > 1 && strcmp(values[1], "times") == 0) {
        times();
        return 0;
    }
    CUdeviceptr p;
    setenv("NORN_CUDA_DOUBLE_QUIET", "1", 1);
    freopen("/dev/null", "w", stderr);
    IS(CUDA_ERROR_NOT_INITIALIZED, cuMemAlloc_v2(&p, 8));
    void (*const tests[])(void) = {kernels, products, graphs, images, arguments, captures, freed_pointer, host_pointer, past_the_end,
                                   before_the_start, null_pointer, divergence, division, asked_for, just_past_the_end, stale_graph,
                                   stale_function};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        apart(tests[i]);
    }
    int major = 0, minor = 0;
    OK(nvrtcVersion(&major, &minor));
    IS(12, major);
    printf("CUDA test double: %s\n", failures == 0 ? "all tests passed" : "TESTS FAILED");
    return failures != 0;
}
