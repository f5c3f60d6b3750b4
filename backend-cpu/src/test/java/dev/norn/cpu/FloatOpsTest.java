package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loop of every implementation against the definitions in float64. */
@SuppressWarnings("cast") // of double to double, in the twin
class FloatOpsTest {

    /** Every length up to a few vectors and tails, and around a block. */
    private static final int[] LENGTHS = IntStream.concat(
            IntStream.rangeClosed(0, 67), IntStream.of(1023, 1024, 1025, 4095, 4096, 4097, 10_000)).toArray();

    private static final int[] COLUMNS = {0, 1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 100, 130};

    private static final float GUARD = -12345;

    private static final float[] SPECIAL = special();

    private static float[] special() {
        double[] positive = {0, Float.MIN_VALUE, Float.MIN_NORMAL / 2, Float.MIN_NORMAL, 1e-20, 1e-7, 0.25, 0.46, 0.47,
            0.5, 0.9999999, 1, 1.5, 2, 2.5, 3, 7, 10.25, 87, 89, 700, 710, 1e4, (1 << 22) + 0.5, (1 << 23) + 1, 1e15,
            1e15 + 0.5, 1e30, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
        float[] values = new float[2 * positive.length + 1];
        for (int i = 0; i < positive.length; i++) {
            values[2 * i] = (float) positive[i];
            values[2 * i + 1] = (float) -positive[i];
        }
        values[values.length - 1] = Float.NaN;
        return values;
    }

    static Stream<Named<FloatOps>> implementations() {
        List<Named<FloatOps>> all = new ArrayList<>();
        all.add(Named.of("scalar", new FloatScalarOps()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            all.add(Named.of("simd", FloatOps.simd()));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void unary(FloatOps ops) {
        Random random = new Random(1);
        for (Unary op : Unary.values()) {
            for (int n : LENGTHS) {
                check(op, ops, randoms(random, n, 3));
            }
            // Each special value in each lane, among others and alone.
            for (float x : SPECIAL) {
                float[] same = new float[67];
                Arrays.fill(same, x);
                check(op, ops, same);
            }
            check(op, ops, SPECIAL);
        }
    }

    private static void check(Unary op, FloatOps ops, float[] x) {
        int n = x.length;
        float[] a = range(x, 3);
        float[] d = guarded(n, 5);
        ops.unary(op, a, 3, d, 5, n);
        float[] inPlace = a.clone();
        ops.unary(op, inPlace, 3, inPlace, 3, n);
        for (int i = 0; i < n; i++) {
            close(op, (float) op.apply(x[i]), d[5 + i], op + "(" + x[i] + ") at " + i + " of " + n);
        }
        assertGuards(d, 5, n);
        assertArrayEquals(Arrays.copyOfRange(d, 5, 5 + n), Arrays.copyOfRange(inPlace, 3, 3 + n));
        assertArrayEquals(Arrays.copyOfRange(a, 3 + n, a.length), Arrays.copyOfRange(inPlace, 3 + n, a.length));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void binary(FloatOps ops) {
        Random random = new Random(2);
        for (Binary op : Binary.values()) {
            for (int n : LENGTHS) {
                float[] x = randoms(random, n, 3);
                float[] y = randoms(random, n, 3);
                for (int i = 0; i < n; i += 3) {
                    y[i] = x[i];
                }
                check(op, ops, x, y);
            }
            // Every pair of special values.
            int count = SPECIAL.length;
            float[] x = new float[count * count];
            float[] y = new float[count * count];
            for (int i = 0; i < x.length; i++) {
                x[i] = SPECIAL[i / count];
                y[i] = SPECIAL[i % count];
            }
            check(op, ops, x, y);
        }
    }

    private static void check(Binary op, FloatOps ops, float[] x, float[] y) {
        int n = x.length;
        float[] a = range(x, 3);
        float[] b = range(y, 4);
        float[] d = guarded(n, 5);
        ops.binary(op, a, 3, b, 4, d, 5, n);
        for (int i = 0; i < n; i++) {
            close(op, (float) op.apply(x[i], y[i]), d[5 + i], op + "(" + x[i] + ", " + y[i] + ") at " + i + " of " + n);
        }
        assertGuards(d, 5, n);
        float[] inLeft = a.clone();
        ops.binary(op, inLeft, 3, b, 4, inLeft, 3, n);
        assertArrayEquals(Arrays.copyOfRange(d, 5, 5 + n), Arrays.copyOfRange(inLeft, 3, 3 + n));
        float[] inRight = b.clone();
        ops.binary(op, a, 3, inRight, 4, inRight, 4, n);
        assertArrayEquals(Arrays.copyOfRange(d, 5, 5 + n), Arrays.copyOfRange(inRight, 4, 4 + n));
        float[] both = a.clone();
        ops.binary(op, both, 3, both, 3, both, 3, n);
        for (int i = 0; i < n; i++) {
            close(op, (float) op.apply(x[i], x[i]), both[3 + i], op + " of " + x[i] + " and itself");
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void where(FloatOps ops) {
        Random random = new Random(3);
        for (int n : LENGTHS) {
            float[] condition = randoms(random, n, 1);
            for (int i = 0; i < n; i++) {
                condition[i] = switch (random.nextInt(5)) {
                    case 0 -> 0;
                    case 1 -> (float) -0.0;
                    case 2 -> Float.NaN;
                    default -> condition[i];
                };
            }
            float[] x = randoms(random, n, 1);
            float[] y = randoms(random, n, 1);
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                expected[i] = condition[i] != 0 ? x[i] : y[i];
            }
            float[] d = guarded(n, 1);
            ops.where(range(condition, 2), 2, range(x, 3), 3, range(y, 4), 4, d, 1, n);
            assertArrayEquals(expected, Arrays.copyOfRange(d, 1, 1 + n));
            assertGuards(d, 1, n);
            for (int operand = 0; operand < 3; operand++) {
                float[][] operands = {range(condition, 2), range(x, 2), range(y, 2)};
                float[] inPlace = operands[operand];
                ops.where(operands[0], 2, operands[1], 2, operands[2], 2, inPlace, 2, n);
                assertArrayEquals(expected, Arrays.copyOfRange(inPlace, 2, 2 + n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void zeroBelow(FloatOps ops) {
        Random random = new Random(8);
        for (int n : LENGTHS) {
            float least = (float) 0.5;
            float[] x = randoms(random, n, 1);
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                x[i] = switch (random.nextInt(6)) {
                    case 0 -> (float) -0.0;
                    case 1 -> Float.NaN;
                    case 2 -> -least;
                    case 3 -> Float.NEGATIVE_INFINITY;
                    default -> x[i];
                };
                expected[i] = Math.abs(x[i]) < least ? 0 : x[i];
            }
            float[] d = guarded(n, 1);
            ops.zeroBelow(least, range(x, 3), 3, d, 1, n);
            assertArrayEquals(expected, Arrays.copyOfRange(d, 1, 1 + n));
            assertGuards(d, 1, n);
            float[] inPlace = range(x, 2);
            ops.zeroBelow(least, inPlace, 2, inPlace, 2, n);
            assertArrayEquals(expected, Arrays.copyOfRange(inPlace, 2, 2 + n));
        }
    }

    /** Both products are rounded before they are added, as if they were computed by themselves. */
    @ParameterizedTest
    @MethodSource("implementations")
    void weightedSum(FloatOps ops) {
        float p = (float) 0.9;
        float q = (float) 0.1;
        for (float least : new float[] {0, (float) 0.5}) {
            several(2, x -> {
                float first = p * x[0];
                float second = q * x[1];
                float sum = first + second;
                return Math.abs(sum) < least ? 0 : sum;
            }, (x, o, d, dO, n) -> ops.weightedSum(p, x[0], o[0], q, x[1], o[1], least, d, dO, n));
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void gradients(FloatOps ops) {
        several(2, x -> {
            float square = x[1] * x[1];
            float slope = 1 - square;
            return x[0] * slope;
        }, (x, o, d, dO, n) -> ops.tanhGradient(x[0], o[0], x[1], o[1], d, dO, n));
        several(2, x -> {
            float rest = 1 - x[1];
            float slope = x[1] * rest;
            return x[0] * slope;
        }, (x, o, d, dO, n) -> ops.sigmoidGradient(x[0], o[0], x[1], o[1], d, dO, n));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void adam(FloatOps ops) {
        float least = (float) 0.25;
        several(6, x -> {
            float direction = x[1] * x[2];
            float root = (float) Math.sqrt(x[3]);
            float scaled = root * x[4];
            float size = scaled + x[5];
            float step = direction / size;
            float next = x[0] - step;
            return Math.abs(next) < least ? 0 : next;
        }, (x, o, d, dO, n) -> ops.adam(
                x[0], o[0], x[1], o[1], x[2], o[2], x[3], o[3], x[4], o[4], x[5], o[5], least, d, dO, n));
    }

    private interface Element {
        float of(float... operands);
    }

    private interface OfSeveral {
        void run(float[][] operands, int[] offsets, float[] d, int dO, int n);
    }

    /** A loop over several operands, to a place of its own and to that of each of them. */
    private static void several(int count, Element element, OfSeveral loop) {
        Random random = new Random(9);
        for (int n : LENGTHS) {
            float[][] x = new float[count][];
            int[] offsets = new int[count];
            for (int k = 0; k < count; k++) {
                x[k] = randoms(random, n, 1);
                offsets[k] = k + 2;
            }
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                float[] operands = new float[count];
                for (int k = 0; k < count; k++) {
                    operands[k] = x[k][i];
                }
                expected[i] = element.of(operands);
            }
            for (int place = -1; place < count; place++) {
                float[][] operands = new float[count][];
                for (int k = 0; k < count; k++) {
                    operands[k] = range(x[k], offsets[k]);
                }
                float[] d = place < 0 ? guarded(n, 1) : operands[place];
                int dO = place < 0 ? 1 : offsets[place];
                loop.run(operands, offsets, d, dO, n);
                assertArrayEquals(expected, Arrays.copyOfRange(d, dO, dO + n));
                if (place < 0) {
                    assertGuards(d, 1, n);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void reductionsOfAll(FloatOps ops) {
        Random random = new Random(4);
        for (int n : LENGTHS) {
            float[] x = randoms(random, n, 3);
            float[] a = range(x, 3);
            double scale = 0;
            for (float v : x) {
                scale += Math.abs(v);
            }
            assertEquals(reduce(Reduction.SUM, x, 0, n), ops.sum(a, 3, n), 4 * Math.ulp((float) 1) * scale);
            assertEquals((float) reduce(Reduction.MAX, x, 0, n), ops.max(a, 3, n));
            assertEquals((float) reduce(Reduction.MIN, x, 0, n), ops.min(a, 3, n));
            if (n > 0) {
                a[3 + random.nextInt(n)] = Float.NaN;
                assertEquals(Double.NaN, ops.sum(a, 3, n));
                assertEquals(Float.NaN, ops.max(a, 3, n));
                assertEquals(Float.NaN, ops.min(a, 3, n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void reductionsOfRowsAndColumns(FloatOps ops) {
        Random random = new Random(5);
        for (Reduction kind : Reduction.values()) {
            for (int rows : new int[] {0, 1, 2, 5, 33}) {
                for (int cols : COLUMNS) {
                    for (boolean special : new boolean[] {false, true}) {
                        float[] x = randoms(random, rows * cols, 3);
                        if (special && x.length > 0) {
                            x[random.nextInt(x.length)] = Float.NaN;
                            x[random.nextInt(x.length)] = Float.NEGATIVE_INFINITY;
                        }
                        checkRows(kind, ops, x, rows, cols);
                        checkColumns(kind, ops, x, rows, cols, randoms(random, cols, 3));
                    }
                }
            }
        }
    }

    private static void checkRows(Reduction kind, FloatOps ops, float[] x, int rows, int cols) {
        float[] d = guarded(rows, 2);
        ops.reduceRows(kind, range(x, 3), 3, rows, cols, d, 2);
        for (int r = 0; r < rows; r++) {
            double scale = 1;
            for (int c = 0; c < cols; c++) {
                scale += Math.abs(x[r * cols + c]);
            }
            double tolerance = kind == Reduction.SUM && scale < 1e9 ? 4 * Math.ulp((float) 1) * scale : 0;
            assertEquals((float) reduce(kind, x, r * cols, cols), d[2 + r], (float) tolerance);
        }
        assertGuards(d, 2, rows);
    }

    private static void checkColumns(Reduction kind, FloatOps ops, float[] x, int rows, int cols, float[] start) {
        float[] expected = start.clone();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                // In this very order, so that the results are equal.
                expected[c] = (float) kind.apply(expected[c], x[r * cols + c]);
            }
        }
        float[] d = guarded(cols, 2);
        System.arraycopy(start, 0, d, 2, cols);
        ops.reduceColumns(kind, range(x, 3), 3, rows, cols, d, 2);
        assertArrayEquals(expected, Arrays.copyOfRange(d, 2, 2 + cols));
        assertGuards(d, 2, cols);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void broadcasts(FloatOps ops) {
        Random random = new Random(6);
        for (int rows : new int[] {0, 1, 2, 3, 20, 33}) {
            for (int cols : COLUMNS) {
                float[] perRow = randoms(random, rows, 3);
                float[] row = randoms(random, cols, 3);
                float[] expanded = guarded(rows * cols, 2);
                float[] tiled = guarded(rows * cols, 2);
                ops.expand(range(perRow, 3), 3, expanded, 2, rows, cols);
                ops.tile(range(row, 3), 3, tiled, 2, rows, cols);
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < cols; c++) {
                        assertEquals(perRow[r], expanded[2 + r * cols + c]);
                        assertEquals(row[c], tiled[2 + r * cols + c]);
                    }
                }
                assertGuards(expanded, 2, rows * cols);
                assertGuards(tiled, 2, rows * cols);
            }
        }
    }

    private static double reduce(Reduction kind, float[] x, int from, int n) {
        double y = kind.identity();
        for (int i = from; i < from + n; i++) {
            y = kind.apply(y, x[i]);
        }
        return y;
    }

    /** Equal for exact operations, else within a few units in the last place; zeros of the right sign. */
    private static void close(Enum<?> op, float expected, float actual, String what) {
        if (Float.compare(expected, actual) == 0) {
            return;
        }
        double tolerance;
        if (op == Unary.ERF) {
            tolerance = 4 * Math.ulp((float) 1);
        } else if (op instanceof Unary unary && unary.isCostly() && op != Unary.SQRT || op == Binary.POW) {
            // The least normal number more, for results that an implementation flushes to zero.
            tolerance = 4 * Math.ulp(expected) + Float.MIN_NORMAL;
        } else {
            tolerance = 0;
        }
        boolean finite = Float.isFinite(expected) && Float.isFinite(actual);
        if (!finite || !(Math.abs((double) expected - actual) <= tolerance)) {
            fail(what + " should be " + expected + ", not " + actual);
        }
    }

    private static float[] randoms(Random random, int n, double scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (scale * random.nextGaussian());
        }
        return x;
    }

    /** The elements at an offset, with NaN around them. */
    private static float[] range(float[] x, int offset) {
        float[] a = new float[offset + x.length + FloatOps.PADDING];
        Arrays.fill(a, Float.NaN);
        System.arraycopy(x, 0, a, offset, x.length);
        return a;
    }

    private static float[] guarded(int n, int offset) {
        float[] d = new float[offset + n + FloatOps.PADDING];
        Arrays.fill(d, GUARD);
        return d;
    }

    private static void assertGuards(float[] d, int offset, int n) {
        for (int i = 0; i < d.length; i++) {
            if (i < offset || i >= offset + n) {
                assertEquals(GUARD, d[i], "outside the destination");
            }
        }
    }
}
