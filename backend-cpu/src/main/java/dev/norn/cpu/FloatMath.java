package dev.norn.cpu;

/**
 * Exponential, logarithm and what derives from them, one number at a time; {@code simd.FloatVectorMath} computes the same in
 * vectors, step by step, and so to the last bit. There are only operations that IEEE 754 rounds correctly, comparisons,
 * and integer operations on the bits: {@link Math} promises no more than an error bound, which lets results change from
 * one JDK to the next.
 *
 * <p>NaN, infinities, zeros and their signs come out as {@link Math} defines them, subnormal numbers are neither taken nor
 * given for zero, and each method says how far its results were seen to be off at most, in units in the last place (Muller's
 * definition): in single precision at each 29th bit pattern, in double precision at 3·10⁷ operands of all magnitudes.
 *
 * <p>Sources: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, for the reduction with a
 * constant in two parts; J.-M. Muller, "Elementary Functions", 3rd edition, 2016, chapters 3 and 11, for minimax
 * polynomials and the reduction; FreeBSD's msun, which is Sun's fdlibm, files e_log.c and e_logf.c, for the series of
 * the logarithm with its coefficients.
 */
@SuppressWarnings("cast") // of double to double, in the twin
public final class FloatMath {

    /** The bits of the fraction. */
    public static final int DIGITS = Float.SIZE == 32 ? 23 : 52;

    /** What the exponent is stored with. */
    public static final float BIAS = Float.SIZE == 32 ? 127 : 1023;

    /** 2 to the power {@link #DIGITS}. From here on there are only integers, at first one for each pattern of bits. */
    public static final float NO_FRACTION = (float) (Float.SIZE == 32 ? 0x1p23 : 0x1p52);

    /** Added to a small number of either sign, it leaves the nearest integer in the lowest bits, and zeros next to them. */
    public static final float ROUND = (float) 1.5 * NO_FRACTION;

    public static final float ONE = 1;
    public static final float HALF = (float) 0.5;

    /** The bits of 1, of √½, and of {@link #NO_FRACTION}. */
    public static final long ONE_BITS = Float.SIZE == 32 ? 0x3F800000L : 0x3FF0000000000000L;
    public static final long SQRT_HALF_BITS = Float.SIZE == 32 ? 0x3F3504F3L : 0x3FE6A09E667F3BCDL;
    public static final long NO_FRACTION_BITS = Float.SIZE == 32 ? 0x4B000000L : 0x4330000000000000L;

    public static final float LOG2_E = (float) 1.4426950408889634;

    /** The logarithm of 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    public static final float LN2_HIGH = (float) (Float.SIZE == 32 ? 0x1.62e4p-1 : 0x1.62e42feep-1);
    public static final float LN2_LOW = (float) (Float.SIZE == 32 ? 0x1.7f7d1cp-20 : 0x1.a39ef35793c76p-33);

    /** Beyond these, exp is infinite and 0. Operands are limited to them, which bounds the exponent of the result. */
    public static final float EXP_HIGH = Float.SIZE == 32 ? 89 : 710;
    public static final float EXP_LOW = Float.SIZE == 32 ? -104 : -746;

    /** Beyond these, adding 1 to exp(x) does not change it, and exp(x) does not change the 1. */
    public static final float SUM_HIGH = 40;
    public static final float SUM_LOW = -40;

    /** Below it, expm1(x) is x. */
    public static final float TINY = Math.ulp(ONE) / 8;

    // (exp(r) - 1 - r) / r² ≈ E0 + E1·r + E2·r² + … for |r| up to ln(2)/2: minimax, by the algorithm of Remez, for the
    // relative error of exp(r) - 1. With the coefficients rounded, it is 2^-29.8 in float32 and 2^-55.2 in float64.
    public static final float E0 = (float) 0.5;
    public static final float E1 = (float) (Float.SIZE == 32 ? 0x1.555554p-3 : 0x1.555555555553ep-3);
    public static final float E2 = (float) (Float.SIZE == 32 ? 0x1.5554f2p-5 : 0x1.5555555553b15p-5);
    public static final float E3 = (float) (Float.SIZE == 32 ? 0x1.1111cap-7 : 0x1.1111111118cf8p-7);
    public static final float E4 = (float) (Float.SIZE == 32 ? 0x1.6d406ep-10 : 0x1.6c16c179fbe9bp-10);
    public static final float E5 = (float) (Float.SIZE == 32 ? 0x1.9fbdfap-13 : 0x1.a01a0171b3364p-13);
    public static final float E6 = (float) 0x1.a019b3a756ae6p-16;
    public static final float E7 = (float) 0x1.71de976dade89p-19;
    public static final float E8 = (float) 0x1.289759f0580f2p-22;
    public static final float E9 = (float) 0x1.ae49029892009p-26;

    // (log((1 + s) / (1 - s)) - 2s) / s³ ≈ L1 + L2·s² + L3·s⁴ + …, for (1 + s) / (1 - s) between √½ and √2.
    public static final float L1 = (float) (Float.SIZE == 32 ? 0xaaaaaa.0p-24 : 6.666666666666735130e-01);
    public static final float L2 = (float) (Float.SIZE == 32 ? 0xccce13.0p-25 : 3.999999999940941908e-01);
    public static final float L3 = (float) (Float.SIZE == 32 ? 0x91e9ee.0p-25 : 2.857142874366239149e-01);
    public static final float L4 = (float) (Float.SIZE == 32 ? 0xf89e26.0p-26 : 2.222219843214978396e-01);
    public static final float L5 = (float) 1.818357216161805012e-01;
    public static final float L6 = (float) 1.531383769920937332e-01;
    public static final float L7 = (float) 1.479819860511658591e-01;

    private FloatMath() {}

    /** a·b + c, rounded once where the processor can. {@link Math#fma} alone would take a thousand times as long elsewhere. */
    static float fma(float a, float b, float c) {
        return Fma.FAST ? Math.fma(a, b, c) : a * b + c;
    }

    /** The exponential function; 1.1 ulp. */
    static float exp(float x) {
        return exp(x, EXP_HIGH);
    }

    /** exp(x) - 1, exact near 0; 1.5 ulp in single precision, 2.1 in double precision. */
    static float expm1(float x) {
        return expm1(x, EXP_HIGH);
    }

    /** 1 / (1 + exp(-x)) = exp(x) / (exp(x) + 1); 2.5 ulp. */
    static float sigmoid(float x) {
        float e = exp(x, SUM_HIGH);
        return e / (e + 1);
    }

    /** The hyperbolic tangent, expm1(2x) / (expm1(2x) + 2); 2.7 ulp. */
    static float tanh(float x) {
        float e = expm1(2 * x, SUM_HIGH);
        return e / (e + 2);
    }

    /**
     * exp(min(x, high)). With x = k·ln 2 + r it is 2ᵏ·exp(r). The power is divided into two factors within the range, so
     * that nothing overflows or rounds to a subnormal number before the last product.
     */
    private static float exp(float operand, float high) {
        float x = operand > high ? high : operand < EXP_LOW ? EXP_LOW : operand;
        float rounded = fma(x, LOG2_E, ROUND + 2 * BIAS);
        float k = rounded - (ROUND + 2 * BIAS);
        float p = expm1OfRemainder(fma(k, -LN2_LOW, fma(k, -LN2_HIGH, x)));

        // The lowest bits are 2·BIAS + k, the sum of the factors' biased exponents; shifted to their place, they are alone.
        var bits = Bits.of(rounded);
        var half = bits >>> 1 << DIGITS;
        float factor = Bits.number(half);
        return fma(p, factor, factor) * Bits.number((bits << DIGITS) - half);
    }

    /**
     * expm1(min(x, high)). With x = k·ln 2 + r it is 2ᵏ·(exp(r) - 1) + (2ᵏ - 1), and computed as twice the half, which does
     * not overflow.
     */
    private static float expm1(float operand, float high) {
        float x = operand > high ? high : operand < SUM_LOW ? SUM_LOW : operand;
        float rounded = fma(x, LOG2_E, ROUND + (BIAS - 1));
        float k = rounded - (ROUND + (BIAS - 1));
        float p = expm1OfRemainder(fma(k, -LN2_LOW, fma(k, -LN2_HIGH, x)));
        float power = Bits.number(Bits.of(rounded) << DIGITS);
        // Zeros keep their sign so, and subnormal numbers the bit that their halves would lose.
        return Math.abs(x) < TINY ? x : fma(p, power, power - HALF) * 2;
    }

    /** exp(r) - 1, for |r| up to ln(2)/2. */
    private static float expm1OfRemainder(float r) {
        float p = Float.SIZE == 32 ? E5 : fma(fma(fma(fma(E9, r, E8), r, E7), r, E6), r, E5);
        p = fma(fma(fma(fma(fma(p, r, E4), r, E3), r, E2), r, E1), r, E0);
        return fma(p, r * r, r);
    }

    /** The logarithm; 0.9 ulp. With x = 2ᵏ·(1 + f), 1 + f between √½ and √2, it is k·ln 2 + log(1 + f). */
    static float log(float x) {
        if (x == 0) {
            return Float.NEGATIVE_INFINITY;
        }
        // NaN and infinity are their own logarithms.
        if (!(x < Float.POSITIVE_INFINITY)) {
            return x;
        }
        if (x < 0) {
            return Float.NaN;
        }
        // A subnormal x is made normal first. The biased exponent is the one of x/√½, times a power of 2.
        boolean subnormal = x < Float.MIN_NORMAL;
        var bits = Bits.of(subnormal ? x * NO_FRACTION : x);
        var biased = Bits.plus(bits, ONE_BITS - SQRT_HALF_BITS) >>> DIGITS;
        float k = Bits.number(Bits.plus(biased, NO_FRACTION_BITS))
                - (subnormal ? NO_FRACTION + BIAS + DIGITS : NO_FRACTION + BIAS);
        float f = Bits.number(bits - Bits.plus(biased << DIGITS, -ONE_BITS)) - 1;

        // With s = f / (f + 2), log(1 + f) = 2s + s³·p = f - (f²/2 - s·(f²/2 + s²·p)).
        float s = f / (f + 2);
        float z = s * s;
        float p = Float.SIZE == 32 ? L4 : fma(fma(fma(L7, z, L6), z, L5), z, L4);
        p = fma(fma(fma(p, z, L3), z, L2), z, L1);
        float half = f * f * HALF;
        float tail = fma(fma(p, z, half), s, k * LN2_LOW);
        return fma(k, LN2_HIGH, f - (half - tail));
    }
}
