package dev.norn.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

    private static EventReader.Fields histogram(double... values) {
        return EventReader.parse(Histogram.of(NdArray.vector(values), 0, values.length).message().bytes());
    }

    /** Each bucket has what a count of all values between its limits gives; all is counted, and statistics are right. */
    private static void check(double... values) {
        EventReader.Fields histogram = histogram(values);
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        double[] limits = histogram.float64s(6);
        double[] buckets = histogram.float64s(7);
        assertEquals(limits.length, buckets.length);
        double below = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < limits.length; i++) {
            double from = below;
            double to = limits[i];
            assertTrue(from < to);
            assertEquals(Arrays.stream(finite).filter(v -> from <= v && (v < to || to == Double.MAX_VALUE)).count(),
                    buckets[i], "from " + from + " to " + to);
            // A bucket that holds anything is as TensorFlow's are: from one of its limits to the next.
            if (buckets[i] > 0 && to > 1.2e-12 && to < 1e20) {
                assertEquals(from, to / 1.1, 1e-9 * to);
            }
            assertTrue(i == 0 || buckets[i] > 0 || buckets[i - 1] > 0, "two empty buckets side by side");
            below = to;
        }
        assertEquals(Double.MAX_VALUE, below);
        assertEquals(finite.length, DoubleStream.of(buckets).sum());
        assertEquals(finite.length, histogram.float64(3));
        assertEquals(DoubleStream.of(finite).min().orElse(Double.MAX_VALUE), histogram.float64(1));
        assertEquals(DoubleStream.of(finite).max().orElse(-Double.MAX_VALUE), histogram.float64(2));
        double scale = DoubleStream.of(finite).map(Math::abs).sum();
        assertEquals(DoubleStream.of(finite).sum(), histogram.float64(4), 1e-12 * scale);
        double squares = DoubleStream.of(finite).map(v -> v * v).sum();
        assertEquals(squares, histogram.float64(5), 1e-12 * squares);
    }

    @Test
    void edges() {
        check();
        check(0);
        check(0, -0.0, 0);
        check(Double.NaN);
        check(1e-12, -1e-12, Math.nextDown(1e-12), 1e-12 * 1.1, Double.MIN_VALUE, -Double.MIN_VALUE, 1e-13, -1e-13);
        check(1, -1, 1e19, -1e19, 1e20, 1e30, -1e30, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    }

    @Test
    void theGreatestNumbersHaveAPlace() {
        EventReader.Fields histogram = histogram(Double.MAX_VALUE, -Double.MAX_VALUE);
        assertEquals(2, histogram.float64(3));
        assertEquals(2, DoubleStream.of(histogram.float64s(7)).sum());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-14, 1e-3, 1, 1e6, 1e19})
    void countsAsANaiveCountDoes(double deviation) {
        RandomStream random = new RandomStream(1, 0);
        check(DoubleStream.generate(() -> deviation * random.nextGaussian()).limit(2000).toArray());
    }

    /** histogram.cc, worked out by hand: the limits beside 0 are 1e-12, those after it 1.1 times as large each. */
    @Test
    void bucketsOfAFew() {
        EventReader.Fields histogram = histogram(0, 0, 1.05e-12, -0.5e-12);
        assertArrayEquals(new double[] {-1e-12, 0, 1e-12, 1.1e-12, Double.MAX_VALUE}, histogram.float64s(6), 1e-24);
        assertArrayEquals(new double[] {0, 1, 2, 1, 0}, histogram.float64s(7));
    }

    @Test
    void partOfAnArray() {
        NdArray values = NdArray.zeros(DType.F32, Shape.of(5));
        for (int i = 0; i < 5; i++) {
            values.set(i, i);
        }
        EventReader.Fields histogram = EventReader.parse(Histogram.of(values, 1, 3).message().bytes());
        assertEquals(3, histogram.float64(3));
        assertEquals(6, histogram.float64(4));
    }
}
