package dev.norn.bench.compare;

import dev.norn.examples.Table;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A comparison as text. */
final class TextReport {

    private TextReport() {}

    static String of(Outcome outcome) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println(Machine.processor() + ", " + Machine.cores() + " cores; Java " + Runtime.version());
        if (!outcome.peak().gflops().isEmpty()) {
            out.println("peak: " + rates(outcome.peak().gflops(), "GFLOP/s") + "; copies: "
                    + rates(outcome.peak().bandwidth(), "GB/s"));
        }
        for (Task task : outcome.tasks()) {
            out.println();
            out.println(task.title());
            Table.print(out, Cells.of(outcome, task), Cells.TEXTS);
        }
        String verdicts = outcome.tasks().stream().map(task -> verdict(outcome, task)).flatMap(Optional::stream)
                .collect(Collectors.joining(System.lineSeparator()));
        if (!verdicts.isEmpty()) {
            out.println();
            out.println(verdicts);
        }
        if (!outcome.absent().isEmpty() || !outcome.failures().isEmpty()) {
            out.println();
        }
        outcome.absent().forEach(missing -> out.println("not available: " + missing));
        outcome.failures().forEach(missing -> out.println("failed: " + missing));
        return text.toString();
    }

    private static String rates(Map<Integer, Double> byThreads, String unit) {
        return byThreads.entrySet().stream().map(entry -> String.format(Locale.ROOT, "%.0f %s with %d %s", entry.getValue(),
                unit, entry.getKey(), entry.getKey() == 1 ? "thread" : "threads")).collect(Collectors.joining(", "));
    }

    /** The best of Norn's against the best peer: of trainings. Of products each number of threads is a contest of its own. */
    private static Optional<String> verdict(Outcome outcome, Task task) {
        Optional<Result> ours = outcome.best(task, false);
        Optional<Result> theirs = outcome.best(task, true);
        if (task instanceof Task.Multiply || ours.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT, "%s: Norn (%s) takes %s s, %s %s s: %.2f of that", task.id(),
                ours.get().contestant().label(), Cells.time(task, ours.get().median()), theirs.get().contestant().label(),
                Cells.time(task, theirs.get().median()), outcome.ratio(ours.get())));
    }
}
