package dev.norn.cpu;

/**
 * A matrix product C = op(A)·op(B) of one shape, planned once and run many times. Matrices are row-major and
 * contiguous; op(A) is m×k, op(B) is k×n, C is m×n, and op transposes or does not. The operands are over-read
 * ({@link FloatOps#PADDING}); nothing outside C is written.
 *
 * <p>A plan owns scratch arrays: it runs on one thread at a time. The sums over k are cut in the same way whoever
 * computes them, so the result depends on the operands and the shape, not on the number of workers.
 *
 * <p>The blocking is that of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34:3
 * (2008):
 *
 * <pre>
 *   op(B), packed once, k×n:              panels as wide as a tile, cut at multiples of the depth
 *   task: rows × cols of C
 *     for each span of k                    pack op(A)'s rows: they stay in the second-level cache
 *       for each block of k, depth long
 *         for each panel of B                 the panel's block stays in the first-level cache
 *           for each tile of 12 rows            the micro-kernel: the tile of C stays in registers
 * </pre>
 *
 * <p>A span is several blocks because long runs of memory are read faster than pieces a row apart. What another core has
 * packed comes slowly, and takes as long again to be overwritten; so where there are rows enough, each worker packs all of
 * a B that is not large for itself.
 *
 * <p>A small B, or one that few rows are multiplied by, is used where it lies. Products with one row or one column are
 * limited by memory and have loops of their own.
 */
public final class FloatGemm {

    /** What becomes of a finished tile of the product. */
    @FunctionalInterface
    public interface Epilogue {
        /**
         * Takes over one tile. The tiles of one run cover the product, each element once, and depend on its shape
         * alone; several are handed over at the same time by different workers.
         *
         * @param tile an array that holds the tile, which the callee may overwrite
         * @param offset where the tile's first element lies in it
         * @param ld how far apart the tile's rows are; always {@code cols}: the tile is contiguous
         * @param row the tile's first row in the product
         * @param rows how many rows it has
         * @param col the tile's first column in the product
         * @param cols how many columns it has: all of them, unless the product is very wide or has few rows
         * @param worker the worker that calls
         */
        void apply(float[] tile, int offset, int ld, int row, int rows, int col, int cols, int worker);
    }

    private static final int TILE_ROWS = FloatOps.TILE_ROWS;

    /** Below so many multiplications a product is not worth waking threads for. */
    private static final double WORTH_THREADS = 1e6;

    /** The rows of a task: enough for B's panels to be read anew seldom, few enough to share the work out. */
    private static final int TASK_ROWS = 72;

    /** The columns of a task at most, and at most if there are only a few tasks by rows. */
    private static final int TASK_COLUMNS = 1024;
    private static final int TASK_COLUMNS_OF_FEW_ROWS = 256;

    /** How many blocks of k are packed at once, at most. */
    private static final int SPAN = 4;

    /** The elements that a task has if the product is a vector. */
    private static final int VECTOR_TASK = 512;

    /** A B of so many elements is used where it lies: it stays in the nearest caches. */
    private static final int SMALL_B = 16_384;

    /** A B of so many elements stays in the second-level cache while all of it is gone through for each tile of a transposed A. */
    private static final int CACHED_B = 32_768;

    /**
     * Where B's panels begin in their array: on the boundary of a cache line, if the array is so large that HotSpot
     * puts it at the beginning of a region, with a header of 16 bytes. Loads that straddle two lines cost a few
     * percent.
     */
    private static final int LINE = (64 - 16) / Float.BYTES;

    private static final int LINE_INTS = 64 / Integer.BYTES;

    /** Into how many tasks the packing of one block of B is cut, where threads share it. */
    private static final int PACKINGS = 4;

    /** How many elements are packed before they are looked through: they are still in the first-level cache. */
    private static final int PIECE = 4096;

    /** A B of so many elements at most is packed by each worker for itself, if it has so many rows to multiply by it. */
    private static final int OWN_B = 65_536;
    private static final int OWN_ROWS = 128;

    private final FloatOps ops;
    private final int m;
    private final int n;
    private final int k;
    private final boolean transA;
    private final boolean transB;

    /** The columns of op(A) that are multiplied at a time: k in equal parts. */
    private final int depth;

    /** The columns of op(A) that are packed at a time: some blocks. */
    private final int span;

    /** How far apart packed blocks of op(A) lie; if it is transposed, its tiles. */
    private final int strideA;

    /** The columns of a panel of B. */
    private final int width;

    private final int taskRows;
    private final int taskCols;
    private final int rowTasks;
    private final int tasks;
    private final int packings;
    private final boolean parallel;

    /** What the micro-kernel adds to first. */
    private final float[] zeros;

    /** op(B) in panels, for each worker or, if they share it, once; null if it is used where it lies. */
    private final float[][] packedB;

    /** The run in which each worker packed B last, where each does; a cache line for each. */
    private final int[] packedIn;
    private int run;

    /** For each worker, op(A)'s block. */
    private final float[][] blocksA;

    /** For each worker, the part of C that a task computes. */
    private final float[][] blocksC;

    // Bound once, for a run allocates nothing.
    private final Workers.Task packTask = this::pack;
    private final Workers.Task multiplyTask = this::multiply;
    private final Workers.Task vectorTask = this::multiplyVector;

    // The operands of the current run.
    private float[] a;
    private int ao;
    private ByteRows rowsA;
    private float[] b;
    private int bo;
    private float[] c;
    private int co;
    private Epilogue epilogue;

    /**
     * Plans a product.
     *
     * @param transA whether A lies transposed, k×m
     * @param transB whether B lies transposed, n×k
     * @param workers the greatest number of workers that will run it
     */
    public FloatGemm(FloatOps ops, int m, int n, int k, boolean transA, boolean transB, int workers) {
        this.ops = ops;
        this.m = m;
        this.n = n;
        this.k = k;
        // A vector is its own transpose.
        this.transA = transA && m > 1 && k > 1;
        this.transB = transB && n > 1 && k > 1;

        int blocks = Math.max(1, ceilDiv(k, FloatOps.MAX_DEPTH));
        depth = Math.max(1, ceilDiv(k, blocks));
        span = depth * ceilDiv(blocks, ceilDiv(blocks, SPAN));
        boolean big = workers > 1 && (double) m * n * k >= WORTH_THREADS;
        if (isVector()) {
            width = 1;
            rowTasks = ceilDiv(m, VECTOR_TASK);
            taskRows = Math.min(m, VECTOR_TASK);
            taskCols = Math.min(n, VECTOR_TASK);
        } else {
            width = ops.panelColumns(n);
            // A multiple of four tasks.
            int tiles = Math.max(1, ceilDiv(m, TILE_ROWS));
            int parts = tiles <= TASK_ROWS / TILE_ROWS ? 1 : roundUp(ceilDiv(tiles, TASK_ROWS / TILE_ROWS), 4);
            rowTasks = m == 0 ? 0 : parts;
            taskRows = ceilDiv(tiles, parts) * TILE_ROWS;
            int most = parts >= 8 ? TASK_COLUMNS : TASK_COLUMNS_OF_FEW_ROWS;
            taskCols = roundUp(ceilDiv(n, Math.max(1, ceilDiv(n, most))), width);
        }
        tasks = n == 0 ? 0 : rowTasks * ceilDiv(n, taskCols);
        parallel = big && tasks > 1;
        boolean own = parallel && (long) k * n <= OWN_B && m / workers >= OWN_ROWS;
        packings = parallel && !own ? PACKINGS : 1;

        zeros = new float[FloatOps.PADDING + width];
        boolean packB = !isVector()
                && (this.transB || m > ops.rowsNotWorthPacking(n) && (long) k * n > SMALL_B);
        packedB = packB ? new float[own ? workers : 1]
                [Math.addExact(Math.multiplyExact(k, roundUp(n, width)), LINE + FloatOps.PADDING)] : null;
        packedIn = packB && own ? new int[workers * LINE_INTS] : null;
        int owners = parallel ? workers : 1;
        // Behind a column's tile there is room for what packing spills into the next.
        strideA = this.transA ? span * FloatOps.COLUMN_STRIDE + FloatOps.PADDING : taskRows * FloatOps.ROW_STRIDE;
        int sizeA = this.transA ? taskRows / TILE_ROWS * strideA : span / depth * strideA;
        blocksA = new float[owners][isVector() ? 0 : sizeA + FloatOps.PADDING];
        blocksC = new float[owners][taskRows * roundUp(taskCols, ops.lanes()) + FloatOps.PADDING];
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    private static int roundUp(int a, int multiple) {
        return ceilDiv(a, multiple) * multiple;
    }

    private boolean isVector() {
        return m == 1 || n == 1;
    }

    /** Whether A is packed in a product of this shape. */
    static boolean packs(int m, int n, int k) {
        return m > 1 && n > 1 && k > 1;
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
        this.a = a;
        this.ao = ao;
        run(workers, b, bo, c, co, epilogue);
    }

    /** Computes the product where {@link #packs A is packed}, and is of bytes. */
    void run(Workers workers, ByteRows rowsA, float[] b, int bo, float[] c, int co, Epilogue epilogue) {
        this.rowsA = rowsA;
        run(workers, b, bo, c, co, epilogue);
    }

    private void run(Workers workers, float[] b, int bo, float[] c, int co, Epilogue epilogue) {
        this.b = b;
        this.bo = bo;
        this.c = c;
        this.co = co;
        this.epilogue = epilogue;
        run++;
        if (packedB != null && packedIn == null) {
            share(workers, ceilDiv(k, depth) * packings, packTask);
        }
        share(workers, tasks, isVector() ? vectorTask : multiplyTask);
    }

    private void share(Workers workers, int count, Workers.Task task) {
        if (parallel) {
            workers.run(count, task);
        } else {
            for (int i = 0; i < count; i++) {
                task.run(i, 0);
            }
        }
    }

    /** op(B) in panels, for a worker. */
    private float[] packed(int worker) {
        if (packedIn == null) {
            return packedB[0];
        }
        if (packedIn[worker * LINE_INTS] != run) {
            packedIn[worker * LINE_INTS] = run;
            for (int block = 0; block < ceilDiv(k, depth); block++) {
                pack(block, packedB[worker]);
            }
        }
        return packedB[worker];
    }

    private void pack(int index, int worker) {
        pack(index, packedB[0]);
    }

    /**
     * Packs some rows of one of op(B)'s blocks. Subnormal numbers become 0: the gradients of saturated units are such, and a
     * processor takes a hundred cycles and more for a multiplication by one.
     */
    private void pack(int index, float[] d) {
        int p0 = index / packings * depth;
        int blockRows = Math.min(depth, k - p0);
        int part = ceilDiv(blockRows, packings);
        int from = Math.min(blockRows, index % packings * part);
        int rows = Math.min(part, blockRows - from);
        int to = LINE + p0 * roundUp(n, width) + from * width;
        if (transB) {
            for (int j = 0; j < n; j += width) {
                ops.transpose(b, bo + j * k + p0 + from, k, d, to, width, Math.min(width, n - j), rows);
                ops.zeroBelow(Float.MIN_NORMAL, d, to, d, to, rows * width);
                to += blockRows * width;
            }
            return;
        }
        int most = Math.max(1, PIECE / n);
        for (int r = 0; r < rows; r += most) {
            int piece = Math.min(most, rows - r);
            ops.pack(b, bo + (p0 + from + r) * n, n, piece, n, d, to + r * width, width, width, blockRows * width);
            for (int panel = to + r * width, j = 0; j < n; j += width) {
                ops.zeroBelow(Float.MIN_NORMAL, d, panel, d, panel, piece * width);
                panel += blockRows * width;
            }
        }
    }

    /** Computes some rows and columns of C. */
    private void multiply(int index, int worker) {
        int row = firstRow(index % rowTasks);
        int rows = firstRow(index % rowTasks + 1) - row;
        int col = index / rowTasks * taskCols;
        int cols = Math.min(taskCols, n - col);

        // Micro-kernels write whole tiles: into C itself only where it consists of them.
        boolean direct = epilogue == null && rows % TILE_ROWS == 0 && cols % ops.lanes() == 0;
        float[] d = direct ? c : blocksC[worker];
        int dO = direct ? co + row * n + col : 0;
        int ldd = direct ? n : roundUp(cols, ops.lanes());
        float[] blockA = blocksA[worker];
        float[] panels = packedB == null ? b : packed(worker);

        // Packed tile by tile where B can be gone through for each: a tile stays in the first-level cache.
        int group = cols <= width || transA && (long) k * n <= CACHED_B ? TILE_ROWS : rows;
        int s = 0;
        do {
            int end = Math.min(k, s + span);
            for (int g = 0; g < rows; g += group) {
                int groupEnd = Math.min(rows, g + group);
                packA(row + g, groupEnd - g, s, end - s, blockA);
                int p = s;
                do {
                    int length = Math.min(depth, end - p);
                    for (int j = 0; j < cols; j += width) {
                        int po = packedB == null ? bo + p * n + col + j
                                : LINE + p * roundUp(n, width) + (col + j) * length;
                        int ldb = packedB == null ? n : width;
                        int used = Math.min(width, cols - j);
                        for (int i = g; i < groupEnd; i += TILE_ROWS) {
                            float[] init = p == 0 ? zeros : d;
                            int to = dO + i * ldd + j;
                            int io = p == 0 ? 0 : to;
                            int ldi = p == 0 ? 0 : ldd;
                            if (transA) {
                                int tile = (i - g) / TILE_ROWS * strideA + (p - s) * FloatOps.COLUMN_STRIDE;
                                ops.tileOfColumns(length, blockA, tile, panels, po, ldb, init, io, ldi, d, to, ldd, used);
                            } else {
                                int tile = (p - s) / depth * strideA + (i - g) * FloatOps.ROW_STRIDE;
                                ops.tileOfRows(length, blockA, tile, panels, po, ldb, init, io, ldi, d, to, ldd, used);
                            }
                        }
                    }
                    p += length;
                } while (p < end);
            }
            s = end;
        } while (s < k);

        if (direct) {
            return;
        }
        if (ldd != cols) {
            ops.pack(d, 0, ldd, rows, cols, d, 0, cols, cols, 0);
        }
        finish(d, row, rows, col, cols, worker);
    }

    /** The first row of a task: they differ by a tile at most. */
    private int firstRow(int task) {
        return (int) Math.min(m, (long) ceilDiv(m, TILE_ROWS) * task / rowTasks * TILE_ROWS);
    }

    /** Packs some rows of op(A), and so many columns from p on. */
    private void packA(int row, int rows, int p, int length, float[] d) {
        if (rowsA != null && transA) {
            rowsA.pack(p * m + row, m, length, rows, d, 0, TILE_ROWS, FloatOps.COLUMN_STRIDE, strideA);
        } else if (rowsA != null) {
            rowsA.pack(row * k + p, k, rows, length, d, 0, depth, FloatOps.ROW_STRIDE, strideA);
        } else if (transA) {
            ops.pack(a, ao + p * m + row, m, length, rows, d, 0, TILE_ROWS, FloatOps.COLUMN_STRIDE, strideA);
        } else {
            ops.pack(a, ao + row * k + p, k, rows, length, d, 0, depth, FloatOps.ROW_STRIDE, strideA);
        }
    }

    /** Computes some elements of a C that has one row or one column. */
    private void multiplyVector(int index, int worker) {
        boolean isColumn = n == 1;
        int from = index * VECTOR_TASK;
        int count = Math.min(VECTOR_TASK, m * n - from);
        float[] matrix = isColumn ? a : b;
        int mo = isColumn ? ao : bo;
        float[] vector = isColumn ? b : a;
        int vo = isColumn ? bo : ao;
        float[] d = blocksC[worker];
        // Whether the matrix lies so that an element of C belongs to one of its columns.
        if (isColumn ? transA : !transB) {
            ops.vectorTimesMatrix(vector, vo, matrix, mo + from, m * n, k, count, d, 0);
        } else {
            ops.matrixTimesVector(matrix, mo + from * k, count, k, vector, vo, d, 0);
        }
        if (isColumn) {
            finish(d, from, count, 0, 1, worker);
        } else {
            finish(d, 0, 1, from, count, worker);
        }
    }

    private void finish(float[] d, int row, int rows, int col, int cols, int worker) {
        if (epilogue != null) {
            epilogue.apply(d, 0, cols, row, rows, col, cols, worker);
        } else if (cols == n) {
            System.arraycopy(d, 0, c, co + row * n, rows * n);
        } else {
            for (int r = 0; r < rows; r++) {
                System.arraycopy(d, r * cols, c, co + (row + r) * n + col, cols);
            }
        }
    }
}
