package dev.norn.schedule;

import dev.norn.tensor.DType;

/**
 * The five things a backend can be asked to do. Kernels of a plan run in order; each sees what the ones before it wrote.
 * What one kernel reads and what it writes never overlap, with one exception: a store may go to exactly the place that a
 * load of the same body reads at the same point.
 */
public sealed interface Kernel {

    /** What is computed, and stored, at each point; null for {@link Gather}. */
    Body body();

    /**
     * op(A)·op(B), dense and row-major, and then the body at each element of the product ({@link Instr.Product}).
     * A is [m, k] or, transposed, [k, m]; B is [k, n] or [n, k]. The body's dimensions are [m, n]. k may be 0.
     */
    record MatMul(DType dtype, int m, int n, int k, boolean transposeA, boolean transposeB, Slot a, Slot b, Body body)
            implements Kernel {}

    /** The body at each point: any number of dimensions, no folds. */
    record Map(Body body) implements Kernel {}

    /** Dimensions [rows, columns]; folds run along a row, and full values may be computed of them again. */
    record Rows(Body body) implements Kernel {}

    /**
     * Dimensions [outer, n, inner]; folds run over n. Everything stored is folded, and nothing full is computed of what a fold
     * gave: one pass, then an epilogue on [outer, inner].
     */
    record Reduce(Body body) implements Kernel {}

    /**
     * Rows of a table [rows, width] by {@code count} I32 indices, into [count, width]. An index outside the table is taken
     * as the nearest inside.
     *
     * @param dtype the table's type, and the result's; the rows of a {@link DType#UNORM8} table become F32
     */
    record Gather(DType dtype, Slot table, int rows, int width, Slot indices, int count, Slot result) implements Kernel {
        @Override
        public Body body() {
            return null;
        }
    }
}
