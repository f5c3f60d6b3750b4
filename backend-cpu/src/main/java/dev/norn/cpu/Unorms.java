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
     * Widens a matrix cut into panels, like {@link FloatOps#pack}: x / 255 at row r and column c goes to
     * {@code d[dO + c / width * panelStride + r * ldd + c % width]}. Over-reads and spills up to {@link FloatOps#PADDING}
     * elements, row by row.
     *
     * @param ldx how far apart the rows of the source are
     * @param ldd how far apart the rows of a panel are
     */
    default void pack(byte[] x, int xo, int ldx, int rows, int cols, float[] d, int dO, int width, int ldd, int panelStride) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                d[dO + c / width * panelStride + r * ldd + c % width] = DType.level(x[xo + r * ldx + c]);
            }
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
        return Kernels.simd(Unorms.class, "SimdUnorms");
    }
}
