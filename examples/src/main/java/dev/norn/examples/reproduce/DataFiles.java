package dev.norn.examples.reproduce;

import dev.norn.sweep.Results;
import dev.norn.sweep.Row;
import dev.norn.sweep.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every number of a reproduction, as CSV and as JSON. What is no number is empty in the one and null in the other. */
final class DataFiles {

    private DataFiles() {}

    /** The file of a task's numbers. */
    static String name(Task task) {
        return task.name() + (task instanceof Task.Trainings ? "-runs.csv" : "-results.csv");
    }

    /** Published beside measured: a line for each row. */
    static String csv(List<Judged> rows) {
        List<List<Object>> lines = new ArrayList<>();
        lines.add(List.of("what", "published", "published_text", "measured", "measured_low", "measured_high", "measured_text", "verdict",
                "rule"));
        for (Judged row : rows) {
            lines.add(List.of(row.row().what(), row.row().published(), row.row().text(), row.measured().value(), row.measured().low(),
                    row.measured().high(), row.text(), row.verdict(), row.row().rule().text()));
        }
        return csvOf(lines);
    }

    /** Trainings: a line for each, with its parameters and its results, series left out. */
    static String csv(Table table) {
        Set<String> parameters = new LinkedHashSet<>();
        Set<String> results = new LinkedHashSet<>();
        for (Row row : table.rows()) {
            parameters.addAll(row.trial().point().values().keySet());
            row.results().values().forEach((name, value) -> {
                if (value instanceof Double) {
                    results.add(name);
                }
            });
        }
        List<List<Object>> lines = new ArrayList<>();
        List<Object> head = new ArrayList<>(List.of("run"));
        head.addAll(parameters);
        head.addAll(List.of("seed", "fold", "outcome", "reason"));
        head.addAll(results);
        head.addAll(List.of("training_seconds", "seconds"));
        lines.add(head);
        for (Row row : table.rows()) {
            List<Object> line = new ArrayList<>(List.of(row.trial().index()));
            parameters.forEach(name -> line.add(row.trial().point().values().getOrDefault(name, "")));
            line.addAll(List.of(row.trial().seed(), row.trial().fold(), row.outcome(), row.reason() == null ? "" : row.reason()));
            results.forEach(name -> line.add(row.results().values().getOrDefault(name, "")));
            line.addAll(List.of(row.trainingSeconds(), row.seconds()));
            lines.add(line);
        }
        return csvOf(lines);
    }

    /** The series of trainings: a line for each number. */
    static String series(Table table) {
        List<List<Object>> lines = new ArrayList<>();
        lines.add(List.of("run", "series", "index", "value"));
        for (Row row : table.rows()) {
            series(lines, Integer.toString(row.trial().index()), row.results());
        }
        return csvOf(lines);
    }

    /** Results of anything else: a line for each number. */
    static String csv(Results results) {
        List<List<Object>> lines = new ArrayList<>();
        lines.add(List.of("run", "series", "index", "value"));
        results.values().forEach((name, value) -> {
            if (value instanceof Double) {
                lines.add(List.of("0", name, "", value));
            }
        });
        series(lines, "0", results);
        return csvOf(lines);
    }

    private static void series(List<List<Object>> lines, String run, Results results) {
        results.values().forEach((name, value) -> {
            if (value instanceof double[] series) {
                for (int i = 0; i < series.length; i++) {
                    lines.add(List.of(run, name, i, series[i]));
                }
            }
        });
    }

    private static String csvOf(List<List<Object>> lines) {
        return lines.stream().map(line -> line.stream().map(DataFiles::cell).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
    }

    /** RFC 4180. */
    private static String cell(Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return "";
        }
        String text = value.toString();
        return text.matches("[^\",\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    /** All of it. */
    static Map<String, Object> json(Map<Experiment, List<Judged>> rows, List<Task> tasks, Findings findings, Environment environment,
            double seconds) {
        Map<String, Object> report = new LinkedHashMap<>(environment.values());
        report.put("seconds", seconds);
        List<Object> experiments = new ArrayList<>();
        rows.forEach((experiment, judged) -> experiments.add(json(experiment, judged)));
        report.put("experiments", experiments);
        Map<String, Object> computed = new LinkedHashMap<>();
        tasks.forEach(task -> computed.put(task.name(), json(task, findings)));
        report.put("tasks", computed);
        return report;
    }

    private static Map<String, Object> json(Experiment experiment, List<Judged> judged) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", experiment.id());
        entry.put("ids", experiment.ids());
        entry.put("study", experiment.study());
        entry.put("source", experiment.source());
        entry.put("title", experiment.title());
        entry.put("claim", experiment.claim());
        entry.put("choices", experiment.choices().stream().map(c -> Map.of("question", c.question(), "answer", c.answer())).toList());
        entry.put("tasks", experiment.tasks().stream().map(Task::name).toList());
        entry.put("rows", judged.stream().map(row -> {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("what", row.row().what());
            line.put("published", row.row().published());
            line.put("published_text", row.row().text());
            line.put("measured", row.measured().value());
            line.put("measured_low", row.measured().low());
            line.put("measured_high", row.measured().high());
            line.put("measured_text", row.text());
            line.put("verdict", row.verdict());
            line.put("rule", row.row().rule().text());
            return line;
        }).toList());
        return entry;
    }

    private static Map<String, Object> json(Task task, Findings findings) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("seconds", findings.seconds(task.name()));
        if (task instanceof Task.Trainings trainings) {
            entry.put("data", trainings.samples().description());
            entry.put("precision", trainings.dtype());
            entry.put("runs", findings.table(task.name()).rows().stream().map(row -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("point", row.trial().point().values());
                line.put("seed", row.trial().seed());
                line.put("fold", row.trial().fold());
                line.put("outcome", row.outcome());
                line.put("reason", row.reason());
                line.put("results", plain(row.results()));
                line.put("training_seconds", row.trainingSeconds());
                line.put("seconds", row.seconds());
                return line;
            }).toList());
        } else if (findings.has(task.name())) {
            entry.put("results", plain(findings.results(task.name())));
        } else {
            entry.put("missing", findings.missing(task.name()));
        }
        return entry;
    }

    private static Map<String, Object> plain(Results results) {
        Map<String, Object> plain = new LinkedHashMap<>();
        results.values().forEach((name, value) ->
                plain.put(name, value instanceof double[] series ? Arrays.stream(series).boxed().toList() : value));
        return plain;
    }
}
