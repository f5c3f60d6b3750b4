package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrix product of every implementation against the three loops in float64. */
@SuppressWarnings("cast") // of double to double, in the twin
class FloatGemmTest {

    /** Around the sizes of tiles and vectors. */
    private static final int[] SIZES = {0, 1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65};

    /** Around the sizes of blocks and tasks, and what networks have: {m, n, k}. */
    private static final int[][] SHAPES = {{100, 128, 784}, {101, 127, 271}, {72, 130, 272}, {70, 31, 273},
        {19, 20, 545}, {257, 10, 128}, {521, 10, 3}, {130, 300, 33}, {16, 1030, 20}, {530, 1031, 7}, {784, 10, 100}, {1, 784, 128},
        {1, 1025, 300}, {1025, 1, 300}, {513, 1, 1}, {1, 513, 1}, {128, 64, 0}, {20, 1, 10}, {20, 10, 1}, {10, 20, 20},
        {90, 70, 1100}, {30, 10, 1300}, {400, 101, 300}};

    private static final Workers ONE = new Workers(1);
    private static final Workers TWO = new Workers(2);
    private static final Workers THREE = new Workers(3);

    private static final float GUARD = -12345;

    @AfterAll
    static void close() {
        TWO.close();
        THREE.close();
    }

    static Stream<Named<FloatOps>> implementations() {
        return FloatOpsTest.implementations();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void smallShapes(FloatOps ops) {
        Random random = new Random(1);
        for (int m : SIZES) {
            for (int n : SIZES) {
                // All triples in all forms would be too many: each pair of sizes in each form, with any k.
                for (int form = 0; form < 4; form++) {
                    int k = SIZES[random.nextInt(SIZES.length)];
                    check(ops, random, m, n, k, (form & 1) != 0, (form & 2) != 0);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void largerShapes(FloatOps ops) {
        Random random = new Random(2);
        for (int[] shape : SHAPES) {
            for (int form = 0; form < 4; form++) {
                check(ops, random, shape[0], shape[1], shape[2], (form & 1) != 0, (form & 2) != 0);
            }
        }
    }

    /** What a packed B has of subnormal numbers counts as 0, whatever computes; numbers that are larger, and NaN, as they are. */
    @ParameterizedTest
    @MethodSource("implementations")
    void subnormalElementsOfAPackedOperandAreZeros(FloatOps ops) {
        int m = 50;
        int n = 131;
        int k = 300;
        for (boolean transB : new boolean[] {false, true}) {
            Random random = new Random(3);
            float[] a = operand(random, m * k, 3);
            float[] tiny = operand(random, k * n, 5);
            float[] zero = tiny.clone();
            for (int i = 0; i < k * n; i++) {
                if (i % 3 == 0) {
                    tiny[5 + i] = (i % 2 == 0 ? Float.MIN_NORMAL : -Float.MIN_NORMAL) * random.nextFloat() * 0.99f;
                    zero[5 + i] = 0;
                } else if (i % 1000 == 1) {
                    tiny[5 + i] = zero[5 + i] = Float.MIN_NORMAL;
                }
            }
            tiny[5 + 7] = zero[5 + 7] = Float.NaN;
            float[] c = guarded(m * n, 7);
            float[] d = guarded(m * n, 7);
            new FloatGemm(ops, m, n, k, false, transB, 1).run(ONE, a, 3, tiny, 5, c, 7, null);
            new FloatGemm(ops, m, n, k, false, transB, 1).run(ONE, a, 3, zero, 5, d, 7, null);
            assertArrayEquals(d, c);
        }
    }

    private static void check(FloatOps ops, Random random, int m, int n, int k, boolean transA, boolean transB) {
        String what = m + "×" + k + (transA ? "ᵀ" : "") + " · " + k + "×" + n + (transB ? "ᵀ" : "");
        float[] a = operand(random, m * k, 3);
        float[] b = operand(random, k * n, 5);
        float[] c = guarded(m * n, 7);
        new FloatGemm(ops, m, n, k, transA, transB, 1).run(ONE, a, 3, b, 5, c, 7, null);

        double[] row = new double[n];
        double[] scale = new double[n];
        for (int i = 0; i < m; i++) {
            Arrays.fill(row, 0);
            Arrays.fill(scale, 0);
            for (int p = 0; p < k; p++) {
                double x = a[3 + (transA ? p * m + i : i * k + p)];
                for (int j = 0; j < n; j++) {
                    double product = x * b[5 + (transB ? j * k + p : p * n + j)];
                    row[j] += product;
                    scale[j] += Math.abs(product);
                }
            }
            for (int j = 0; j < n; j++) {
                // The worst case is k units in the last place of the sum of the absolute values; an error is a walk.
                double tolerance = (4 + Math.sqrt(k)) * Math.ulp((float) 1) * scale[j];
                assertEquals(row[j], c[7 + i * n + j], tolerance, () -> what);
            }
        }
        for (int i = 0; i < c.length; i++) {
            if (i < 7 || i >= 7 + m * n) {
                assertEquals(GUARD, c[i], () -> what + " wrote outside C");
            }
        }

        for (Workers workers : new Workers[] {ONE, TWO, THREE}) {
            FloatGemm gemm = new FloatGemm(ops, m, n, k, transA, transB, workers.threads());
            // Twice, for what the first run leaves in the scratch arrays.
            for (int run = 0; run < 2; run++) {
                float[] same = guarded(m * n, 7);
                gemm.run(workers, a, 3, b, 5, same, 7, null);
                assertArrayEquals(c, same, () -> what + " with " + workers.threads() + " workers");
                assertArrayEquals(c, throughEpilogue(gemm, workers, a, b, m, n), () -> what + " with an epilogue");
            }
        }
    }

    /** What the epilogue is given, put together; and that it is given every element once. */
    private static float[] throughEpilogue(FloatGemm gemm, Workers workers, float[] a, float[] b, int m, int n) {
        float[] c = guarded(m * n, 7);
        AtomicIntegerArray times = new AtomicIntegerArray(m * n);
        float[] untouched = guarded(m * n, 0);
        gemm.run(workers, a, 3, b, 5, untouched, 0, (tile, offset, ld, row, rows, col, cols, worker) -> {
            assertTrue(worker >= 0 && worker < workers.threads());
            assertEquals(cols, ld);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    int at = (row + i) * n + col + j;
                    times.incrementAndGet(at);
                    c[7 + at] = tile[offset + i * ld + j];
                }
            }
            Arrays.fill(tile, offset, offset + rows * cols, Float.NaN);
        });
        for (int i = 0; i < m * n; i++) {
            assertEquals(1, times.get(i));
        }
        assertArrayEquals(guarded(m * n, 0), untouched);
        return c;
    }

    /** Random elements with NaN before and after them, which must not leak into the result. */
    private static float[] operand(Random random, int n, int offset) {
        float[] x = new float[offset + n + FloatOps.PADDING];
        Arrays.fill(x, Float.NaN);
        for (int i = 0; i < n; i++) {
            x[offset + i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static float[] guarded(int n, int offset) {
        float[] d = new float[offset + n + FloatOps.PADDING];
        Arrays.fill(d, GUARD);
        return d;
    }
}
