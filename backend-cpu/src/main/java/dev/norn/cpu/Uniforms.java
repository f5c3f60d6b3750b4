package dev.norn.cpu;

import dev.norn.random.Threefry;

/**
 * Loops that draw random numbers: element i is the uniform number of {@link Threefry} under the key {@code seed}, at the
 * counter ({@code first + i·stride}, {@code counter}). Integers only, so every implementation gives the same bits.
 */
public interface Uniforms {

    /** d[i] = {@link Threefry#uniform24}. */
    default void floats(long seed, int counter, int first, int stride, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            long block = Threefry.block((int) seed, (int) (seed >>> 32), first + i * stride, counter);
            d[dO + i] = Threefry.uniform24(block);
        }
    }

    /** d[i] = {@link Threefry#uniform53}. */
    default void doubles(long seed, int counter, int first, int stride, double[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            long block = Threefry.block((int) seed, (int) (seed >>> 32), first + i * stride, counter);
            d[dO + i] = Threefry.uniform53(block);
        }
    }

    /** Those of the type that {@code d} is an array of. */
    default void fill(long seed, int counter, int first, int stride, Object d, int dO, int n) {
        if (d instanceof float[] floats) {
            floats(seed, counter, first, stride, floats, dO, n);
        } else {
            doubles(seed, counter, first, stride, (double[]) d, dO, n);
        }
    }

    /** One number at a time. */
    static Uniforms scalar() {
        return new Uniforms() {};
    }

    /**
     * A vector of numbers at a time.
     *
     * @throws IllegalStateException if the module jdk.incubator.vector is absent
     */
    static Uniforms simd() {
        return Kernels.simd(Uniforms.class, "SimdUniforms");
    }
}
