package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;

/**
 * The loops over one element type, for callers that do not know which: arrays are {@code float[]}, {@code double[]} or
 * {@code int[]}. The terms are those of {@link FloatOps}.
 */
interface Lanes {

    Object newArray(int size);

    void unary(Unary op, Object a, int ao, Object d, int dO, int n);

    void binary(Binary op, Object a, int ao, Object b, int bo, Object d, int dO, int n);

    void where(Object c, int co, Object a, int ao, Object b, int bo, Object d, int dO, int n);

    /** {@link FloatOps#zeroBelow}; not for integers. */
    void zeroBelow(double least, Object a, int ao, Object d, int dO, int n);

    /** {@link FloatOps#weightedSum}; not for integers. */
    void weightedSum(double p, Object a, int ao, double q, Object b, int bo, double least, Object d, int dO, int n);

    /** {@link FloatOps#tanhGradient}; not for integers. */
    void tanhGradient(Object g, int go, Object y, int yo, Object d, int dO, int n);

    /** {@link FloatOps#sigmoidGradient}; not for integers. */
    void sigmoidGradient(Object g, int go, Object y, int yo, Object d, int dO, int n);

    /** {@link FloatOps#adam}; not for integers. */
    void adam(Object w, int wo, Object m, int mo, Object s, int so, Object v, int vo, Object t, int to, Object e, int eo,
            double least, Object d, int dO, int n);

    /** d[i] = value. */
    void fill(double value, Object d, int dO, int n);

    /** a[i], widened. */
    double get(Object a, int i);

    /** d[i] = a[ao + i·stride]. */
    void gather(Object a, int ao, int stride, Object d, int dO, int n);

    void expand(Object a, int ao, Object d, int dO, int rows, int cols);

    void tile(Object a, int ao, Object d, int dO, int rows, int cols);

    void reduceRows(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO);

    void reduceColumns(Reduction kind, Object a, int ao, int rows, int cols, Object d, int dO);

    /** d[at] = d[at] and all n elements folded into one. */
    void fold(Reduction kind, Object a, int ao, int n, Object d, int at);
}
