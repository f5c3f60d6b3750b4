package dev.norn.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Exponential, logarithm and what derives from them, with the same bits always. The Vector API has these functions too,
 * but takes them from {@link Math} in a method that is interpreted and from a native library in one that is compiled, so
 * that results would depend on when the JIT compiler gets to a method, and on the JDK. Here there are only operations that
 * IEEE 754 rounds correctly, comparisons, blends, and integer operations on the bits.
 *
 * <p>NaN, infinities, zeros and their signs come out as {@link Math} defines them, subnormal numbers are neither taken nor
 * given for zero, and each method says how far its results were seen to be off at most, in units in the last place (Muller's
 * definition): in single precision at each 29th bit pattern, in double precision at 3·10⁷ operands of all magnitudes.
 *
 * <p>The loops are as {@link FloatSimdOps} describes them, for ranges of one vector or more. Two of them hold the same
 * polynomial: a method for it that takes a vector would have to be inlined, lest objects be made, but after two or three
 * such functions the JIT compiler inlines nothing but the Vector API any more (NodeCountInliningCutoff).
 *
 * <p>Sources: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, for the reduction with a
 * constant in two parts; J.-M. Muller, "Elementary Functions", 3rd edition, 2016, chapters 3 and 11, for minimax
 * polynomials and the reduction; FreeBSD's msun, which is Sun's fdlibm, files e_log.c and e_logf.c, for the series of
 * the logarithm with its coefficients.
 */
@SuppressWarnings("cast") // of double to double, in the twin
final class FloatVectorMath {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int V = S.length();

    /** The bits of the fraction. */
    private static final int DIGITS = Float.SIZE == 32 ? 23 : 52;

    /** What the exponent is stored with. */
    private static final float BIAS = Float.SIZE == 32 ? 127 : 1023;

    /** 2 to the power {@link #DIGITS}. From here on there are only integers, at first one for each pattern of bits. */
    private static final float NO_FRACTION = (float) (Float.SIZE == 32 ? 0x1p23 : 0x1p52);

    /** Added to a small number of either sign, it leaves the nearest integer in the lowest bits, and zeros next to them. */
    private static final float ROUND = (float) 1.5 * NO_FRACTION;

    private static final float ONE = 1;
    private static final float HALF = (float) 0.5;

    /** The bits of 1, of √½, and of {@link #NO_FRACTION}. */
    private static final long ONE_BITS = Float.SIZE == 32 ? 0x3F800000L : 0x3FF0000000000000L;
    private static final long SQRT_HALF_BITS = Float.SIZE == 32 ? 0x3F3504F3L : 0x3FE6A09E667F3BCDL;
    private static final long NO_FRACTION_BITS = Float.SIZE == 32 ? 0x4B000000L : 0x4330000000000000L;

    private static final float LOG2_E = (float) 1.4426950408889634;

    /** The logarithm of 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = (float) (Float.SIZE == 32 ? 0x1.62e4p-1 : 0x1.62e42feep-1);
    private static final float LN2_LOW = (float) (Float.SIZE == 32 ? 0x1.7f7d1cp-20 : 0x1.a39ef35793c76p-33);

    /** Beyond these, exp is infinite and 0. Operands are limited to them, which bounds the exponent of the result. */
    private static final float EXP_HIGH = Float.SIZE == 32 ? 89 : 710;
    private static final float EXP_LOW = Float.SIZE == 32 ? -104 : -746;

    /** Beyond these, adding 1 to exp(x) does not change it, and exp(x) does not change the 1. */
    private static final float SUM_HIGH = 40;
    private static final float SUM_LOW = -40;

    /** Below it, expm1(x) is x. */
    private static final float TINY = Math.ulp(ONE) / 8;

    // (exp(r) - 1 - r) / r² ≈ E0 + E1·r + E2·r² + … for |r| up to ln(2)/2: minimax, by the algorithm of Remez, for the
    // relative error of exp(r) - 1. With the coefficients rounded, it is 2^-29.8 in float32 and 2^-55.2 in float64.
    private static final float E0 = (float) 0.5;
    private static final float E1 = (float) (Float.SIZE == 32 ? 0x1.555554p-3 : 0x1.555555555553ep-3);
    private static final float E2 = (float) (Float.SIZE == 32 ? 0x1.5554f2p-5 : 0x1.5555555553b15p-5);
    private static final float E3 = (float) (Float.SIZE == 32 ? 0x1.1111cap-7 : 0x1.1111111118cf8p-7);
    private static final float E4 = (float) (Float.SIZE == 32 ? 0x1.6d406ep-10 : 0x1.6c16c179fbe9bp-10);
    private static final float E5 = (float) (Float.SIZE == 32 ? 0x1.9fbdfap-13 : 0x1.a01a0171b3364p-13);
    private static final float E6 = (float) 0x1.a019b3a756ae6p-16;
    private static final float E7 = (float) 0x1.71de976dade89p-19;
    private static final float E8 = (float) 0x1.289759f0580f2p-22;
    private static final float E9 = (float) 0x1.ae49029892009p-26;

    // (log((1 + s) / (1 - s)) - 2s) / s³ ≈ L1 + L2·s² + L3·s⁴ + …, for (1 + s) / (1 - s) between √½ and √2.
    private static final float L1 = (float) (Float.SIZE == 32 ? 0xaaaaaa.0p-24 : 6.666666666666735130e-01);
    private static final float L2 = (float) (Float.SIZE == 32 ? 0xccce13.0p-25 : 3.999999999940941908e-01);
    private static final float L3 = (float) (Float.SIZE == 32 ? 0x91e9ee.0p-25 : 2.857142874366239149e-01);
    private static final float L4 = (float) (Float.SIZE == 32 ? 0xf89e26.0p-26 : 2.222219843214978396e-01);
    private static final float L5 = (float) 1.818357216161805012e-01;
    private static final float L6 = (float) 1.531383769920937332e-01;
    private static final float L7 = (float) 1.479819860511658591e-01;

    private FloatVectorMath() {}

    /** The exponential function; 1.1 ulp. */
    static void exp(float[] a, int ao, float[] d, int dO, int n) {
        exp(a, ao, d, dO, n, EXP_HIGH);
    }

    /** exp(x) - 1, exact near 0; 1.5 ulp in single precision, 2.1 in double precision. */
    static void expm1(float[] a, int ao, float[] d, int dO, int n) {
        expm1(a, ao, d, dO, n, 1, EXP_HIGH);
    }

    /** 1 / (1 + exp(-x)) = exp(x) / (exp(x) + 1); 2.5 ulp. */
    static void sigmoid(float[] a, int ao, float[] d, int dO, int n) {
        exp(a, ao, d, dO, n, SUM_HIGH);
        divideBySum(d, dO, n, 1);
    }

    /** The hyperbolic tangent, expm1(2x) / (expm1(2x) + 2); 2.7 ulp. */
    static void tanh(float[] a, int ao, float[] d, int dO, int n) {
        expm1(a, ao, d, dO, n, 2, SUM_HIGH);
        divideBySum(d, dO, n, 2);
    }

    /** x / (x + addend). */
    private static void divideBySum(float[] d, int dO, int n, float addend) {
        FloatVector last = FloatVector.fromArray(S, d, dO + n - V);
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, d, dO + i);
            x.div(x.add(addend)).intoArray(d, dO + i);
        }
        last.div(last.add(addend)).intoArray(d, dO + n - V);
    }

    /**
     * exp(min(x, high)). With x = k·ln 2 + r it is 2ᵏ·exp(r). The power is divided into two factors within the range, so
     * that nothing overflows or rounds to a subnormal number before the last product.
     */
    private static void exp(float[] a, int ao, float[] d, int dO, int n, float high) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n; i += V) {
            FloatVector x = i < n - V ? FloatVector.fromArray(S, a, ao + i) : last;
            x = x.blend(high, x.compare(VectorOperators.GT, high))
                    .blend(EXP_LOW, x.compare(VectorOperators.LT, EXP_LOW));

            FloatVector rounded = x.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, ROUND + 2 * BIAS));
            FloatVector k = rounded.sub(ROUND + 2 * BIAS);
            FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_LOW), k.fma(FloatVector.broadcast(S, -LN2_HIGH), x));
            FloatVector p = FloatVector.broadcast(S, Float.SIZE == 32 ? E5 : E9);
            if (Float.SIZE == 64) {
                p = p.fma(r, FloatVector.broadcast(S, E8)).fma(r, FloatVector.broadcast(S, E7))
                        .fma(r, FloatVector.broadcast(S, E6)).fma(r, FloatVector.broadcast(S, E5));
            }
            p = p.fma(r, FloatVector.broadcast(S, E4)).fma(r, FloatVector.broadcast(S, E3))
                    .fma(r, FloatVector.broadcast(S, E2)).fma(r, FloatVector.broadcast(S, E1))
                    .fma(r, FloatVector.broadcast(S, E0));
            p = p.fma(r.mul(r), r);

            // The lowest bits are 2·BIAS + k, the sum of the factors' biased exponents; shifted to their place, they are alone.
            var bits = rounded.viewAsIntegralLanes();
            var half = bits.lanewise(VectorOperators.LSHR, 1).lanewise(VectorOperators.LSHL, DIGITS);
            FloatVector factor = half.reinterpretAsFloats();
            p.fma(factor, factor).mul(bits.lanewise(VectorOperators.LSHL, DIGITS).sub(half).reinterpretAsFloats())
                    .intoArray(d, dO + Math.min(i, n - V));
        }
    }

    /**
     * expm1(min(factor·x, high)), the factor being a power of 2. With factor·x = k·ln 2 + r it is
     * 2ᵏ·(exp(r) - 1) + (2ᵏ - 1), and computed as twice the half, which does not overflow.
     */
    private static void expm1(float[] a, int ao, float[] d, int dO, int n, float factor, float high) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n; i += V) {
            FloatVector x = (i < n - V ? FloatVector.fromArray(S, a, ao + i) : last).mul(factor);
            x = x.blend(high, x.compare(VectorOperators.GT, high))
                    .blend(SUM_LOW, x.compare(VectorOperators.LT, SUM_LOW));

            // As in exp.
            FloatVector rounded = x.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, ROUND + (BIAS - 1)));
            FloatVector k = rounded.sub(ROUND + (BIAS - 1));
            FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_LOW), k.fma(FloatVector.broadcast(S, -LN2_HIGH), x));
            FloatVector p = FloatVector.broadcast(S, Float.SIZE == 32 ? E5 : E9);
            if (Float.SIZE == 64) {
                p = p.fma(r, FloatVector.broadcast(S, E8)).fma(r, FloatVector.broadcast(S, E7))
                        .fma(r, FloatVector.broadcast(S, E6)).fma(r, FloatVector.broadcast(S, E5));
            }
            p = p.fma(r, FloatVector.broadcast(S, E4)).fma(r, FloatVector.broadcast(S, E3))
                    .fma(r, FloatVector.broadcast(S, E2)).fma(r, FloatVector.broadcast(S, E1))
                    .fma(r, FloatVector.broadcast(S, E0));
            p = p.fma(r.mul(r), r);

            FloatVector power = rounded.viewAsIntegralLanes().lanewise(VectorOperators.LSHL, DIGITS).reinterpretAsFloats();
            // Zeros keep their sign so, and subnormal numbers the bit that their halves would lose.
            p.fma(power, power.sub(HALF)).mul(2).blend(x, x.abs().compare(VectorOperators.LT, TINY))
                    .intoArray(d, dO + Math.min(i, n - V));
        }
    }

    /**
     * The logarithm; 0.9 ulp. With x = 2ᵏ·(1 + f), 1 + f between √½ and √2, it is k·ln 2 + log(1 + f). As short as it can be:
     * in a longer loop HotSpot 17 makes objects of the vectors. (Hence no log1p and no erf here.)
     */
    static void log(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n; i += V) {
            FloatVector x = i < n - V ? FloatVector.fromArray(S, a, ao + i) : last;

            // A subnormal x is made normal first. The biased exponent is the one of x/√½, times a power of 2.
            var subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
            var bits = x.blend(x.mul(NO_FRACTION), subnormal).viewAsIntegralLanes();
            var biased = bits.lanewise(VectorOperators.ADD, ONE_BITS - SQRT_HALF_BITS).lanewise(VectorOperators.LSHR, DIGITS);
            FloatVector k = biased.lanewise(VectorOperators.ADD, NO_FRACTION_BITS).reinterpretAsFloats()
                    .sub(FloatVector.broadcast(S, NO_FRACTION + BIAS).blend(NO_FRACTION + BIAS + DIGITS, subnormal));
            FloatVector f = bits.sub(biased.lanewise(VectorOperators.LSHL, DIGITS).lanewise(VectorOperators.SUB, ONE_BITS))
                    .reinterpretAsFloats().sub(1);

            // With s = f / (f + 2), log(1 + f) = 2s + s³·p = f - (f²/2 - s·(f²/2 + s²·p)).
            FloatVector s = f.div(f.add(2));
            FloatVector z = s.mul(s);
            FloatVector p = FloatVector.broadcast(S, Float.SIZE == 32 ? L4 : L7);
            if (Float.SIZE == 64) {
                p = p.fma(z, FloatVector.broadcast(S, L6)).fma(z, FloatVector.broadcast(S, L5))
                        .fma(z, FloatVector.broadcast(S, L4));
            }
            p = p.fma(z, FloatVector.broadcast(S, L3)).fma(z, FloatVector.broadcast(S, L2))
                    .fma(z, FloatVector.broadcast(S, L1));
            FloatVector half = f.mul(f).mul(HALF);
            FloatVector tail = p.fma(z, half).fma(s, k.mul(LN2_LOW));
            FloatVector log = k.fma(FloatVector.broadcast(S, LN2_HIGH), f.sub(half.sub(tail)));

            // NaN and infinity are their own logarithms.
            x.blend(log, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY))
                    .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
                    .blend(Float.NaN, x.compare(VectorOperators.LT, 0))
                    .intoArray(d, dO + Math.min(i, n - V));
        }
    }
}
