package dev.norn.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A task's results as a table: headings, then a row for each contestant. The first two columns hold text. */
final class Cells {

    /** Columns of text, at the left; the others are numbers. */
    static final int TEXTS = 2;

    private Cells() {}

    /** The table of a task. */
    static List<List<String>> of(Outcome outcome, Task task) {
        boolean product = task instanceof Task.Multiply;
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("who", "with", product ? "median us" : "median s", "min", "spread"));
        if (!product) {
            head.addAll(List.of("samples/s", "steps/s"));
        }
        head.addAll(List.of("GFLOP/s", "of peak", task.score(), "memory MiB", product ? "rate / best peer" : "time / best peer"));
        rows.add(head);
        for (Result result : outcome.of(task)) {
            Contestant contestant = result.contestant();
            List<String> row = new ArrayList<>();
            row.add(contestant.label());
            row.add(contestant.configuration());
            row.add(time(task, result.median()));
            row.add(time(task, result.min()));
            row.add(percent(result.spread()));
            if (task instanceof Task.Fit fit) {
                row.add(format("%,.0f", (double) fit.training().samples() * fit.training().epochs() / result.median()));
                row.add(format("%,.0f", fit.training().steps() / result.median()));
            }
            row.add(format(result.gflops() < 10 ? "%.2f" : "%.1f", result.gflops()));
            row.add(percent(outcome.peak().share(result)));
            row.add(score(result));
            row.add(result.memory().isPresent() ? Long.toString(result.memory().getAsLong() >> 20) : "-");
            row.add(format("%.2f", outcome.ratio(result)));
            rows.add(row);
        }
        return rows;
    }

    /** A time, in the unit of a task's table: seconds, of products microseconds. */
    static String time(Task task, double seconds) {
        return task instanceof Task.Multiply ? format("%,.1f", seconds * 1e6) : format("%.3f", seconds);
    }

    private static String score(Result result) {
        double score = result.score();
        return result.task().score().equals("accuracy") ? format("%.2f %%", 100 * score) : format("%.4g", score);
    }

    static String percent(double share) {
        return format("%.0f %%", 100 * share);
    }

    static String format(String pattern, double number) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, pattern, number);
    }
}
