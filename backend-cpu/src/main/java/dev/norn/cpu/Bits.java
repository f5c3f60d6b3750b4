package dev.norn.cpu;

/** The bits of numbers as integers of the same length; under one name, so that float64 code can be made from float32 code. */
final class Bits {

    private Bits() {}

    static int of(float x) {
        return Float.floatToRawIntBits(x);
    }

    static long of(double x) {
        return Double.doubleToRawLongBits(x);
    }

    static float number(int bits) {
        return Float.intBitsToFloat(bits);
    }

    static double number(long bits) {
        return Double.longBitsToDouble(bits);
    }

    /** The sum, in the bits' own type. */
    static int plus(int bits, long addend) {
        return bits + (int) addend;
    }

    /** The sum, in the bits' own type. */
    static long plus(long bits, long addend) {
        return bits + addend;
    }
}
