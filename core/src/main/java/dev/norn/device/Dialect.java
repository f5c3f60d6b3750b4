package dev.norn.device;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import dev.norn.tensor.DType;
import java.util.Locale;

/**
 * The C dialect: what is said the same way in OpenCL C and CUDA C, and macros for the rest. Kernels are written in terms of
 * groups of items (work-groups of work-items; blocks of threads).
 */
final class Dialect {

    private Dialect() {}

    /** Goes before every kernel. */
    static final String PRELUDE = """
            #ifdef __OPENCL_VERSION__
            #ifdef cl_khr_fp64
            #pragma OPENCL EXTENSION cl_khr_fp64 : enable
            #endif
            #pragma OPENCL FP_CONTRACT OFF
            #define KERNEL(items) __kernel __attribute__((reqd_work_group_size(items, 1, 1)))
            #define DEVICE static inline
            #define GLOBAL __global
            #define LOCAL __local
            #define BARRIER barrier(CLK_LOCAL_MEM_FENCE)
            #define GROUP ((int) get_group_id(0))
            #define ITEM ((int) get_local_id(0))
            #define GROUP_SIZE ((int) get_local_size(0))
            typedef ulong norn_u64;
            typedef uint norn_u32;
            #else
            #define KERNEL(items) extern "C" __global__ __launch_bounds__(items)
            #define DEVICE static __device__ inline
            #define GLOBAL
            #define LOCAL __shared__
            #define BARRIER __syncthreads()
            #define GROUP ((int) blockIdx.x)
            #define ITEM ((int) threadIdx.x)
            #define GROUP_SIZE ((int) blockDim.x)
            typedef unsigned long long norn_u64;
            typedef unsigned int norn_u32;
            #endif

            // NaN propagates through MAX, MIN, RELU and SIGN, as in Java.
            #define N_MAX(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
            #define N_MIN(a, b) ((a) < (b) || (a) != (a) ? (a) : (b))
            #define N_RELU(x) ((x) > 0 || (x) != (x) ? (x) : 0)
            #define N_SIGN(x) ((x) > 0 ? 1 : (x) < 0 ? -1 : (x))
            #define N_ABS(x) fabs(x)
            #define N_FLOOR(x) floor(x)
            #define N_SQRT(x) sqrt(x)
            #define N_EXP(x) exp(x)
            #define N_EXPM1(x) expm1(x)
            #define N_LOG(x) log(x)
            #define N_LOG1P(x) log1p(x)
            #define N_SIN(x) sin(x)
            #define N_COS(x) cos(x)
            // Exactly 1 at infinity, which not every library has; from 20 on it is 1 in any type.
            #define N_TANH(x) ((x) > 20 ? 1 : (x) < -20 ? -1 : tanh(x))
            #define N_SIGMOID(x) (1 / (1 + exp(-(x))))
            #define N_ERF(x) erf(x)
            #define N_POW(a, b) pow(a, b)

            // Java's conversion to int: NaN is 0, what is too large is the largest.
            #define N_INT(x) ((x) != (x) ? 0 : (x) >= 2147483647 ? 2147483647 : (x) <= -2147483648.0f ? (-2147483647 - 1) : (int) (x))

            // x / 255, correctly rounded, as not every device's division is (see UnormsTest).
            DEVICE float norn_unorm8(unsigned char x) {
                const float q = x * 0.003921568859368563f;
                return fma(fma(-255.0f, q, (float) x), 0.003921568859368563f, q);
            }

            #define N_NAN (0.0f / 0.0f)
            #define N_INFINITY (1.0f / 0.0f)

            // Threefry-2x32, 20 rounds (Salmon et al. 2011): the block of a key and a counter, first word low.
            #define N_ROUND(r) x0 += x1; x1 = (x1 << r | x1 >> (32 - r)) ^ x0;
            DEVICE norn_u64 norn_threefry(norn_u32 k0, norn_u32 k1, norn_u32 c0, norn_u32 c1) {
                norn_u32 k2 = k0 ^ k1 ^ 0x1BD11BDAu;
                norn_u32 x0 = c0 + k0, x1 = c1 + k1;
                N_ROUND(13) N_ROUND(15) N_ROUND(26) N_ROUND(6)  x0 += k1; x1 += k2 + 1;
                N_ROUND(17) N_ROUND(29) N_ROUND(16) N_ROUND(24) x0 += k2; x1 += k0 + 2;
                N_ROUND(13) N_ROUND(15) N_ROUND(26) N_ROUND(6)  x0 += k0; x1 += k1 + 3;
                N_ROUND(17) N_ROUND(29) N_ROUND(16) N_ROUND(24) x0 += k1; x1 += k2 + 4;
                N_ROUND(13) N_ROUND(15) N_ROUND(26) N_ROUND(6)  x0 += k2; x1 += k0 + 5;
                return (norn_u64) x1 << 32 | x0;
            }
            #define N_UNIFORM_F32(u) ((float) ((norn_u32) (u) >> 8) * 5.9604644775390625e-8f)
            #define N_UNIFORM_F64(u) ((double) (((u) & 0xFFFFFFFFu) << 21 | (u) >> 43) * 1.1102230246251565e-16)
            """;

    /** The C name of an element type. */
    static String type(DType dtype) {
        return switch (dtype) {
            case F32 -> "float";
            case F64 -> "double";
            case I32 -> "int";
            case UNORM8 -> "unsigned char";
        };
    }

    /** A number, written so that it is read back exactly. */
    static String number(DType dtype, double value) {
        if (dtype == DType.I32) {
            return value == Integer.MIN_VALUE ? "(-2147483647 - 1)" : Integer.toString((int) value);
        }
        String text = Double.isNaN(value) ? "N_NAN"
                : Double.isInfinite(value) ? "N_INFINITY"
                : dtype == DType.F32 ? withPoint(Float.toString((float) Math.abs(value))) + "f"
                : withPoint(Double.toString(Math.abs(value)));
        boolean negative = Math.copySign(1, value) < 0 && !Double.isNaN(value);
        return (negative ? "-" : "") + (text.startsWith("N_") ? "(" + type(dtype) + ") " + text : text);
    }

    private static String withPoint(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** An elementwise operation on values of the names given. */
    static String compute(Op fn, DType result, DType operand, String... args) {
        if (fn instanceof Op.Where) {
            return args[0] + " != 0 ? " + args[1] + " : " + args[2];
        }
        if (fn instanceof Op.Cast) {
            return result == operand ? args[0]
                    : result == DType.I32 ? "N_INT(" + args[0] + ")" : "(" + type(result) + ") " + args[0];
        }
        if (fn instanceof Unary unary) {
            if (operand == DType.I32 && unary == Unary.ABS) {
                return args[0] + " < 0 ? -" + args[0] + " : " + args[0];
            }
            return unary.c().replace("$x", args[0]);
        }
        Binary binary = (Binary) fn;
        if (operand == DType.I32 && (binary == Binary.ADD || binary == Binary.SUB || binary == Binary.MUL)) {
            // Unsigned, where overflow is defined.
            return "(int) (" + binary.c().replace("$a", "(norn_u32) " + args[0]).replace("$b", "(norn_u32) " + args[1]) + ")";
        }
        return binary.c().replace("$a", args[0]).replace("$b", args[1]);
    }

    /** The fold of two values. */
    static String fold(Reduction reduction, String a, String b) {
        return switch (reduction) {
            case SUM -> a + " + " + b;
            case MAX -> "N_MAX(" + a + ", " + b + ")";
            case MIN -> "N_MIN(" + a + ", " + b + ")";
        };
    }
}
