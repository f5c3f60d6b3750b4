// Goes before every program that NVRTC's double compiles: what CUDA C++ has and C++ lacks. No header is included: it has
// to compile fast.

typedef unsigned long long norn_bits;
struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };
static uint3 threadIdx, blockIdx;
static dim3 blockDim, gridDim;
static const int warpSize = 32;

#define __global__ __attribute__((visibility("default"), used))
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __constant__ static const
// NORN_SHARED is another section for each kernel.
#define __shared__ static __attribute__((section(NORN_SHARED)))

static void (*norn_barrier)(int line);
#define __syncthreads() norn_barrier(__LINE__)
static inline void __threadfence() {}
static inline void __threadfence_block() {}

// Each function for float and for double, as CUDA has them.
#define NORN_1(name) \
    static inline float name(float x) { return __builtin_##name##f(x); } \
    static inline double name(double x) { return __builtin_##name(x); } \
    static inline float name##f(float x) { return __builtin_##name##f(x); }
#define NORN_2(name) \
    static inline float name(float x, float y) { return __builtin_##name##f(x, y); } \
    static inline double name(double x, double y) { return __builtin_##name(x, y); } \
    static inline float name##f(float x, float y) { return __builtin_##name##f(x, y); }
NORN_1(fabs) NORN_1(floor) NORN_1(ceil) NORN_1(trunc) NORN_1(round) NORN_1(rint) NORN_1(sqrt) NORN_1(cbrt)
NORN_1(exp) NORN_1(exp2) NORN_1(expm1) NORN_1(log) NORN_1(log2) NORN_1(log10) NORN_1(log1p)
NORN_1(sin) NORN_1(cos) NORN_1(tan) NORN_1(asin) NORN_1(acos) NORN_1(atan)
NORN_1(sinh) NORN_1(cosh) NORN_1(tanh) NORN_1(erf) NORN_1(erfc)
NORN_2(pow) NORN_2(fmod) NORN_2(atan2) NORN_2(fmin) NORN_2(fmax) NORN_2(copysign) NORN_2(hypot)
static inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
static inline double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
static inline float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
static inline float rsqrtf(float x) { return 1 / __builtin_sqrtf(x); }
static inline float rsqrt(float x) { return 1 / __builtin_sqrtf(x); }
static inline double rsqrt(double x) { return 1 / __builtin_sqrt(x); }
static inline bool isnan(float x) { return x != x; }
static inline bool isnan(double x) { return x != x; }
static inline bool isinf(float x) { return __builtin_isinf(x); }
static inline bool isinf(double x) { return __builtin_isinf(x); }
static inline bool isfinite(float x) { return __builtin_isfinite(x); }
static inline bool isfinite(double x) { return __builtin_isfinite(x); }
static inline int abs(int x) { return x < 0 ? -x : x; }
#define NORN_ORDER(t) \
    static inline t min(t x, t y) { return x < y ? x : y; } \
    static inline t max(t x, t y) { return x > y ? x : y; }
NORN_ORDER(int) NORN_ORDER(unsigned) NORN_ORDER(long long) NORN_ORDER(unsigned long long)
static inline float min(float x, float y) { return fmin(x, y); }
static inline float max(float x, float y) { return fmax(x, y); }
static inline double min(double x, double y) { return fmin(x, y); }
static inline double max(double x, double y) { return fmax(x, y); }
#define NORN_BITS(name, to, from) \
    static inline to name(from x) { to y; __builtin_memcpy(&y, &x, sizeof y); return y; }
NORN_BITS(__float_as_int, int, float) NORN_BITS(__int_as_float, float, int)
NORN_BITS(__float_as_uint, unsigned, float) NORN_BITS(__uint_as_float, float, unsigned)
NORN_BITS(__double_as_longlong, long long, double) NORN_BITS(__longlong_as_double, double, long long)
template <class T> static inline T __ldg(const T *p) { return *p; }
// One thread runs at a time.
#define NORN_ATOMIC(t) static inline t atomicAdd(t *p, t v) { t old = *p; *p = old + v; return old; }
NORN_ATOMIC(int) NORN_ATOMIC(unsigned) NORN_ATOMIC(unsigned long long) NORN_ATOMIC(float) NORN_ATOMIC(double)

// The table of kernels, as double.h declares it.
struct norn_parameter { unsigned short size, align; unsigned pointer; };
struct norn_kernel {
    const char *name;
    void (*function)();
    void (*call)(void (*function)(), void **arguments);
    const norn_parameter *parameters;
    unsigned count, barriers;
    char *shared, *shared_end;
};
struct norn_module {
    char magic[8];
    unsigned architecture, kernels;
    const norn_kernel *kernel;
    void *thread, *block, *block_size, *grid_size;
    void (**barrier)(int line);
};
template <class T> struct norn_type { static constexpr norn_parameter parameter = {sizeof(T), alignof(T), 0}; };
template <class T> struct norn_type<T *> { static constexpr norn_parameter parameter = {sizeof(T *), alignof(T *), 1}; };
template <class T> struct norn_type<T *__restrict> : norn_type<T *> {};
template <class T> struct norn_type<T *const> : norn_type<T *> {};
template <unsigned... I> struct norn_indices {};
template <class F> struct norn_signature;
template <class... A> struct norn_signature<void(A...)> {
    static constexpr unsigned count = sizeof...(A);
    static constexpr norn_parameter parameters[sizeof...(A) + 1] = {norn_type<A>::parameter..., {}};
    template <unsigned... I> static void apply(void (*f)(A...), void **a, norn_indices<I...>) { f(*(A *) a[I]...); }
    static void call(void (*f)(), void **a) { apply((void (*)(A...)) f, a, norn_indices<__integer_pack(sizeof...(A))...>()); }
};
#define NORN_SHARED_OF(i) \
    extern "C" __attribute__((weak, visibility("hidden"))) char __start_norn_shared_##i[], __stop_norn_shared_##i[];
#define NORN_KERNEL(f, i, barriers) \
    {#f, (void (*)()) f, norn_signature<decltype(f)>::call, norn_signature<decltype(f)>::parameters, \
     norn_signature<decltype(f)>::count, barriers, __start_norn_shared_##i, __stop_norn_shared_##i},
