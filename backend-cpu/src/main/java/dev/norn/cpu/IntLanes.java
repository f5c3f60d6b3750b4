package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.Arrays;

/** Loops over integers. They index and select, a few a step: plain loops, which the JIT compiler vectorizes itself. */
final class IntLanes implements Lanes {

    @Override
    public Object newArray(int size) {
        return new int[size];
    }

    @Override
    public void unary(Unary op, Object a, int ao, Object d, int dO, int n) {
        int[] x = (int[]) a;
        int[] y = (int[]) d;
        switch (op) {
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = -x[ao + i];
                }
            }
            case ABS -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = Math.abs(x[ao + i]);
                }
            }
            case SIGN -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = Integer.signum(x[ao + i]);
                }
            }
            default -> throw new IllegalArgumentException(op + " is not defined on integers");
        }
    }

    @Override
    public void binary(Binary op, Object a, int ao, Object b, int bo, Object d, int dO, int n) {
        int[] x = (int[]) a;
        int[] z = (int[]) b;
        int[] y = (int[]) d;
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = x[ao + i] + z[bo + i];
                }
            }
            case EQUAL -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = x[ao + i] == z[bo + i] ? 1 : 0;
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    y[dO + i] = op.apply(x[ao + i], z[bo + i]);
                }
            }
        }
    }

    @Override
    public void where(Object c, int co, Object a, int ao, Object b, int bo, Object d, int dO, int n) {
        int[] condition = (int[]) c;
        int[] x = (int[]) a;
        int[] z = (int[]) b;
        int[] y = (int[]) d;
        for (int i = 0; i < n; i++) {
            y[dO + i] = condition[co + i] != 0 ? x[ao + i] : z[bo + i];
        }
    }

    @Override
    public void zeroBelow(double least, Object a, int ao, Object d, int dO, int n) {
        throw new AssertionError("integers are never too small");
    }

    @Override
    public void weightedSum(double p, Object a, int ao, double q, Object b, int bo, double least, Object d, int dO, int n) {
        throw new AssertionError("the weights of integers are not numbers of theirs");
    }

    @Override
    public void tanhGradient(Object g, int go, Object y, int yo, Object d, int dO, int n) {
        throw new AssertionError("integers have no gradients");
    }

    @Override
    public void sigmoidGradient(Object g, int go, Object y, int yo, Object d, int dO, int n) {
        throw new AssertionError("integers have no gradients");
    }

    @Override
    public void adam(Object w, int wo, Object m, int mo, Object s, int so, Object v, int vo, Object t, int to, Object e, int eo,
            double least, Object d, int dO, int n) {
        throw new AssertionError("integers are not trained");
    }

    @Override
    public void fill(double value, Object d, int dO, int n) {
        Arrays.fill((int[]) d, dO, dO + n, (int) value);
    }

    @Override
    public double get(Object a, int i) {
        return ((int[]) a)[i];
    }

    @Override
    public void gather(Object a, int ao, int stride, Object d, int dO, int n) {
        int[] from = (int[]) a;
        int[] to = (int[]) d;
        for (int i = 0; i < n; i++) {
            to[dO + i] = from[ao + i * stride];
        }
    }

    @Override
    public void expand(Object a, int ao, Object d, int dO, int rows, int cols) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill((int[]) d, dO + r * cols, dO + (r + 1) * cols, ((int[]) a)[ao + r]);
        }
    }

    @Override
    public void tile(Object a, int ao, Object d, int dO, int rows, int cols) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(a, ao, d, dO + r * cols, cols);
        }
    }

    @Override
    public void reduceRows(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO) {
        for (int r = 0; r < rows; r++) {
            ((int[]) d)[dO + r] = foldInts(kind, (int[]) a, ao + r * cols, cols);
        }
    }

    @Override
    public void reduceColumns(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO) {
        for (int r = 0; r < rows; r++) {
            binary(function(kind), d, dO, a, ao + r * cols, d, dO, cols);
        }
    }

    @Override
    public void fold(Reduction kind, Object a, int ao, int n, Object d, int at) {
        ((int[]) d)[at] = kind.apply(((int[]) d)[at], foldInts(kind, (int[]) a, ao, n));
    }

    private static Binary function(Reduction kind) {
        return switch (kind) {
            case SUM -> Binary.ADD;
            case MAX -> Binary.MAX;
            case MIN -> Binary.MIN;
        };
    }

    private static int foldInts(Reduction kind, int[] a, int ao, int n) {
        Binary fn = function(kind);
        int result = (int) kind.identity();
        for (int i = 0; i < n; i++) {
            result = fn.apply(result, a[ao + i]);
        }
        return result;
    }
}
