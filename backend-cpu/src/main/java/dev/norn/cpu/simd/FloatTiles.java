package dev.norn.cpu.simd;

import dev.norn.cpu.FloatOps;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernels of the matrix product: C = init + A·B for a tile of 12 rows and one or two vectors of columns (Van
 * Zee and van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality", ACM TOMS 41:3, 2015).
 *
 * <p>The tile stays in registers while k runs: 24 accumulators of the 32 registers that AVX-512 has, 12 of the 16 of
 * AVX2, where therefore only the kernels of one vector are used. For each k there are 2 loads from B and 12 broadcasts
 * from A for 24 multiply-adds, and a core can do two of either in a cycle. That leaves time enough for B to come from
 * the second-level cache even where its vectors straddle two lines, as they do in most arrays; with 8 rows that cost an
 * eighth of the speed.
 *
 * <p>The form is the one that the JIT compilers of JDK 17 and 25 make such a loop of. There are no helpers: were one
 * that takes vectors not inlined, every accumulator would become an object. A's elements have constant offsets from one
 * base: address registers for each row, with their bounds checks, cost a fifth of the speed. And C is added at the end:
 * if the sums begin with it, more is live before the loop, and addresses move through vector registers within it, at the
 * cost of a quarter. It is added by a multiplication with 1, since HotSpot 17 at times compiles the addition, which the
 * loop has none of, as a call that makes objects. All of C is read before any of it is written: where its rows are a
 * multiple of 4 KB apart that is 3 % faster; a processor seems to take a read for one of what was just written, and to wait.
 */
final class FloatTiles {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int V = S.length();
    private static final int ROW = FloatOps.ROW_STRIDE;
    private static final int COLUMN = FloatOps.COLUMN_STRIDE;

    private FloatTiles() {}

    // All four are this, with A's element at the two places that the names tell:
    //
    // for (int r = 0; r < 12; r++) {
    //     for (int j = 0; j < columns; j++) {
    //         float sum = 0;
    //         for (int p = 0; p < k; p++) {
    //             sum += A[r][p] * b[bo + p * ldb + j];
    //         }
    //         c[co + r * ldc + j] = init[io + r * ldi + j] + sum;
    //     }
    // }

    /** A[r][p] = a[ao + r * ROW + p], two vectors of columns. */
    static void rows2(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.zero(S);
        FloatVector c0y = FloatVector.zero(S);
        FloatVector c1x = FloatVector.zero(S);
        FloatVector c1y = FloatVector.zero(S);
        FloatVector c2x = FloatVector.zero(S);
        FloatVector c2y = FloatVector.zero(S);
        FloatVector c3x = FloatVector.zero(S);
        FloatVector c3y = FloatVector.zero(S);
        FloatVector c4x = FloatVector.zero(S);
        FloatVector c4y = FloatVector.zero(S);
        FloatVector c5x = FloatVector.zero(S);
        FloatVector c5y = FloatVector.zero(S);
        FloatVector c6x = FloatVector.zero(S);
        FloatVector c6y = FloatVector.zero(S);
        FloatVector c7x = FloatVector.zero(S);
        FloatVector c7y = FloatVector.zero(S);
        FloatVector c8x = FloatVector.zero(S);
        FloatVector c8y = FloatVector.zero(S);
        FloatVector c9x = FloatVector.zero(S);
        FloatVector c9y = FloatVector.zero(S);
        FloatVector c10x = FloatVector.zero(S);
        FloatVector c10y = FloatVector.zero(S);
        FloatVector c11x = FloatVector.zero(S);
        FloatVector c11y = FloatVector.zero(S);
        int q = bo;
        for (int p = ao; p < ao + k; p++) {
            FloatVector x = FloatVector.fromArray(S, b, q);
            FloatVector y = FloatVector.fromArray(S, b, q + V);
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            FloatVector a1 = FloatVector.broadcast(S, a[p + ROW]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2 * ROW]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            FloatVector a3 = FloatVector.broadcast(S, a[p + 3 * ROW]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
            FloatVector a4 = FloatVector.broadcast(S, a[p + 4 * ROW]);
            c4x = a4.fma(x, c4x);
            c4y = a4.fma(y, c4y);
            FloatVector a5 = FloatVector.broadcast(S, a[p + 5 * ROW]);
            c5x = a5.fma(x, c5x);
            c5y = a5.fma(y, c5y);
            FloatVector a6 = FloatVector.broadcast(S, a[p + 6 * ROW]);
            c6x = a6.fma(x, c6x);
            c6y = a6.fma(y, c6y);
            FloatVector a7 = FloatVector.broadcast(S, a[p + 7 * ROW]);
            c7x = a7.fma(x, c7x);
            c7y = a7.fma(y, c7y);
            FloatVector a8 = FloatVector.broadcast(S, a[p + 8 * ROW]);
            c8x = a8.fma(x, c8x);
            c8y = a8.fma(y, c8y);
            FloatVector a9 = FloatVector.broadcast(S, a[p + 9 * ROW]);
            c9x = a9.fma(x, c9x);
            c9y = a9.fma(y, c9y);
            FloatVector a10 = FloatVector.broadcast(S, a[p + 10 * ROW]);
            c10x = a10.fma(x, c10x);
            c10y = a10.fma(y, c10y);
            FloatVector a11 = FloatVector.broadcast(S, a[p + 11 * ROW]);
            c11x = a11.fma(x, c11x);
            c11y = a11.fma(y, c11y);
            q += ldb;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        c0x = c0x.fma(one, FloatVector.fromArray(S, init, io));
        c0y = c0y.fma(one, FloatVector.fromArray(S, init, io + V));
        c1x = c1x.fma(one, FloatVector.fromArray(S, init, io + ldi));
        c1y = c1y.fma(one, FloatVector.fromArray(S, init, io + ldi + V));
        c2x = c2x.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi));
        c2y = c2y.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi + V));
        c3x = c3x.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi));
        c3y = c3y.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi + V));
        c4x = c4x.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi));
        c4y = c4y.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi + V));
        c5x = c5x.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi));
        c5y = c5y.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi + V));
        c6x = c6x.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi));
        c6y = c6y.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi + V));
        c7x = c7x.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi));
        c7y = c7y.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi + V));
        c8x = c8x.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi));
        c8y = c8y.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi + V));
        c9x = c9x.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi));
        c9y = c9y.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi + V));
        c10x = c10x.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi));
        c10y = c10y.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi + V));
        c11x = c11x.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi));
        c11y = c11y.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi + V));
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + V);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + V);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + V);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + V);
        c4x.intoArray(c, co + 4 * ldc);
        c4y.intoArray(c, co + 4 * ldc + V);
        c5x.intoArray(c, co + 5 * ldc);
        c5y.intoArray(c, co + 5 * ldc + V);
        c6x.intoArray(c, co + 6 * ldc);
        c6y.intoArray(c, co + 6 * ldc + V);
        c7x.intoArray(c, co + 7 * ldc);
        c7y.intoArray(c, co + 7 * ldc + V);
        c8x.intoArray(c, co + 8 * ldc);
        c8y.intoArray(c, co + 8 * ldc + V);
        c9x.intoArray(c, co + 9 * ldc);
        c9y.intoArray(c, co + 9 * ldc + V);
        c10x.intoArray(c, co + 10 * ldc);
        c10y.intoArray(c, co + 10 * ldc + V);
        c11x.intoArray(c, co + 11 * ldc);
        c11y.intoArray(c, co + 11 * ldc + V);
    }

    /** A[r][p] = a[ao + p * COLUMN + r], two vectors of columns. */
    static void columns2(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.zero(S);
        FloatVector c0y = FloatVector.zero(S);
        FloatVector c1x = FloatVector.zero(S);
        FloatVector c1y = FloatVector.zero(S);
        FloatVector c2x = FloatVector.zero(S);
        FloatVector c2y = FloatVector.zero(S);
        FloatVector c3x = FloatVector.zero(S);
        FloatVector c3y = FloatVector.zero(S);
        FloatVector c4x = FloatVector.zero(S);
        FloatVector c4y = FloatVector.zero(S);
        FloatVector c5x = FloatVector.zero(S);
        FloatVector c5y = FloatVector.zero(S);
        FloatVector c6x = FloatVector.zero(S);
        FloatVector c6y = FloatVector.zero(S);
        FloatVector c7x = FloatVector.zero(S);
        FloatVector c7y = FloatVector.zero(S);
        FloatVector c8x = FloatVector.zero(S);
        FloatVector c8y = FloatVector.zero(S);
        FloatVector c9x = FloatVector.zero(S);
        FloatVector c9y = FloatVector.zero(S);
        FloatVector c10x = FloatVector.zero(S);
        FloatVector c10y = FloatVector.zero(S);
        FloatVector c11x = FloatVector.zero(S);
        FloatVector c11y = FloatVector.zero(S);
        int q = bo;
        for (int p = ao; p < ao + k * COLUMN; p += COLUMN) {
            FloatVector x = FloatVector.fromArray(S, b, q);
            FloatVector y = FloatVector.fromArray(S, b, q + V);
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            FloatVector a1 = FloatVector.broadcast(S, a[p + 1]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            FloatVector a3 = FloatVector.broadcast(S, a[p + 3]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
            FloatVector a4 = FloatVector.broadcast(S, a[p + 4]);
            c4x = a4.fma(x, c4x);
            c4y = a4.fma(y, c4y);
            FloatVector a5 = FloatVector.broadcast(S, a[p + 5]);
            c5x = a5.fma(x, c5x);
            c5y = a5.fma(y, c5y);
            FloatVector a6 = FloatVector.broadcast(S, a[p + 6]);
            c6x = a6.fma(x, c6x);
            c6y = a6.fma(y, c6y);
            FloatVector a7 = FloatVector.broadcast(S, a[p + 7]);
            c7x = a7.fma(x, c7x);
            c7y = a7.fma(y, c7y);
            FloatVector a8 = FloatVector.broadcast(S, a[p + 8]);
            c8x = a8.fma(x, c8x);
            c8y = a8.fma(y, c8y);
            FloatVector a9 = FloatVector.broadcast(S, a[p + 9]);
            c9x = a9.fma(x, c9x);
            c9y = a9.fma(y, c9y);
            FloatVector a10 = FloatVector.broadcast(S, a[p + 10]);
            c10x = a10.fma(x, c10x);
            c10y = a10.fma(y, c10y);
            FloatVector a11 = FloatVector.broadcast(S, a[p + 11]);
            c11x = a11.fma(x, c11x);
            c11y = a11.fma(y, c11y);
            q += ldb;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        c0x = c0x.fma(one, FloatVector.fromArray(S, init, io));
        c0y = c0y.fma(one, FloatVector.fromArray(S, init, io + V));
        c1x = c1x.fma(one, FloatVector.fromArray(S, init, io + ldi));
        c1y = c1y.fma(one, FloatVector.fromArray(S, init, io + ldi + V));
        c2x = c2x.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi));
        c2y = c2y.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi + V));
        c3x = c3x.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi));
        c3y = c3y.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi + V));
        c4x = c4x.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi));
        c4y = c4y.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi + V));
        c5x = c5x.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi));
        c5y = c5y.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi + V));
        c6x = c6x.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi));
        c6y = c6y.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi + V));
        c7x = c7x.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi));
        c7y = c7y.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi + V));
        c8x = c8x.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi));
        c8y = c8y.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi + V));
        c9x = c9x.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi));
        c9y = c9y.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi + V));
        c10x = c10x.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi));
        c10y = c10y.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi + V));
        c11x = c11x.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi));
        c11y = c11y.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi + V));
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + V);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + V);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + V);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + V);
        c4x.intoArray(c, co + 4 * ldc);
        c4y.intoArray(c, co + 4 * ldc + V);
        c5x.intoArray(c, co + 5 * ldc);
        c5y.intoArray(c, co + 5 * ldc + V);
        c6x.intoArray(c, co + 6 * ldc);
        c6y.intoArray(c, co + 6 * ldc + V);
        c7x.intoArray(c, co + 7 * ldc);
        c7y.intoArray(c, co + 7 * ldc + V);
        c8x.intoArray(c, co + 8 * ldc);
        c8y.intoArray(c, co + 8 * ldc + V);
        c9x.intoArray(c, co + 9 * ldc);
        c9y.intoArray(c, co + 9 * ldc + V);
        c10x.intoArray(c, co + 10 * ldc);
        c10y.intoArray(c, co + 10 * ldc + V);
        c11x.intoArray(c, co + 11 * ldc);
        c11y.intoArray(c, co + 11 * ldc + V);
    }

    /** A[r][p] = a[ao + r * ROW + p], one vector of columns. */
    static void rows1(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c4 = FloatVector.zero(S);
        FloatVector c5 = FloatVector.zero(S);
        FloatVector c6 = FloatVector.zero(S);
        FloatVector c7 = FloatVector.zero(S);
        FloatVector c8 = FloatVector.zero(S);
        FloatVector c9 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        int q = bo;
        for (int p = ao; p < ao + k; p++) {
            FloatVector x = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            c0 = a0.fma(x, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[p + ROW]);
            c1 = a1.fma(x, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2 * ROW]);
            c2 = a2.fma(x, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[p + 3 * ROW]);
            c3 = a3.fma(x, c3);
            FloatVector a4 = FloatVector.broadcast(S, a[p + 4 * ROW]);
            c4 = a4.fma(x, c4);
            FloatVector a5 = FloatVector.broadcast(S, a[p + 5 * ROW]);
            c5 = a5.fma(x, c5);
            FloatVector a6 = FloatVector.broadcast(S, a[p + 6 * ROW]);
            c6 = a6.fma(x, c6);
            FloatVector a7 = FloatVector.broadcast(S, a[p + 7 * ROW]);
            c7 = a7.fma(x, c7);
            FloatVector a8 = FloatVector.broadcast(S, a[p + 8 * ROW]);
            c8 = a8.fma(x, c8);
            FloatVector a9 = FloatVector.broadcast(S, a[p + 9 * ROW]);
            c9 = a9.fma(x, c9);
            FloatVector a10 = FloatVector.broadcast(S, a[p + 10 * ROW]);
            c10 = a10.fma(x, c10);
            FloatVector a11 = FloatVector.broadcast(S, a[p + 11 * ROW]);
            c11 = a11.fma(x, c11);
            q += ldb;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        c0 = c0.fma(one, FloatVector.fromArray(S, init, io));
        c1 = c1.fma(one, FloatVector.fromArray(S, init, io + ldi));
        c2 = c2.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi));
        c3 = c3.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi));
        c4 = c4.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi));
        c5 = c5.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi));
        c6 = c6.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi));
        c7 = c7.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi));
        c8 = c8.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi));
        c9 = c9.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi));
        c10 = c10.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi));
        c11 = c11.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi));
        c0.intoArray(c, co);
        c1.intoArray(c, co + ldc);
        c2.intoArray(c, co + 2 * ldc);
        c3.intoArray(c, co + 3 * ldc);
        c4.intoArray(c, co + 4 * ldc);
        c5.intoArray(c, co + 5 * ldc);
        c6.intoArray(c, co + 6 * ldc);
        c7.intoArray(c, co + 7 * ldc);
        c8.intoArray(c, co + 8 * ldc);
        c9.intoArray(c, co + 9 * ldc);
        c10.intoArray(c, co + 10 * ldc);
        c11.intoArray(c, co + 11 * ldc);
    }

    /** A[r][p] = a[ao + p * COLUMN + r], one vector of columns. */
    static void columns1(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c4 = FloatVector.zero(S);
        FloatVector c5 = FloatVector.zero(S);
        FloatVector c6 = FloatVector.zero(S);
        FloatVector c7 = FloatVector.zero(S);
        FloatVector c8 = FloatVector.zero(S);
        FloatVector c9 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        int q = bo;
        for (int p = ao; p < ao + k * COLUMN; p += COLUMN) {
            FloatVector x = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            c0 = a0.fma(x, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[p + 1]);
            c1 = a1.fma(x, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2]);
            c2 = a2.fma(x, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[p + 3]);
            c3 = a3.fma(x, c3);
            FloatVector a4 = FloatVector.broadcast(S, a[p + 4]);
            c4 = a4.fma(x, c4);
            FloatVector a5 = FloatVector.broadcast(S, a[p + 5]);
            c5 = a5.fma(x, c5);
            FloatVector a6 = FloatVector.broadcast(S, a[p + 6]);
            c6 = a6.fma(x, c6);
            FloatVector a7 = FloatVector.broadcast(S, a[p + 7]);
            c7 = a7.fma(x, c7);
            FloatVector a8 = FloatVector.broadcast(S, a[p + 8]);
            c8 = a8.fma(x, c8);
            FloatVector a9 = FloatVector.broadcast(S, a[p + 9]);
            c9 = a9.fma(x, c9);
            FloatVector a10 = FloatVector.broadcast(S, a[p + 10]);
            c10 = a10.fma(x, c10);
            FloatVector a11 = FloatVector.broadcast(S, a[p + 11]);
            c11 = a11.fma(x, c11);
            q += ldb;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        c0 = c0.fma(one, FloatVector.fromArray(S, init, io));
        c1 = c1.fma(one, FloatVector.fromArray(S, init, io + ldi));
        c2 = c2.fma(one, FloatVector.fromArray(S, init, io + 2 * ldi));
        c3 = c3.fma(one, FloatVector.fromArray(S, init, io + 3 * ldi));
        c4 = c4.fma(one, FloatVector.fromArray(S, init, io + 4 * ldi));
        c5 = c5.fma(one, FloatVector.fromArray(S, init, io + 5 * ldi));
        c6 = c6.fma(one, FloatVector.fromArray(S, init, io + 6 * ldi));
        c7 = c7.fma(one, FloatVector.fromArray(S, init, io + 7 * ldi));
        c8 = c8.fma(one, FloatVector.fromArray(S, init, io + 8 * ldi));
        c9 = c9.fma(one, FloatVector.fromArray(S, init, io + 9 * ldi));
        c10 = c10.fma(one, FloatVector.fromArray(S, init, io + 10 * ldi));
        c11 = c11.fma(one, FloatVector.fromArray(S, init, io + 11 * ldi));
        c0.intoArray(c, co);
        c1.intoArray(c, co + ldc);
        c2.intoArray(c, co + 2 * ldc);
        c3.intoArray(c, co + 3 * ldc);
        c4.intoArray(c, co + 4 * ldc);
        c5.intoArray(c, co + 5 * ldc);
        c6.intoArray(c, co + 6 * ldc);
        c7.intoArray(c, co + 7 * ldc);
        c8.intoArray(c, co + 8 * ldc);
        c9.intoArray(c, co + 9 * ldc);
        c10.intoArray(c, co + 10 * ldc);
        c11.intoArray(c, co + 11 * ldc);
    }
}
