package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.Arrays;

/**
 * The loops in plain Java: for a JVM without the Vector API, and for ranges shorter than a vector. They give the same bits as
 * the vector loops: sums are added up in the order of vectors' lanes. The matrix product is written so that HotSpot vectorizes
 * it by itself.
 */
@SuppressWarnings("cast") // of double to double, in the twin
public class FloatScalarOps implements FloatOps {

    /** The width of B's panels. */
    private static final int PANEL = 256;

    /** Elements that are summed in float before the sum goes on in the wider type. */
    protected static final int SUM_BLOCK = 4096;

    /**
     * The rows of a tile of C, and four of B. HotSpot vectorizes sums of rows only if each begins at index 0 of an
     * array: it has to be sure that none runs into the one that is written.
     */
    private static final ThreadLocal<float[][]> ROWS = ThreadLocal.withInitial(() -> new float[TILE_ROWS + 4][PANEL]);

    /** How many sums run side by side. */
    private final int lanes;

    /** With the order of additions that vectors of 512 bits have. */
    public FloatScalarOps() {
        this(512 / Float.SIZE);
    }

    /**
     * With the order of additions of some length of vectors.
     *
     * @param lanes how many elements such a vector has, a power of 2
     */
    public FloatScalarOps(int lanes) {
        this.lanes = lanes;
    }

    @Override
    public void unary(Unary op, float[] a, int ao, float[] d, int dO, int n) {
        switch (op) {
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = -a[ao + i];
                }
            }
            case ABS -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = Math.abs(a[ao + i]);
                }
            }
            case SQRT -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = (float) Math.sqrt(a[ao + i]);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = Math.max(a[ao + i], 0);
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = FloatMath.exp(a[ao + i]);
                }
            }
            case LOG -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = FloatMath.log(a[ao + i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = FloatMath.sigmoid(a[ao + i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = FloatMath.tanh(a[ao + i]);
                }
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = FloatMath.expm1(a[ao + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = (float) op.apply(a[ao + i]);
                }
            }
        }
    }

    @Override
    public void binary(Binary op, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] / b[bo + i];
                }
            }
            case POW -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = (float) Math.pow(a[ao + i], b[bo + i]);
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = Math.max(a[ao + i], b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = Math.min(a[ao + i], b[bo + i]);
                }
            }
            case LESS -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] < b[bo + i] ? 1 : 0;
                }
            }
            case LESS_OR_EQUAL -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] <= b[bo + i] ? 1 : 0;
                }
            }
            case EQUAL -> {
                for (int i = 0; i < n; i++) {
                    d[dO + i] = a[ao + i] == b[bo + i] ? 1 : 0;
                }
            }
        }
    }

    @Override
    public void where(float[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            d[dO + i] = c[co + i] != 0 ? a[ao + i] : b[bo + i];
        }
    }

    @Override
    public void zeroBelow(float least, float[] a, int ao, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            float x = a[ao + i];
            d[dO + i] = Math.abs(x) < least ? 0 : x;
        }
    }

    @Override
    public void weightedSum(float p, float[] a, int ao, float q, float[] b, int bo, float least, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            float x = p * a[ao + i] + q * b[bo + i];
            d[dO + i] = Math.abs(x) < least ? 0 : x;
        }
    }

    @Override
    public void tanhGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            d[dO + i] = g[go + i] * (1 - y[yo + i] * y[yo + i]);
        }
    }

    @Override
    public void sigmoidGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            d[dO + i] = g[go + i] * (y[yo + i] * (1 - y[yo + i]));
        }
    }

    @Override
    public void adam(float[] w, int wo, float[] m, int mo, float[] s, int so, float[] v, int vo, float[] t, int to,
            float[] e, int eo, float least, float[] d, int dO, int n) {
        for (int i = 0; i < n; i++) {
            float x = w[wo + i] - m[mo + i] * s[so + i] / ((float) Math.sqrt(v[vo + i]) * t[to + i] + e[eo + i]);
            d[dO + i] = Math.abs(x) < least ? 0 : x;
        }
    }

    @Override
    public double sum(float[] a, int ao, int n) {
        double sum = 0;
        int i = 0;
        for (; i < n - SUM_BLOCK; i += SUM_BLOCK) {
            sum += sumBlock(a, ao + i, SUM_BLOCK);
        }
        return sum + sumBlock(a, ao + i, n - i);
    }

    private float sumBlock(float[] a, int ao, int n) {
        float sum = n < lanes ? 0 : sumOfLanes(a, ao, n, 0, lanes);
        for (int i = n - n % lanes; i < n; i++) {
            sum += a[ao + i];
        }
        return sum;
    }

    /** The sum of some lanes' sums, in pairs. */
    private float sumOfLanes(float[] a, int ao, int n, int lane, int count) {
        if (count > 1) {
            return sumOfLanes(a, ao, n, lane, count / 2) + sumOfLanes(a, ao, n, lane + count / 2, count / 2);
        }
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = ao + lane;
        int end = ao + n - n % lanes;
        for (; i + 3 * lanes < end; i += 4 * lanes) {
            s0 += a[i];
            s1 += a[i + lanes];
            s2 += a[i + 2 * lanes];
            s3 += a[i + 3 * lanes];
        }
        for (; i < end; i += lanes) {
            s0 += a[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public float max(float[] a, int ao, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, a[ao + i]);
        }
        return max;
    }

    @Override
    public float min(float[] a, int ao, int n) {
        float min = Float.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, a[ao + i]);
        }
        return min;
    }

    @Override
    public void reduceRows(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO) {
        if (cols == 1) {
            System.arraycopy(a, ao, d, dO, rows);
            return;
        }
        switch (kind) {
            case SUM -> {
                for (int r = 0; r < rows; r++) {
                    d[dO + r] = cols > 4 * lanes ? (float) sum(a, ao + r * cols, cols)
                            : sumOfShortRow(a, ao + r * cols, cols, 0, lanes);
                }
            }
            case MAX -> {
                for (int r = 0; r < rows; r++) {
                    d[dO + r] = max(a, ao + r * cols, cols);
                }
            }
            case MIN -> {
                for (int r = 0; r < rows; r++) {
                    d[dO + r] = min(a, ao + r * cols, cols);
                }
            }
        }
    }

    /** The sum of some lanes' sums, in pairs; the last lanes come first, and those behind the end count as 0. */
    private float sumOfShortRow(float[] a, int ao, int n, int lane, int count) {
        if (count > 1) {
            return sumOfShortRow(a, ao, n, lane, count / 2) + sumOfShortRow(a, ao, n, lane + count / 2, count / 2);
        }
        int full = (n - 1) / lanes * lanes;
        float sum = full + lane < n ? a[ao + full + lane] : 0;
        for (int i = lane; i < full; i += lanes) {
            sum += a[ao + i];
        }
        return sum;
    }

    @Override
    public void reduceColumns(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO) {
        Binary op = switch (kind) {
            case SUM -> Binary.ADD;
            case MAX -> Binary.MAX;
            case MIN -> Binary.MIN;
        };
        for (int r = 0; r < rows; r++) {
            binary(op, d, dO, a, ao + r * cols, d, dO, cols);
        }
    }

    @Override
    public void expand(float[] a, int ao, float[] d, int dO, int rows, int cols) {
        if (cols == 1) {
            System.arraycopy(a, ao, d, dO, rows);
            return;
        }
        for (int r = 0; r < rows; r++) {
            Arrays.fill(d, dO + r * cols, dO + (r + 1) * cols, a[ao + r]);
        }
    }

    /** Copies what is there already, twice as much every time. */
    @Override
    public void tile(float[] a, int ao, float[] d, int dO, int rows, int cols) {
        int n = rows * cols;
        if (n == 0) {
            return;
        }
        System.arraycopy(a, ao, d, dO, cols);
        for (int done = cols; done < n; done *= 2) {
            System.arraycopy(d, dO, d, dO + done, Math.min(done, n - done));
        }
    }

    @Override
    public int panelColumns(int n) {
        return PANEL;
    }

    @Override
    public int rowsNotWorthPacking(int n) {
        return 2 * TILE_ROWS;
    }

    @Override
    public int lanes() {
        return 1;
    }

    // for (int r = 0; r < TILE_ROWS; r++) {
    //     for (int j = 0; j < cols; j++) {
    //         c[co + r * ldc + j] = init[io + r * ldi + j];
    //         for (int p = 0; p < k; p++) {
    //             c[co + r * ldc + j] += a[ao + r * ROW_STRIDE + p] * b[bo + p * ldb + j];
    //         }
    //     }
    // }
    @Override
    public void tileOfRows(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols) {
        tile(k, a, ao, ROW_STRIDE, 1, b, bo, ldb, init, io, ldi, c, co, ldc, cols);
    }

    @Override
    public void tileOfColumns(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols) {
        tile(k, a, ao, 1, COLUMN_STRIDE, b, bo, ldb, init, io, ldi, c, co, ldc, cols);
    }

    /** As {@link #tileOfRows}; A's element at row r and column p lies at {@code ao + r * rowStride + p * stride}. */
    private static void tile(int k, float[] a, int ao, int rowStride, int stride, float[] b, int bo, int ldb,
            float[] init, int io, int ldi, float[] c, int co, int ldc, int cols) {
        float[][] rows = ROWS.get();
        for (int r = 0; r < TILE_ROWS; r++) {
            Arrays.fill(rows[r], 0, cols, 0);
        }
        // Four rows of B at a time are at hand for all rows of C; each pass over a row of C adds all four, so that
        // there are four multiplications and additions for six accesses to memory.
        for (int p = 0; p < k; p += 4) {
            int count = Math.min(4, k - p);
            for (int q = 0; q < count; q++) {
                System.arraycopy(b, bo + (p + q) * ldb, rows[TILE_ROWS + q], 0, cols);
            }
            for (int r = 0; r < TILE_ROWS; r++) {
                int at = ao + r * rowStride + p * stride;
                if (count == 4) {
                    add(a[at], rows[TILE_ROWS], a[at + stride], rows[TILE_ROWS + 1], a[at + 2 * stride],
                            rows[TILE_ROWS + 2], a[at + 3 * stride], rows[TILE_ROWS + 3], rows[r], cols);
                } else {
                    for (int q = 0; q < count; q++) {
                        add(a[at + q * stride], rows[TILE_ROWS + q], rows[r], cols);
                    }
                }
            }
        }
        for (int r = 0; r < TILE_ROWS; r++) {
            for (int j = 0; j < cols; j++) {
                c[co + r * ldc + j] = init[io + r * ldi + j] + rows[r][j];
            }
        }
    }

    /** c += x0·b0 + x1·b1 + x2·b2 + x3·b3. */
    private static void add(float x0, float[] b0, float x1, float[] b1, float x2, float[] b2, float x3, float[] b3,
            float[] c, int n) {
        for (int j = 0; j < n; j++) {
            c[j] = FloatMath.fma(x3, b3[j], FloatMath.fma(x2, b2[j], FloatMath.fma(x1, b1[j], FloatMath.fma(x0, b0[j], c[j]))));
        }
    }

    /** c += x·b. */
    private static void add(float x, float[] b, float[] c, int n) {
        for (int j = 0; j < n; j++) {
            c[j] = FloatMath.fma(x, b[j], c[j]);
        }
    }

    @Override
    public void pack(float[] a, int ao, int lda, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        for (int r = 0; r < rows; r++) {
            int to = dO + r * ldd;
            for (int c = 0; c < cols; c += width) {
                System.arraycopy(a, ao + r * lda + c, d, to, Math.min(width, cols - c));
                to += panelStride;
            }
        }
    }

    /** Four rows at a time: four streams of reads, and writes of four neighbours. */
    @Override
    public void transpose(float[] a, int ao, int lda, float[] d, int dO, int ldd, int rows, int cols) {
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            int a0 = ao + r * lda;
            int a1 = a0 + lda;
            int a2 = a1 + lda;
            int a3 = a2 + lda;
            int to = dO + r;
            for (int c = 0; c < cols; c++) {
                d[to] = a[a0 + c];
                d[to + 1] = a[a1 + c];
                d[to + 2] = a[a2 + c];
                d[to + 3] = a[a3 + c];
                to += ldd;
            }
        }
        for (; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                d[dO + c * ldd + r] = a[ao + r * lda + c];
            }
        }
    }

    @Override
    public void matrixTimesVector(float[] a, int ao, int rows, int cols, float[] x, int xo, float[] d, int dO) {
        for (int r = 0; r < rows; r++) {
            d[dO + r] = dot(a, ao + r * cols, x, xo, cols);
        }
    }

    private float dot(float[] a, int ao, float[] b, int bo, int n) {
        float sum = n < 2 * lanes ? 0 : dotOfLanes(a, ao, b, bo, n, 0, lanes);
        for (int i = n < 2 * lanes ? 0 : n - n % lanes; i < n; i++) {
            sum = FloatMath.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    /** The sum of some lanes' products, in pairs. */
    private float dotOfLanes(float[] a, int ao, float[] b, int bo, int n, int lane, int count) {
        if (count > 1) {
            return dotOfLanes(a, ao, b, bo, n, lane, count / 2)
                    + dotOfLanes(a, ao, b, bo, n, lane + count / 2, count / 2);
        }
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = lane;
        int end = n - n % lanes;
        for (; i + 3 * lanes < end; i += 4 * lanes) {
            s0 = FloatMath.fma(a[ao + i], b[bo + i], s0);
            s1 = FloatMath.fma(a[ao + i + lanes], b[bo + i + lanes], s1);
            s2 = FloatMath.fma(a[ao + i + 2 * lanes], b[bo + i + 2 * lanes], s2);
            s3 = FloatMath.fma(a[ao + i + 3 * lanes], b[bo + i + 3 * lanes], s3);
        }
        for (; i < end; i += lanes) {
            s0 = FloatMath.fma(a[ao + i], b[bo + i], s0);
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void vectorTimesMatrix(float[] x, int xo, float[] a, int ao, int lda, int rows, int cols,
            float[] d, int dO) {
        Arrays.fill(d, dO, dO + cols, 0);
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            float x0 = x[xo + r];
            float x1 = x[xo + r + 1];
            float x2 = x[xo + r + 2];
            float x3 = x[xo + r + 3];
            int a0 = ao + r * lda;
            int a1 = a0 + lda;
            int a2 = a1 + lda;
            int a3 = a2 + lda;
            for (int c = 0; c < cols; c++) {
                d[dO + c] = FloatMath.fma(x3, a[a3 + c],
                        FloatMath.fma(x2, a[a2 + c], FloatMath.fma(x1, a[a1 + c], FloatMath.fma(x0, a[a0 + c], d[dO + c]))));
            }
        }
        for (; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                d[dO + c] = FloatMath.fma(x[xo + r], a[ao + r * lda + c], d[dO + c]);
            }
        }
    }
}
