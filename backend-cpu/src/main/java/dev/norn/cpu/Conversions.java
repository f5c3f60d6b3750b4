package dev.norn.cpu;

import dev.norn.random.Threefry;

/** Loops from one element type to another, and those that make random numbers. */
final class Conversions {

    private Conversions() {}

    /** d[i] = a[i], converted as {@link dev.norn.tensor.DType#round} does it. */
    static void cast(Object a, int ao, Object d, int dO, int n) {
        if (a.getClass() == d.getClass()) {
            System.arraycopy(a, ao, d, dO, n);
        } else if (d instanceof float[] y) {
            if (a instanceof double[] x) {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = (float) x[ao + i];
                }
            } else {
                int[] x = (int[]) a;
                for (int i = 0; i < n; i++) {
                    y[dO + i] = x[ao + i];
                }
            }
        } else if (d instanceof double[] y) {
            if (a instanceof float[] x) {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = x[ao + i];
                }
            } else {
                int[] x = (int[]) a;
                for (int i = 0; i < n; i++) {
                    y[dO + i] = x[ao + i];
                }
            }
        } else {
            int[] y = (int[]) d;
            if (a instanceof float[] x) {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = (int) x[ao + i];
                }
            } else {
                double[] x = (double[]) a;
                for (int i = 0; i < n; i++) {
                    y[dO + i] = (int) x[ao + i];
                }
            }
        }
    }

    /** d[i] = the uniform number of the counter ({@code first + i·stride}, {@code counter}). */
    static void uniform(long seed, int counter, int first, int stride, Object d, int dO, int n) {
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        if (d instanceof float[] y) {
            for (int i = 0; i < n; i++) {
                y[dO + i] = Threefry.uniform24(Threefry.block(key0, key1, first + i * stride, counter));
            }
        } else {
            double[] y = (double[]) d;
            for (int i = 0; i < n; i++) {
                y[dO + i] = Threefry.uniform53(Threefry.block(key0, key1, first + i * stride, counter));
            }
        }
    }
}
