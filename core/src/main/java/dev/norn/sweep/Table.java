package dev.norn.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished sweep.
 *
 * @param rows one for each run, in the sweep's order
 */
public record Table(List<Row> rows) {

    public Table {
        rows = List.copyOf(rows);
    }

    /**
     * A result over the seeds and folds of a point.
     *
     * @param point the point
     * @param count how many of its runs have the result
     * @param missing how many diverged or failed, and are not counted
     * @param mean the mean; NaN if there is none
     * @param deviation the sample standard deviation (divisor count - 1); NaN of fewer than two
     */
    public record Summary(Point point, int count, int missing, double mean, double deviation) {

        /** The standard deviation of the mean: deviation / √count. */
        public double error() {
            return deviation / Math.sqrt(count);
        }
    }

    /** The rows that have results. */
    public List<Row> done() {
        return rows.stream().filter(Row::done).toList();
    }

    /** The row with the least of a result, NaN left out; the first of equals; empty if there is none. */
    public Optional<Row> least(String result) {
        return done().stream().filter(row -> !Double.isNaN(row.number(result)))
                .min(Comparator.comparingDouble(row -> row.number(result)));
    }

    /** The row with the most of a result. As {@link #least}. */
    public Optional<Row> most(String result) {
        return done().stream().filter(row -> !Double.isNaN(row.number(result)))
                .min(Comparator.comparingDouble(row -> -row.number(result)));
    }

    /** A result, point by point, in the sweep's order. */
    public List<Summary> summaries(String result) {
        Map<Point, List<Row>> byPoint = new LinkedHashMap<>();
        for (Row row : rows) {
            byPoint.computeIfAbsent(row.trial().point(), point -> new ArrayList<>()).add(row);
        }
        List<Summary> summaries = new ArrayList<>();
        byPoint.forEach((point, own) -> summaries.add(summary(point, own, result)));
        return summaries;
    }

    private static Summary summary(Point point, List<Row> rows, String result) {
        double[] values = rows.stream().filter(Row::done).mapToDouble(row -> row.number(result)).toArray();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
        return new Summary(point, values.length, rows.size() - values.length, mean, deviation);
    }
}
