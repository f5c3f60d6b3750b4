package dev.norn.cpu;

/**
 * A matrix product C = op(A)·op(B) of one shape, planned once and run many times. Matrices are row-major and contiguous;
 * op(A) is m×k, op(B) is k×n, C is m×n, and op transposes or does not. Operands are over-read
 * ({@link FloatOps#PADDING}); nothing outside C is written.
 *
 * <p>A plan owns scratch arrays: it runs on one thread at a time. The result depends on the operands and the plan, not
 * on the number of workers.
 */
public final class FloatGemm {

    /** What becomes of a finished tile of the product. */
    @FunctionalInterface
    public interface Epilogue {
        /**
         * Takes over one tile. The tiles of one run cover the product, each element once; several are handed over at the
         * same time by different workers.
         *
         * @param tile an array that holds the tile, which the callee may overwrite
         * @param offset where the tile's first element lies in it
         * @param ld how far apart the tile's rows are; always {@code cols}: the tile is contiguous
         * @param row the tile's first row in the product
         * @param rows how many rows it has
         * @param col the tile's first column in the product
         * @param cols how many columns it has: all of them, unless the product is very wide
         * @param worker the worker that calls
         */
        void apply(float[] tile, int offset, int ld, int row, int rows, int col, int cols, int worker);
    }

    private final int m;
    private final int n;
    private final int k;
    private final boolean transA;
    private final boolean transB;

    /** Plans the product for at most so many workers. */
    public FloatGemm(FloatOps ops, int m, int n, int k, boolean transA, boolean transB, int workers) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.transA = transA;
        this.transB = transB;
    }

    /**
     * Computes the product.
     *
     * @param workers at most as many as were planned for
     * @param a op(A) is m×k: A is m×k or, transposed, k×m
     * @param b op(B) is k×n: B is k×n or, transposed, n×k
     * @param c m×n, overlapping neither operand; not touched if there is an epilogue
     * @param epilogue what becomes of the product; null puts it into c
     */
    public void run(Workers workers, float[] a, int ao, float[] b, int bo, float[] c, int co, Epilogue epilogue) {
        float[] d = epilogue == null ? c : new float[m * n];
        int dO = epilogue == null ? co : 0;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a[ao + (transA ? p * m + i : i * k + p)] * b[bo + (transB ? j * k + p : p * n + j)];
                }
                d[dO + i * n + j] = sum;
            }
        }
        if (epilogue != null && m > 0 && n > 0) {
            epilogue.apply(d, 0, n, 0, m, 0, n, 0);
        }
    }
}
