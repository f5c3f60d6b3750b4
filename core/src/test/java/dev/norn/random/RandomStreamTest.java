package dev.norn.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStreamTest {

    /**
     * Values from an independent implementation in Python. If this fails, results that somebody published with a seed
     * can no longer be reproduced.
     */
    @Test
    void streamsNeverChange() {
        RandomStream doubles = new RandomStream(42, 7);
        assertEquals(0.1128709829441269, doubles.nextDouble());
        assertEquals(0.6101954541429545, doubles.nextDouble());
        assertEquals(0.7904408700990995, doubles.nextDouble());
        assertEquals(0.41845711171638655, new RandomStream(0, 0).nextDouble()); // the first of the known answers
        assertArrayEquals(new int[] {4, 1, 6, 7, 8, 5, 2, 0, 9, 3}, new RandomStream(42, 7).permutation(10));
        assertArrayEquals(new int[] {3, 0, 1, 6, 5, 4, 2}, new RandomStream(-1, -1).permutation(7));
        RandomStream small = new RandomStream(2026, 3);
        for (int expected : new int[] {824, 871, 964, 560, 809, 755, 59, 731}) {
            assertEquals(expected, small.nextInt(1000));
        }
        RandomStream large = new RandomStream(-1, 3); // with rejections
        for (int expected : new int[] {598017511, 1021528548, 1332860426, 343141019, 1069593381, 1010131845}) {
            assertEquals(expected, large.nextInt(3 << 29));
        }
        RandomStream normals = new RandomStream(42, 7);
        for (double expected : new double[] {-0.3767194345794991, 1.0376971692490489, 0.1330169548722416}) {
            assertEquals(expected, normals.nextGaussian(), 1e-9);
        }
    }

    /** Pearson's statistic for {@code draws} over equally likely cells. */
    private static double chiSquared(int cells, int draws, IntSupplier source) {
        int[] counts = new int[cells];
        for (int i = 0; i < draws; i++) {
            counts[source.getAsInt()]++;
        }
        double expected = (double) draws / cells;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    /** The statistic has mean df and variance 2 df. */
    private static void assertUniform(int cells, int draws, IntSupplier source) {
        int df = cells - 1;
        double statistic = chiSquared(cells, draws, source);
        assertTrue(Math.abs(statistic - df) < 5 * Math.sqrt(2.0 * df) + 3, "chi squared " + statistic + ", df " + df);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, 0x1234_5678_9ABC_DEF0L})
    void doublesAreUniform(long seed) {
        RandomStream random = new RandomStream(seed, 5);
        assertUniform(1000, 200_000, () -> (int) (random.nextDouble() * 1000));
        // The lowest of the 53 bits too.
        assertUniform(64, 100_000, () -> (int) ((long) (random.nextDouble() * 0x1p53) & 63));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 60_000, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE})
    void integersStayBelowTheBound(int bound) {
        RandomStream random = new RandomStream(9, bound);
        int cells = Math.min(bound, 100);
        assertUniform(cells, 100_000, () -> {
            int value = random.nextInt(bound);
            assertTrue(value >= 0 && value < bound);
            return (int) ((long) value * cells / bound);
        });
    }

    /** Without rejection, 2 of every 8 numbers rather than 1 of every 3 would leave the remainder 2. */
    @Test
    void integersAreUnbiased() {
        RandomStream random = new RandomStream(3, 1);
        assertUniform(3, 300_000, () -> random.nextInt(3 << 29) % 3);
    }

    @Test
    void boundMustBePositive() {
        RandomStream random = new RandomStream(0, 0);
        for (int bound : new int[] {0, -1, Integer.MIN_VALUE}) {
            var e = assertThrows(IllegalArgumentException.class, () -> random.nextInt(bound));
            assertTrue(e.getMessage().contains("" + bound), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, -3})
    void gaussiansHaveTheMomentsOfANormal(long seed) {
        RandomStream random = new RandomStream(seed, 11);
        int n = 1_000_000;
        double[] moments = new double[5];
        int within1 = 0;
        int beyond3 = 0;
        for (int i = 0; i < n; i++) {
            double x = random.nextGaussian();
            assertTrue(Math.abs(x) < 8.6, "" + x);
            double power = 1;
            for (int k = 0; k < 5; k++) {
                moments[k] += power / n;
                power *= x;
            }
            within1 += Math.abs(x) < 1 ? 1 : 0;
            beyond3 += Math.abs(x) > 3 ? 1 : 0;
        }
        // E x^k = 0, 1, 0, 3 with variances of x^k: 1, 2, 15, 96; five standard errors.
        assertEquals(0, moments[1], 5e-3);
        assertEquals(1, moments[2], 5e-3 * Math.sqrt(2));
        assertEquals(0, moments[3], 5e-3 * Math.sqrt(15));
        assertEquals(3, moments[4], 5e-3 * Math.sqrt(96));
        assertEquals(0.682689492, (double) within1 / n, 5 * 0.00047);
        assertEquals(0.002699796, (double) beyond3 / n, 5 * 0.000052);
    }

    /** Neighbours in the sequence are not related. */
    @Test
    void gaussiansAreUncorrelated() {
        RandomStream random = new RandomStream(4, 4);
        int n = 200_000;
        double previous = random.nextGaussian();
        double product = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double x = random.nextGaussian();
            product += x * previous;
            squares += (x * x - 1) * (previous * previous - 1);
            previous = x;
        }
        assertEquals(0, product / n, 5 / Math.sqrt(n));
        assertEquals(0, squares / n, 5 * 2 / Math.sqrt(n));
    }

    private static int rank(int[] permutation) {
        int rank = 0;
        for (int i = 0; i < permutation.length; i++) {
            int smaller = 0;
            for (int j = i + 1; j < permutation.length; j++) {
                smaller += permutation[j] < permutation[i] ? 1 : 0;
            }
            rank = rank * (permutation.length - i) + smaller;
        }
        return rank;
    }

    @Test
    void permutationsAreUniform() {
        RandomStream one = new RandomStream(8, 0);
        assertUniform(120, 60_000, () -> rank(one.permutation(5)));
        // The first permutation of many seeds, which is how a data set is shuffled.
        int[] seed = {0};
        assertUniform(120, 60_000, () -> rank(new RandomStream(seed[0]++, 0).permutation(5)));
        // And of many streams of one seed.
        int[] stream = {0};
        assertUniform(120, 60_000, () -> rank(new RandomStream(8, stream[0]++).permutation(5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 97, 60_000})
    void permutationsHoldEveryNumberOnce(int n) {
        boolean[] seen = new boolean[n];
        int[] order = new RandomStream(n, 2).permutation(n);
        assertEquals(n, order.length);
        for (int i : order) {
            assertTrue(!seen[i]);
            seen[i] = true;
        }
    }

    @Test
    void indicesAreDrawnOneByOne() {
        int[] drawn = new RandomStream(5, 6).indices(50_000, 7);
        RandomStream again = new RandomStream(5, 6);
        for (int index : drawn) {
            assertEquals(again.nextInt(7), index);
        }
        assertEquals(0, new RandomStream(5, 6).indices(0, 7).length);
        assertThrows(IllegalArgumentException.class, () -> new RandomStream(5, 6).indices(1, 0));
    }

    @Test
    void streamsAndSeedsAreIndependent() {
        long[][] pairs = {{1, 0, 1, 1}, {1, 0, 2, 0}, {1, 0, 1L << 32 | 1, 0}, {5, 3, 3, 5}};
        for (long[] p : pairs) {
            RandomStream a = new RandomStream(p[0], (int) p[1]);
            RandomStream b = new RandomStream(p[2], (int) p[3]);
            double sum = 0;
            int n = 100_000;
            for (int i = 0; i < n; i++) {
                sum += (a.nextDouble() - 0.5) * (b.nextDouble() - 0.5);
            }
            assertEquals(0, sum / n, 5.0 / 12 / Math.sqrt(n));
        }
    }
}
