package dev.norn.bench.compare;

import dev.norn.bench.protocol.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What came of a contestant in a task.
 *
 * @param about what it said it is
 * @param samples one for each round
 * @param memory the most that its process had resident, in bytes
 */
record Result(Task task, Contestant contestant, Map<String, Object> about, List<Sample> samples, OptionalLong memory) {

    /** Of which there is no result, and why. */
    record Missing(String task, String contestant, String reason) {
        @Override
        public String toString() {
            return (task.isEmpty() ? "" : task + ", ") + contestant + ": " + reason;
        }
    }

    private double[] seconds() {
        return samples.stream().mapToDouble(Sample::unit).sorted().toArray();
    }

    /** Seconds of one training or product: the middle one of all. */
    double median() {
        double[] sorted = seconds();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The least of them. */
    double min() {
        return seconds()[0];
    }

    /** How far the greatest is above the least, relative to the median. */
    double spread() {
        double[] sorted = seconds();
        return (sorted[sorted.length - 1] - sorted[0]) / median();
    }

    /** Thousands of millions of operations a second, by the median. */
    double gflops() {
        return task.flops() / median() * 1e-9;
    }

    /** The median score. */
    double score() {
        double[] sorted = samples.stream().mapToDouble(Sample::score).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
