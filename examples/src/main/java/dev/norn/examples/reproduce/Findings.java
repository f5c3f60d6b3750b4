package dev.norn.examples.reproduce;

import dev.norn.sweep.Point;
import dev.norn.sweep.Results;
import dev.norn.sweep.Row;
import dev.norn.sweep.Table;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tasks gave, by their names. */
final class Findings {

    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final Map<String, Results> results = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    void put(Task task, Table table, double wallSeconds) {
        tables.put(task.name(), table);
        seconds.put(task.name(), wallSeconds);
    }

    void put(Task task, Results found, double wallSeconds) {
        results.put(task.name(), found);
        seconds.put(task.name(), wallSeconds);
    }

    /** A task that cannot be done on this machine, and why. */
    void lacks(Task task, String why) {
        missing.put(task.name(), why);
        seconds.put(task.name(), 0.0);
    }

    /** The wall-clock time that a task took in this run of the program. */
    double seconds(String task) {
        return seconds.get(task);
    }

    /** The table of a task of trainings. */
    Table table(String task) {
        Table table = tables.get(task);
        if (table == null) {
            throw new IllegalArgumentException("there are no trainings " + task);
        }
        return table;
    }

    /** Whether the task has results. */
    boolean has(String task) {
        return results.containsKey(task);
    }

    /** What another task gave. */
    Results results(String task) {
        Results found = results.get(task);
        if (found == null) {
            throw new IllegalArgumentException("there are no results " + task);
        }
        return found;
    }

    /** Why a task has no results; null if it has, or was not asked for. */
    String missing(String task) {
        return missing.get(task);
    }

    /** A number that another task gave; or why there is none. */
    Measured number(String task, String name) {
        return has(task) ? Measured.of(results(task).number(name)) : Measured.none(missing(task));
    }

    /** The runs of a task that have these values. */
    List<Row> rows(String task, Object... namesAndValues) {
        return table(task).rows().stream().filter(row -> matches(row.trial().point(), namesAndValues)).toList();
    }

    private static boolean matches(Point point, Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = (String) namesAndValues[i];
            if (!Point.of(name, namesAndValues[i + 1]).values().get(name).equals(point.values().get(name))) {
                return false;
            }
        }
        return true;
    }

    /** The one run that has these values, the first of its seeds. */
    Row row(String task, Object... namesAndValues) {
        List<Row> rows = rows(task, namesAndValues);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(task + " has no run with " + Arrays.toString(namesAndValues));
        }
        return rows.get(0);
    }

    /** The median of a result over the seeds, with the range; runs that diverged count as infinite. */
    Measured median(String task, String result, Object... namesAndValues) {
        List<Row> rows = rows(task, namesAndValues);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(task + " has no run with " + Arrays.toString(namesAndValues));
        }
        double[] values = rows.stream().mapToDouble(row -> row.done() ? row.number(result) : Double.POSITIVE_INFINITY).sorted()
                .toArray();
        int n = values.length;
        double median = values[(n - 1) / 2];
        if (n == 1) {
            return rows.get(0).done() ? Measured.of(median) : Measured.none(rows.get(0).reason());
        }
        return new Measured(median, values[0], values[n - 1], "median of " + n + " seeds");
    }
}
