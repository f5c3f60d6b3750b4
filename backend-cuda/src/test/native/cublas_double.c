/*
 * The double of cuBLAS: libcublas.so.12. Products in plain loops, column by column, in the stream of the handle. Wants
 * the double of the driver, which it finds beside it or already loaded.
 */
#include "double.h"

#include <stdlib.h>
#include <string.h>

enum {
    SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, ARCH_MISMATCH = 8, EXECUTION_FAILED = 13,
    INTERNAL_ERROR = 14, NOT_SUPPORTED = 15
};

#define MAGIC 0x6e6f726e63426c61ull

typedef struct handle {
    unsigned long long magic;
    CUstream stream;
    int pointer_mode, math_mode; /* pointer mode 0: scalars of the host, 1: of the device */
    int workspace; /* whether it was given one since the stream was set, which takes it away */
} *cublasHandle_t;

static int valid(const char *name, cublasHandle_t h) {
    if (!h || h->magic != MAGIC) {
        norn_double_says("%s: %p is not a handle of cuBLAS", name, (void *) h);
        return 0;
    }
    return 1;
}

int cublasCreate_v2(cublasHandle_t *result) {
    if (!result) {
        return INVALID_VALUE;
    }
    CUresult code = norn_double_may_allocate("cublasCreate_v2"); /* its workspace */
    if (code) {
        return code == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED ? ALLOC_FAILED : NOT_INITIALIZED;
    }
    *result = calloc(1, sizeof **result);
    (*result)->magic = MAGIC;
    return SUCCESS;
}

int cublasDestroy_v2(cublasHandle_t h) {
    if (!valid("cublasDestroy_v2", h)) {
        return NOT_INITIALIZED;
    }
    CUresult code = norn_double_may_allocate("cublasDestroy_v2");
    h->magic = 0; /* kept: a handle destroyed twice is noticed */
    return code ? INTERNAL_ERROR : SUCCESS;
}

#define HANDLE(h) \
    if (!valid(__func__, h)) { \
        return NOT_INITIALIZED; \
    }

int cublasSetStream_v2(cublasHandle_t h, CUstream stream) {
    HANDLE(h)
    h->stream = stream;
    h->workspace = 0;
    return SUCCESS;
}

int cublasGetStream_v2(cublasHandle_t h, CUstream *stream) {
    HANDLE(h)
    *stream = h->stream;
    return SUCCESS;
}

int cublasSetWorkspace_v2(cublasHandle_t h, void *workspace, size_t bytes) {
    HANDLE(h)
    if (bytes > 0 && (uintptr_t) workspace % 256 != 0) {
        norn_double_says("cublasSetWorkspace_v2: %p is not aligned to 256 bytes", workspace);
        return INVALID_VALUE;
    }
    if (bytes > 0 && !norn_double_is_allocated((CUdeviceptr) workspace, bytes)) {
        norn_double_says("cublasSetWorkspace_v2: %zu bytes at %p are not memory of the device", bytes, workspace);
        return INVALID_VALUE;
    }
    h->workspace = bytes > 0;
    return SUCCESS;
}

int cublasSetMathMode(cublasHandle_t h, int mode) {
    HANDLE(h)
    if ((mode & ~16) < 0 || (mode & ~16) > 3) {
        return INVALID_VALUE;
    }
    h->math_mode = mode;
    return SUCCESS;
}

int cublasGetMathMode(cublasHandle_t h, int *mode) {
    HANDLE(h)
    *mode = h->math_mode;
    return SUCCESS;
}

int cublasSetPointerMode_v2(cublasHandle_t h, int mode) {
    HANDLE(h)
    if (mode != 0 && mode != 1) {
        return INVALID_VALUE;
    }
    h->pointer_mode = mode;
    return SUCCESS;
}

int cublasGetPointerMode_v2(cublasHandle_t h, int *mode) {
    HANDLE(h)
    *mode = h->pointer_mode;
    return SUCCESS;
}

int cublasSetAtomicsMode(cublasHandle_t h, int mode) {
    HANDLE(h)
    return mode == 0 || mode == 1 ? SUCCESS : INVALID_VALUE;
}

int cublasGetVersion_v2(cublasHandle_t h, int *version) {
    HANDLE(h)
    *version = 120600;
    return SUCCESS;
}

#define STATUSES(S) \
    S(0, SUCCESS) S(1, NOT_INITIALIZED) S(3, ALLOC_FAILED) S(7, INVALID_VALUE) S(8, ARCH_MISMATCH) S(11, MAPPING_ERROR) \
    S(13, EXECUTION_FAILED) S(14, INTERNAL_ERROR) S(15, NOT_SUPPORTED)

const char *cublasGetStatusName(int status) {
    switch (status) {
#define S(number, name) case number: return "CUBLAS_STATUS_" #name;
        STATUSES(S)
#undef S
    default: return "unknown";
    }
}

const char *cublasGetStatusString(int status) {
    return cublasGetStatusName(status);
}

/* ---- products */

/* C = alpha op(A) op(B) + beta C, for batches; a gemv is a product with one column, its vectors with strides. */
struct product {
    const char *name;
    int wide; /* float64 */
    int tf32; /* operands are rounded to TF32 */
    int ta, tb, device;
    long m, n, k, lda, ldb, ldc, step_a, step_b, step_c, batches;
    CUdeviceptr a, b, c;
    double alpha, beta;
    CUdeviceptr alpha_at, beta_at;
};

/* Bytes from the first element of a matrix to its last. */
static size_t extent(long rows, long columns, long ld, size_t width) {
    return rows > 0 && columns > 0 ? ((size_t) (columns - 1) * ld + rows) * width : 0;
}

/* To the 10 bits of fraction that tensor cores take in TF32, ties away from zero; what is not finite stays. */
static float rounded_float(float x, int tf32) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (tf32 && (bits >> 23 & 0xff) != 0xff) {
        bits = (bits + 0x1000) & ~0x1fffu;
        memcpy(&x, &bits, sizeof x);
    }
    return x;
}

static double rounded_double(double x, int tf32) {
    (void) tf32;
    return x;
}

#define DEFINE_PRODUCT(T) \
    static void product_##T(const struct product *p, T alpha, T beta, const T *a, const T *b, T *c) { \
        T *copy = NULL; \
        long lda = p->lda; \
        if (p->ta || p->tf32) { /* so that columns can be added to columns, and rounded once */ \
            copy = malloc((size_t) p->m * p->k * sizeof(T) + 1); \
            for (long i = 0; i < p->m; i++) { \
                for (long l = 0; l < p->k; l++) { \
                    copy[l * p->m + i] = rounded_##T(p->ta ? a[i * lda + l] : a[l * lda + i], p->tf32); \
                } \
            } \
            a = copy; \
            lda = p->m; \
        } \
        T *sums = malloc(p->m * sizeof(T) + 1); \
        for (long j = 0; j < p->n; j++) { \
            for (long i = 0; i < p->m; i++) { \
                sums[i] = 0; \
            } \
            for (long l = 0; l < p->k && alpha != 0; l++) { \
                T factor = rounded_##T(p->tb ? b[l * p->ldb + j] : b[j * p->ldb + l], p->tf32); \
                const T *column = a + l * lda; \
                for (long i = 0; i < p->m; i++) { \
                    sums[i] += column[i] * factor; \
                } \
            } \
            for (long i = 0; i < p->m; i++) { \
                T *to = &c[j * p->ldc + i]; \
                *to = alpha * sums[i] + (beta == 0 ? 0 : beta * *to); \
            } \
        } \
        free(sums); \
        free(copy); \
    }
DEFINE_PRODUCT(float)
DEFINE_PRODUCT(double)

static CUresult run_product(const void *arguments) {
    struct product p;
    memcpy(&p, arguments, sizeof p);
    size_t width = p.wide ? 8 : 4;
    if (p.device) {
        if (!norn_double_live(p.name, p.alpha_at, width) || !norn_double_live(p.name, p.beta_at, width)) {
            return CUDA_ERROR_ILLEGAL_ADDRESS;
        }
        p.alpha = p.wide ? *(double *) p.alpha_at : *(float *) p.alpha_at;
        p.beta = p.wide ? *(double *) p.beta_at : *(float *) p.beta_at;
    }
    for (long i = 0; i < p.batches; i++) {
        CUdeviceptr a = p.a + i * p.step_a * width, b = p.b + i * p.step_b * width, c = p.c + i * p.step_c * width;
        size_t bytes_a = p.ta ? extent(p.k, p.m, p.lda, width) : extent(p.m, p.k, p.lda, width);
        size_t bytes_b = p.tb ? extent(p.n, p.k, p.ldb, width) : extent(p.k, p.n, p.ldb, width);
        if ((p.alpha != 0 && (!norn_double_live(p.name, a, bytes_a) || !norn_double_live(p.name, b, bytes_b)))
            || !norn_double_live(p.name, c, extent(p.m, p.n, p.ldc, width))) {
            return CUDA_ERROR_ILLEGAL_ADDRESS;
        }
        if (p.wide) {
            product_double(&p, p.alpha, p.beta, (const double *) a, (const double *) b, (double *) c);
        } else {
            product_float(&p, (float) p.alpha, (float) p.beta, (const float *) a, (const float *) b, (float *) c);
        }
    }
    return CUDA_SUCCESS;
}

static long at_least_one(long n) {
    return n > 1 ? n : 1;
}

/* Checks the arguments as cuBLAS does, and puts the product into the stream. */
static int product(cublasHandle_t h, struct product p, const void *alpha, const void *beta) {
    if (!valid(p.name, h)) {
        return NOT_INITIALIZED;
    }
    if (p.ta < 0 || p.ta > 2 || p.tb < 0 || p.tb > 2 || p.m < 0 || p.n < 0 || p.k < 0 || p.batches < 0 || !alpha || !beta
        || p.lda < at_least_one(p.ta ? p.k : p.m) || p.ldb < at_least_one(p.tb ? p.n : p.k) || p.ldc < at_least_one(p.m)) {
        norn_double_says("%s: transposed %d %d, m=%ld n=%ld k=%ld lda=%ld ldb=%ld ldc=%ld", p.name, p.ta, p.tb, p.m, p.n, p.k,
                         p.lda, p.ldb, p.ldc);
        return INVALID_VALUE;
    }
    if (!h->workspace && norn_double_may_allocate(p.name)) {
        norn_double_says("%s: captured without a workspace, which cuBLAS would allocate", p.name);
        return ALLOC_FAILED;
    }
    p.tf32 = !p.wide && (h->math_mode & ~16) == 3; /* CUBLAS_TF32_TENSOR_OP_MATH */
    p.device = h->pointer_mode;
    if (p.device) {
        p.alpha_at = (CUdeviceptr) alpha;
        p.beta_at = (CUdeviceptr) beta;
    } else {
        p.alpha = p.wide ? *(const double *) alpha : *(const float *) alpha;
        p.beta = p.wide ? *(const double *) beta : *(const float *) beta;
    }
    CUresult code = norn_double_enqueue(h->stream, p.name, run_product, &p, sizeof p);
    return code ? EXECUTION_FAILED : SUCCESS;
}

#define GEMM(function, T, is_wide) \
    int function(cublasHandle_t h, int ta, int tb, int m, int n, int k, const T *alpha, const T *a, int lda, const T *b, int ldb, \
             const T *beta, T *c, int ldc) { \
        return product(h, (struct product){.name = #function, .wide = is_wide, .ta = ta, .tb = tb, .m = m, .n = n, .k = k, \
                                           .lda = lda, .ldb = ldb, .ldc = ldc, .batches = 1, .a = (CUdeviceptr) a, \
                                           .b = (CUdeviceptr) b, .c = (CUdeviceptr) c}, alpha, beta); \
    }
GEMM(cublasSgemm_v2, float, 0)
GEMM(cublasDgemm_v2, double, 1)

#define BATCHED(function, T, is_wide) \
    int function(cublasHandle_t h, int ta, int tb, int m, int n, int k, const T *alpha, const T *a, int lda, long long step_a, \
             const T *b, int ldb, long long step_b, const T *beta, T *c, int ldc, long long step_c, int batches) { \
        return product(h, (struct product){.name = #function, .wide = is_wide, .ta = ta, .tb = tb, .m = m, .n = n, .k = k, \
                                           .lda = lda, .ldb = ldb, .ldc = ldc, .step_a = step_a, .step_b = step_b, \
                                           .step_c = step_c, .batches = batches, .a = (CUdeviceptr) a, \
                                           .b = (CUdeviceptr) b, .c = (CUdeviceptr) c}, alpha, beta); \
    }
BATCHED(cublasSgemmStridedBatched, float, 0)
BATCHED(cublasDgemmStridedBatched, double, 1)

/* y = alpha op(A) x + beta y: y is a row, x a column; op(A) is turned to come second, so that both have strides. */
#define GEMV(function, T, is_wide) \
    int function(cublasHandle_t h, int t, int rows, int columns, const T *alpha, const T *a, int lda, const T *x, int step_x, \
             const T *beta, T *y, int step_y) { \
        if (step_x < 1 || step_y < 1 || t < 0 || t > 2 || lda < at_least_one(rows)) { \
            norn_double_says("%s: transposed %d, lda=%d, strides %d and %d", #function, t, lda, step_x, step_y); \
            return INVALID_VALUE; \
        } \
        int m = t ? columns : rows, k = t ? rows : columns; \
        return product(h, (struct product){.name = #function, .wide = is_wide, .ta = 0, .tb = !t, .m = 1, .n = m, .k = k, \
                                           .lda = step_x, .ldb = lda, .ldc = step_y, .batches = 1, .a = (CUdeviceptr) x, \
                                           .b = (CUdeviceptr) a, .c = (CUdeviceptr) y}, alpha, beta); \
    }
GEMV(cublasSgemv_v2, float, 0)
GEMV(cublasDgemv_v2, double, 1)

/* All of one type, float (0) or double (1). */
int cublasGemmEx(cublasHandle_t h, int ta, int tb, int m, int n, int k, const void *alpha, const void *a, int type_a, int lda,
                 const void *b, int type_b, int ldb, const void *beta, void *c, int type_c, int ldc, int compute, int algorithm) {
    (void) algorithm;
    int wide = type_a == 1;
    /* CUBLAS_COMPUTE_32F, _PEDANTIC, _FAST_16F, _FAST_16BF, _FAST_TF32; CUBLAS_COMPUTE_64F, _PEDANTIC */
    int fits = wide ? compute == 70 || compute == 71 : compute == 68 || compute == 69 || compute == 74 || compute == 75 || compute == 77;
    if ((type_a != 0 && type_a != 1) || type_b != type_a || type_c != type_a || !fits) {
        norn_double_says("cublasGemmEx: types %d %d %d computed as %d are not in the double", type_a, type_b, type_c, compute);
        return NOT_SUPPORTED;
    }
    return product(h, (struct product){.name = "cublasGemmEx", .wide = wide, .ta = ta, .tb = tb, .m = m, .n = n, .k = k, .lda = lda,
                                       .ldb = ldb, .ldc = ldc, .batches = 1, .a = (CUdeviceptr) a, .b = (CUdeviceptr) b,
                                       .c = (CUdeviceptr) c}, alpha, beta);
}
