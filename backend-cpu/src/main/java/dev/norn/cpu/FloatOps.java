package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;

/**
 * The loops that the CPU backend is made of, over ranges of float arrays. {@link FloatScalarOps} is plain Java; another
 * implementation with the Vector API stands in a package of its own, since the module may be absent.
 *
 * <p>A range is an array, an offset and a count. A destination may be the very same range as an operand, and must not
 * overlap one otherwise. Nothing outside the destination is written. Where a method says that it <em>over-reads</em>,
 * up to {@link #PADDING} elements after the end of an operand are read, without effect on the result: the arrays need
 * to have them.
 *
 * <p>Special values (NaN, infinities, zeros of either sign) come out as {@link Unary#apply} and {@link Binary#apply}
 * define them; otherwise results may differ from those by a few units in the last place. All implementations for vectors
 * of one length give the same bits, and what an element becomes does not depend on the range that it is computed in.
 *
 * <p>Implementations have no state: one can be shared among threads.
 */
public interface FloatOps {

    /** How many elements may be read, but not written, after the end of an operand. */
    int PADDING = 64;

    /**
     * The implementation with the Vector API.
     *
     * @throws IllegalStateException if the module jdk.incubator.vector is absent
     */
    static FloatOps simd() {
        return Kernels.simd(FloatOps.class, "FloatSimdOps");
    }

    /** d[i] = op(a[i]). */
    void unary(Unary op, float[] a, int ao, float[] d, int dO, int n);

    /** d[i] = op(a[i], b[i]). */
    void binary(Binary op, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n);

    /** d[i] = c[i] != 0 ? a[i] : b[i]; a NaN in c is not 0. */
    void where(float[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n);

    /** {@code d[i] = |a[i]| < least ? 0 : a[i]}; a NaN stays. */
    void zeroBelow(float least, float[] a, int ao, float[] d, int dO, int n);

    /** d[i] = p·a[i] + q·b[i], with the bits of two products and a sum; 0 where that is less than {@code least} in size. */
    void weightedSum(float p, float[] a, int ao, float q, float[] b, int bo, float least, float[] d, int dO, int n);

    /** d[i] = g[i]·(1 - y[i]·y[i]), with the bits of the operations one by one: the gradient of y = tanh x. */
    void tanhGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n);

    /** d[i] = g[i]·(y[i]·(1 - y[i])), with the bits of the operations one by one: the gradient of the sigmoid y. */
    void sigmoidGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n);

    /**
     * A step of Adam: {@code d[i] = w[i] - m[i]·s[i] / (√v[i]·t[i] + e[i])}, with the bits of the operations one by one; 0
     * where that is less than {@code least} in size. In the terms of Kingma and Ba, "Adam" (2015), algorithm 1: s is
     * α / (1 - β₁ᵗ), t is 1 / √(1 - β₂ᵗ), e is ε.
     */
    void adam(float[] w, int wo, float[] m, int mo, float[] s, int so, float[] v, int vo, float[] t, int to,
            float[] e, int eo, float least, float[] d, int dO, int n);

    /** The sum of n elements; 0 if there are none. The order of the additions depends on n alone. */
    double sum(float[] a, int ao, int n);

    /** The greatest of n elements; NaN if one is NaN, -∞ if there are none. */
    float max(float[] a, int ao, int n);

    /** The smallest of n elements; NaN if one is NaN, ∞ if there are none. */
    float min(float[] a, int ao, int n);

    /** Reduces each row of a matrix: a is [rows, cols], d is [rows]. */
    void reduceRows(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO);

    /** Reduces the columns of a matrix into what d holds: a is [rows, cols], d is [cols]; in the order of the rows. */
    void reduceColumns(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO);

    /** Fills each row with its value: a is [rows], d is [rows, cols]. */
    void expand(float[] a, int ao, float[] d, int dO, int rows, int cols);

    /** Repeats a row: a is [cols], d is [rows, cols]. */
    void tile(float[] a, int ao, float[] d, int dO, int rows, int cols);

    // The parts of a matrix product; FloatGemm puts them together. Destinations are scratch arrays: where a method says
    // that it spills, it writes up to PADDING elements after the end of a row, before it writes the next row.

    /** The greatest number of columns of op(A) that a tile takes at once. */
    int MAX_DEPTH = 272;

    /**
     * How far apart the rows of A lie for {@link #tileOfRows}. A constant, so that one address register serves all the
     * rows of a tile; more than {@link #MAX_DEPTH} for the spill, and not a power of two, lest all rows fall into one
     * cache set.
     */
    int ROW_STRIDE = MAX_DEPTH + PADDING;

    /** How many rows a tile has. */
    int TILE_ROWS = 12;

    /** How far apart the columns of A lie for {@link #tileOfColumns}: 12 would do, but costs a quarter of the speed. */
    int COLUMN_STRIDE = 16;

    /** How many columns a tile has at most, and so how wide B's panels are, if B has n columns. */
    int panelColumns(int n);

    /** How many rows A must have more than for packing a B of n columns to pay. */
    int rowsNotWorthPacking(int n);

    /** What the number of columns that a tile writes is a multiple of. */
    int lanes();

    /**
     * One tile of a product: C = init + A·B, all of {@link #TILE_ROWS} rows, and of the columns all up to the next
     * multiple of {@link #lanes}.
     *
     * @param k the columns of A, the rows of B; at most {@link #MAX_DEPTH}
     * @param a A's rows, {@link #ROW_STRIDE} apart
     * @param ldb how far apart the rows of B are; B is over-read
     * @param init what is added to: a row repeated if {@code ldi} is 0, or C itself
     * @param cols the columns of B; at most {@link #panelColumns}
     */
    void tileOfRows(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols);

    /** Like {@link #tileOfRows}, but with A's columns {@link #COLUMN_STRIDE} apart, each of {@link #TILE_ROWS} elements. */
    void tileOfColumns(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols);

    /**
     * Copies a matrix cut into panels of so many columns: the element at row r and column c goes to
     * {@code d[dO + c / width * panelStride + r * ldd + c % width]}. Row by row, so that one panel can be compacted in
     * place. Over-reads and, unless the width is a multiple of {@link #lanes}, spills.
     *
     * @param lda how far apart the rows of the source are
     * @param ldd how far apart the rows of a panel are
     */
    void pack(float[] a, int ao, int lda, int rows, int cols, float[] d, int dO, int width, int ldd, int panelStride);

    /** Transposes a matrix: a is [rows, cols] with rows lda apart, d is [cols, rows] with rows ldd apart. */
    void transpose(float[] a, int ao, int lda, float[] d, int dO, int ldd, int rows, int cols);

    /** d = A·x: a is [rows, cols], x is [cols], d is [rows]. */
    void matrixTimesVector(float[] a, int ao, int rows, int cols, float[] x, int xo, float[] d, int dO);

    /** d = x·A: x is [rows], a is [rows, cols] with rows lda apart, d is [cols]. Over-reads and spills. */
    void vectorTimesMatrix(float[] x, int xo, float[] a, int ao, int lda, int rows, int cols, float[] d, int dO);
}
