package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.Arrays;

/** {@link FloatOps} as {@link Lanes}. */
@SuppressWarnings("cast") // of double to double, in the twin
final class FloatLanes implements Lanes {

    private final FloatOps ops;

    FloatLanes(FloatOps ops) {
        this.ops = ops;
    }

    @Override
    public Object newArray(int size) {
        return new float[size];
    }

    @Override
    public void unary(Unary op, Object a, int ao, Object d, int dO, int n) {
        ops.unary(op, (float[]) a, ao, (float[]) d, dO, n);
    }

    @Override
    public void binary(Binary op, Object a, int ao, Object b, int bo, Object d, int dO, int n) {
        ops.binary(op, (float[]) a, ao, (float[]) b, bo, (float[]) d, dO, n);
    }

    @Override
    public void where(Object c, int co, Object a, int ao, Object b, int bo, Object d, int dO, int n) {
        ops.where((float[]) c, co, (float[]) a, ao, (float[]) b, bo, (float[]) d, dO, n);
    }

    // Below, no casts to float, which would be redundant in the F64 twin.

    @Override
    public void zeroBelow(double least, Object a, int ao, Object d, int dO, int n) {
        ops.zeroBelow(Double.valueOf(least).floatValue(), (float[]) a, ao, (float[]) d, dO, n);
    }

    @Override
    public void weightedSum(double p, Object a, int ao, double q, Object b, int bo, double least, Object d, int dO, int n) {
        ops.weightedSum(Double.valueOf(p).floatValue(), (float[]) a, ao, Double.valueOf(q).floatValue(), (float[]) b, bo,
                Double.valueOf(least).floatValue(), (float[]) d, dO, n);
    }

    @Override
    public void tanhGradient(Object g, int go, Object y, int yo, Object d, int dO, int n) {
        ops.tanhGradient((float[]) g, go, (float[]) y, yo, (float[]) d, dO, n);
    }

    @Override
    public void sigmoidGradient(Object g, int go, Object y, int yo, Object d, int dO, int n) {
        ops.sigmoidGradient((float[]) g, go, (float[]) y, yo, (float[]) d, dO, n);
    }

    @Override
    public void adam(Object w, int wo, Object m, int mo, Object s, int so, Object v, int vo, Object t, int to, Object e, int eo,
            double least, Object d, int dO, int n) {
        ops.adam((float[]) w, wo, (float[]) m, mo, (float[]) s, so, (float[]) v, vo, (float[]) t, to, (float[]) e, eo,
                Double.valueOf(least).floatValue(), (float[]) d, dO, n);
    }

    @Override
    public void fill(double value, Object d, int dO, int n) {
        Arrays.fill((float[]) d, dO, dO + n, Double.valueOf(value).floatValue());
    }

    @Override
    public double get(Object a, int i) {
        return ((float[]) a)[i];
    }

    @Override
    public void gather(Object a, int ao, int stride, Object d, int dO, int n) {
        float[] from = (float[]) a;
        float[] to = (float[]) d;
        for (int i = 0; i < n; i++) {
            to[dO + i] = from[ao + i * stride];
        }
    }

    @Override
    public void expand(Object a, int ao, Object d, int dO, int rows, int cols) {
        ops.expand((float[]) a, ao, (float[]) d, dO, rows, cols);
    }

    @Override
    public void tile(Object a, int ao, Object d, int dO, int rows, int cols) {
        ops.tile((float[]) a, ao, (float[]) d, dO, rows, cols);
    }

    @Override
    public void reduceRows(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO) {
        ops.reduceRows(kind, (float[]) a, ao, rows, cols, (float[]) d, dO);
    }

    @Override
    public void reduceColumns(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO) {
        ops.reduceColumns(kind, (float[]) a, ao, rows, cols, (float[]) d, dO);
    }

    @Override
    public void fold(Reduction kind, Object a, int ao, int n, Object d, int at) {
        float[] x = (float[]) a;
        float[] y = (float[]) d;
        switch (kind) {
            case SUM -> y[at] = (float) (y[at] + ops.sum(x, ao, n));
            case MAX -> y[at] = Math.max(y[at], ops.max(x, ao, n));
            case MIN -> y[at] = Math.min(y[at], ops.min(x, ao, n));
        }
    }
}
