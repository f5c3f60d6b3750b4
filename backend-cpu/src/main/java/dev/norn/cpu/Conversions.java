package dev.norn.cpu;

/** Loops from one element type to another. */
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
}
