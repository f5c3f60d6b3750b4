package dev.norn.cpu.simd;

import static dev.norn.cpu.FloatMath.*;

import dev.norn.cpu.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} a vector at a time, with the same bits. The Vector API has these functions too, but takes them from
 * {@link Math} in a method that is interpreted and from a native library in one that is compiled, so that results would
 * depend on when the JIT compiler gets to a method, and on the JDK.
 *
 * <p>The loops are as {@link FloatSimdOps} describes them, for ranges of one vector or more. Two of them hold the same
 * polynomial: a method for it that takes a vector would have to be inlined, lest objects be made, but after two or three
 * such functions the JIT compiler inlines nothing but the Vector API any more (NodeCountInliningCutoff).
 */
@SuppressWarnings("cast") // of double to double, in the twin
final class FloatVectorMath {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int V = S.length();

    private FloatVectorMath() {}

    /** The exponential function; 1.1 ulp. */
    static void exp(float[] a, int ao, float[] d, int dO, int n) {
        exp(a, ao, d, dO, n, EXP_HIGH, 0);
    }

    /** exp(x) - 1, exact near 0; 1.5 ulp in single precision, 2.1 in double precision. */
    static void expm1(float[] a, int ao, float[] d, int dO, int n) {
        expm1(a, ao, d, dO, n, 1, EXP_HIGH, 0);
    }

    /** 1 / (1 + exp(-x)) = exp(x) / (exp(x) + 1); 2.5 ulp. */
    static void sigmoid(float[] a, int ao, float[] d, int dO, int n) {
        exp(a, ao, d, dO, n, SUM_HIGH, 1);
    }

    /** The hyperbolic tangent, expm1(2x) / (expm1(2x) + 2); 2.7 ulp. */
    static void tanh(float[] a, int ao, float[] d, int dO, int n) {
        expm1(a, ao, d, dO, n, 2, SUM_HIGH, 2);
    }

    /**
     * exp(min(x, high)), and where the addend is not 0 that divided by the sum of itself and the addend: a division by itself
     * would take as long as half the rest, in the loop it is done beside it. With x = k·ln 2 + r it is 2ᵏ·exp(r). The power is divided into two factors within the range, so
     * that nothing overflows or rounds to a subnormal number before the last product.
     */
    private static void exp(float[] a, int ao, float[] d, int dO, int n, float high, float addend) {
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
            FloatVector e = p.fma(factor, factor)
                    .mul(bits.lanewise(VectorOperators.LSHL, DIGITS).sub(half).reinterpretAsFloats());
            if (addend != 0) {
                e = e.div(e.add(addend));
            }
            e.intoArray(d, dO + Math.min(i, n - V));
        }
    }

    /**
     * expm1(min(factor·x, high)), the factor being a power of 2, and the addend as in exp. With factor·x = k·ln 2 + r it is
     * 2ᵏ·(exp(r) - 1) + (2ᵏ - 1), and computed as twice the half, which does not overflow.
     */
    private static void expm1(float[] a, int ao, float[] d, int dO, int n, float factor, float high,
            float addend) {
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
            FloatVector e = p.fma(power, power.sub(HALF)).mul(2).blend(x, x.abs().compare(VectorOperators.LT, TINY));
            if (addend != 0) {
                e = e.div(e.add(addend));
            }
            e.intoArray(d, dO + Math.min(i, n - V));
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
