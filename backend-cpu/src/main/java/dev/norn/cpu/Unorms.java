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
