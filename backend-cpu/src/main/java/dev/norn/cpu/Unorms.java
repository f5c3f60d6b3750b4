package dev.norn.cpu;

import dev.norn.tensor.DType;

/** Loops that make F32 of {@link DType#UNORM8}. Every implementation gives the same bits. */
public interface Unorms {

    /** d[i] = x[i] / 255, x unsigned. */
    default void widen(byte[] x, int xo, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            d[dO + i] = DType.level(x[xo + i]);
        }
    }

    /**
     * Widens a row cut in pieces: x[c] / 255 goes to {@code d[dO + c / width * stride + c % width]}. Up to
     * {@link FloatOps#PADDING} elements after the end of a piece are written, too, before the next piece is.
     */
    default void pack(byte[] x, int xo, int cols, float[] d, int dO, int width, int stride) {
        int to = dO;
        for (int c = 0; c < cols; c += width) {
            int n = Math.min(width, cols - c);
            for (int i = 0; i < n; i++) {
                d[to + i] = DType.level(x[xo + c + i]);
            }
            to += stride;
        }
    }

    /** One number at a time. */
    static Unorms scalar() {
        return new Unorms() {};
    }

    /**
     * A vector of numbers at a time.
     *
     * @throws IllegalStateException if the module jdk.incubator.vector is absent
     */
    static Unorms simd() {
        try {
            return (Unorms) Class.forName("dev.norn.cpu.simd.SimdUnorms").getConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException(
                    "the Vector API is not there: start java with --add-modules jdk.incubator.vector", e);
        }
    }
}
