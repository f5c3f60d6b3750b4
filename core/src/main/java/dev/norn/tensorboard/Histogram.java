package dev.norn.tensorboard;

import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How numbers are distributed, in the buckets that TensorFlow has (histogram.cc in tensorflow/core/lib/histogram): limits are
 * 0, and on either side of it 1e-12 and what comes of that by steps of a tenth, up to 1e20, and the greatest double. A bucket
 * holds what is less than its limit and not less than the limit before. NaN and infinities lie in none and count nowhere.
 */
final class Histogram {

    private static final double[] LIMITS = limits();

    private final int[] counts = new int[LIMITS.length];
    private double min = Double.MAX_VALUE;
    private double max = -Double.MAX_VALUE;
    private long number;
    private double sum;
    private double sumOfSquares;

    private static double[] limits() {
        List<Double> limits = new ArrayList<>(List.of(0.0));
        for (double limit = 1e-12; limit < 1e20; limit *= 1.1) {
            limits.add(limit);
            limits.add(-limit);
        }
        limits.add(Double.MAX_VALUE);
        limits.add(-Double.MAX_VALUE);
        return limits.stream().mapToDouble(x -> x).sorted().toArray();
    }

    /** Of {@code size} elements, from flat index {@code offset}. */
    static Histogram of(NdArray values, int offset, int size) {
        Histogram histogram = new Histogram();
        for (int i = offset; i < offset + size; i++) {
            histogram.add(values.get(i));
        }
        return histogram;
    }

    private void add(double value) {
        if (!Double.isFinite(value)) {
            return;
        }
        counts[bucket(value)]++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        number++;
        sum += value;
        sumOfSquares += value * value;
    }

    /** The first whose limit is greater; for the greatest double the last. */
    private static int bucket(double value) {
        int found = Arrays.binarySearch(LIMITS, value + 0.0); // a search takes -0 for less than 0
        return Math.min(found >= 0 ? found + 1 : -found - 1, LIMITS.length - 1);
    }

    /** As HistogramProto in summary.proto; buckets without numbers that lie side by side become one. */
    Message message() {
        List<Double> limits = new ArrayList<>();
        List<Double> buckets = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            boolean more = counts[i] == 0 && i + 1 < counts.length && counts[i + 1] == 0;
            if (!more) {
                limits.add(LIMITS[i]);
                buckets.add((double) counts[i]);
            }
        }
        return new Message()
                .float64(1, min).float64(2, max).float64(3, number).float64(4, sum).float64(5, sumOfSquares)
                .float64s(6, limits).float64s(7, buckets);
    }
}
