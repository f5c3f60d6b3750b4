package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain loops give the bits of the vector loops, at every length: training may go over from the ones to the others. */
@SuppressWarnings("cast") // of double to double, in the twin
class FloatSameBitsTest {

    private static final int SIZE = 40_000;

    private static final float[] SPECIAL = {0, (float) -0.0, 1, -1, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE,
        88, 89, 90, -88, -100, -104, -105, 709, 710, 711, -709, -745, -746, -747, 40, 41, -40, -41};

    private FloatOps simd;
    private FloatOps plain;

    @BeforeEach
    void vectorsAreThere() {
        assumeTrue(Kernels.simdIsThere(), "there is nothing to compare with");
        simd = FloatOps.simd();
        plain = new FloatScalarOps(simd.lanes());
    }

    /** Numbers of many magnitudes; and some special ones. */
    private static float[] operands(int seed, boolean special) {
        Random random = new Random(seed);
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = special && random.nextInt(8) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                    : (float) (random.nextGaussian() * Math.pow(10, special ? 10 * random.nextDouble() - 7 : 1));
        }
        return values;
    }

    /** The same bits in what both write; and in what lies behind it. */
    private void same(String what, int length, BiConsumer<FloatOps, float[]> loop) {
        float[] expected = new float[SIZE];
        float[] actual = new float[SIZE];
        loop.accept(simd, expected);
        loop.accept(plain, actual);
        for (int i = 0; i < length; i++) {
            // All NaN are one.
            if (Float.compare(expected[i], actual[i]) != 0) {
                assertEquals(expected[i], actual[i], what + ": element " + i + " of " + length);
            }
        }
    }

    private static int[] lengths() {
        return new int[] {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 1000, 4095, 4096, 4097, 9001, 30_000};
    }

    @ParameterizedTest
    @EnumSource(Unary.class)
    void unary(Unary op) {
        float[] a = operands(1, true);
        for (int n : lengths()) {
            same(op.name(), n, (ops, d) -> ops.unary(op, a, 3, d, 0, n));
        }
    }

    @ParameterizedTest
    @EnumSource(Binary.class)
    void binary(Binary op) {
        float[] a = operands(2, true);
        float[] b = operands(3, true);
        for (int n : lengths()) {
            same(op.name(), n, (ops, d) -> ops.binary(op, a, 1, b, 2, d, 0, n));
        }
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void reductions(Reduction kind) {
        float[] a = operands(4, false);
        a[5] = (float) -0.0;
        a[6] = (float) -0.0;
        for (int cols : lengths()) {
            for (int rows : new int[] {0, 1, 2, 5}) {
                if (rows * cols < SIZE) {
                    same(kind + " of rows", rows, (ops, d) -> ops.reduceRows(kind, a, 5, rows, cols, d, 0));
                    same(kind + " of columns", cols, (ops, d) -> ops.reduceColumns(kind, a, 5, rows, cols, d, 0));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idioms(boolean special) {
        float[] a = operands(10, special);
        float[] b = operands(11, special);
        for (int n : lengths()) {
            for (float p : new float[] {1, (float) 0.999, (float) -0.1, Float.MIN_VALUE, Float.POSITIVE_INFINITY, Float.NaN}) {
                same("zeroBelow " + p, n, (ops, d) -> ops.zeroBelow(p, a, 3, d, 0, n));
                same("weightedSum " + p, n, (ops, d) -> ops.weightedSum(p, a, 1, (float) 0.3, b, 2, 0, d, 0, n));
                same("weightedSum zeroed below " + p, n, (ops, d) -> ops.weightedSum(1, a, 1, (float) 0.3, b, 2, p, d, 0, n));
            }
            same("tanhGradient", n, (ops, d) -> ops.tanhGradient(a, 1, b, 2, d, 0, n));
            same("sigmoidGradient", n, (ops, d) -> ops.sigmoidGradient(a, 1, b, 2, d, 0, n));
            for (float least : new float[] {0, 1, Float.NaN}) {
                same("adam " + least, n, (ops, d) -> ops.adam(a, 1, b, 2, a, 3, b, 4, a, 5, b, 6, least, d, 0, n));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 15, 16, 17, 31, 33, 64, 100, 4095, 4096, 4097, 8192, 8193, 39_000})
    void sums(int n) {
        float[] a = operands(5, false);
        float[] negativeZeros = new float[SIZE];
        java.util.Arrays.fill(negativeZeros, (float) -0.0);
        same("sum", 1, (ops, d) -> d[0] = (float) ops.sum(a, 7, n));
        same("sum of -0", 1, (ops, d) -> d[0] = (float) ops.sum(negativeZeros, 7, n));
        same("where", n, (ops, d) -> ops.where(a, 0, a, 1, negativeZeros, 2, d, 0, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 16, 31, 32, 33, 63, 64, 65, 100, 257})
    void vectorProducts(int k) {
        float[] a = operands(6, false);
        float[] x = operands(7, false);
        for (int n : new int[] {1, 2, 17, 64, 65, 130}) {
            same("matrix times vector", n, (ops, d) -> ops.matrixTimesVector(a, 1, n, k, x, 2, d, 0));
            same("vector times matrix", n, (ops, d) -> ops.vectorTimesMatrix(x, 1, a, 2, n + 1, k, n, d, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 8, 31, 64, 100, 263, 784, 1201})
    void products(int k) {
        float[] a = operands(8, false);
        float[] b = operands(9, false);
        for (int[] shape : new int[][] {{1, 5}, {5, 1}, {2, 2}, {9, 10}, {7, 33}, {20, 20}, {30, 33}}) {
            int m = shape[0];
            int n = shape[1];
            for (int t = 0; t < 4; t++) {
                boolean transA = (t & 1) != 0;
                boolean transB = (t & 2) != 0;
                same(m + "×" + k + "×" + n + " " + transA + transB, m * n, (ops, d) -> {
                    try (Workers one = new Workers(1)) {
                        new FloatGemm(ops, m, n, k, transA, transB, 1).run(one, a, 0, b, 0, d, 0, null);
                    }
                });
            }
        }
    }
}
