package dev.norn.examples.reproduce;

import dev.norn.sweep.Row;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows how far a reproduction is: on a terminal a line that is written over, elsewhere a line now and then. */
final class RunProgress {

    private static final int BAR = 20;
    private static final double SURE = 0.02; // the share of all after which it can be said how long the rest takes
    private static final long OFTEN = 100_000_000; // ns between two drawings on a terminal
    private static final long SELDOM = 10_000_000_000L; // and elsewhere

    private final PrintWriter err;
    private final boolean bar;
    private final long start = System.nanoTime();
    private final Map<String, Double> work = new HashMap<>();
    private double total;
    private double ended;
    /** Of that, what was in results files already. */
    private double given;
    private double current;
    private String runs = "";
    private long drawn = start;
    private int length;

    /**
     * @param err null for no progress
     * @param bar whether lines can be written over
     */
    RunProgress(PrintWriter err, boolean bar) {
        this.err = err;
        this.bar = bar;
    }

    /** What there is to do. */
    synchronized void start(List<Task> tasks) {
        for (Task task : tasks) {
            double seconds = Work.seconds(task);
            work.put(task.name(), seconds);
            total += seconds;
        }
    }

    synchronized void begin(Task task) {
        current = 0;
        runs = "";
        draw(task, true);
    }

    /** @param row what ended; null for the runs that were in a file */
    synchronized void advance(Task.Trainings task, Row row, int done) {
        double step;
        if (row == null) {
            step = work.get(task.name()) * done / task.runs();
            given += step;
        } else {
            step = Work.seconds(row.trial().point(), task.samples());
        }
        current += step;
        runs = done + "/" + task.runs();
        draw(task, false);
    }

    synchronized void end(Task task, double seconds) {
        ended += work.get(task.name());
        current = 0;
        if (err != null && !bar) {
            err.printf(Locale.ROOT, "%-16s %8s  %s%n", task.name(), Texts.duration(seconds), left());
            drawn = System.nanoTime();
        }
    }

    /** Clears the line. */
    synchronized void done() {
        if (err != null && bar && length > 0) {
            err.print("\r" + " ".repeat(length) + "\r");
            err.flush();
        }
    }

    private void draw(Task task, boolean now) {
        long time = System.nanoTime();
        if (err == null || !(now && bar) && time - drawn < (bar ? OFTEN : SELDOM)) {
            return;
        }
        drawn = time;
        if (!bar) {
            err.println(task.name() + "  " + runs + "  " + left());
            return;
        }
        int full = (int) (BAR * share());
        String line = "[" + "=".repeat(full) + (full < BAR ? ">" : "") + " ".repeat(Math.max(0, BAR - full - 1)) + "] "
                + task.name() + (runs.isEmpty() ? "" : " " + runs) + "  " + left();
        line = line.substring(0, Math.min(79, line.length()));
        err.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
        err.flush();
        length = line.length();
    }

    private double share() {
        return total == 0 ? 1 : Math.min(1, (ended + current) / total);
    }

    /** What remains takes as long in proportion as what was done. */
    private String left() {
        double done = ended + current - given;
        double seconds = (System.nanoTime() - start) * 1e-9;
        String percent = String.format(Locale.ROOT, "%3.0f %%", 100 * share());
        return done < SURE * total ? percent : percent + ", " + Texts.duration(seconds / done * Math.max(0, total - ended - current)) + " left";
    }
}
