package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.train.Epoch;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The same training on several backends, one after another, and a table of how it went. */
final class Comparison {

    /** What a command does with a backend. */
    interface Task {
        /** Trains, and tests. */
        Outcome run(Training training);
    }

    /**
     * What came of it.
     *
     * @param score how good the model is, as the table shows it
     * @param report all results
     */
    record Outcome(String score, Map<String, Object> report) {}

    /** A name of which there is no result, and why. */
    private record Missing(String backend, String reason) {}

    private final TrainingOptions options;
    private final CommandLine line;
    private final String score;
    private final List<Missing> absent = new ArrayList<>();
    private final List<Missing> failed = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Map<String, Object>> reports = new ArrayList<>();
    private List<Epoch> first;
    private String model;

    /**
     * @param line the command
     * @param score what the table calls the result of a test
     */
    Comparison(TrainingOptions options, CommandLine line, String score) {
        this.options = options;
        this.line = line;
        this.score = score;
    }

    /**
     * Runs a task on all backends that were selected, and prints and writes what came of it.
     *
     * @return the exit code
     */
    int run(Task task) {
        List<String> asked = options.backend.names();
        List<String> contenders = contenders();
        if (contenders.isEmpty()) {
            throw new BackendException("no backend can run here: not "
                    + String.join(", ", absent.stream().map(m -> m.backend + " (" + m.reason + ")").toList()));
        }
        for (String backend : contenders) {
            train(backend, asked.contains(backend), task);
        }
        print(options.json.text());
        options.json.write(report());
        return failed.isEmpty() ? 0 : Failures.FAILED;
    }

    /** In the order they were asked for. Those that all stands for may be missing; one named may not. */
    private List<String> contenders() {
        List<String> names = new ArrayList<>();
        for (String asked : options.backend.names()) {
            if (!asked.equals(BackendSelection.ALL)) {
                names.add(asked);
                continue;
            }
            for (BackendProvider provider : Backends.providers()) {
                BackendProvider.Availability found = provider.probe();
                if (options.backend.names().contains(provider.name())) {
                    continue;
                }
                if (!found.available()) {
                    absent.add(new Missing(provider.name(), found.reason()));
                } else if (found.priority() >= 0) {
                    names.add(provider.name());
                }
            }
        }
        return names;
    }

    private void train(String backend, boolean byName, Task task) {
        try (Training training = Training.on(backend, options)) {
            if (training.lack() != null && !byName) {
                absent.add(new Missing(backend, training.lack()));
                return;
            }
            Outcome outcome = task.run(training);
            double difference = difference(training.history().epochs());
            outcome.report().put("loss_difference", difference);
            reports.add(outcome.report());
            rows.add(List.of(backend, training.device().name(),
                    String.format(Locale.ROOT, "%.2f", training.history().seconds()),
                    String.format(Locale.ROOT, "%,.0f", training.samplesPerSecond()),
                    outcome.score(),
                    Double.isNaN(difference) ? "-" : String.format(Locale.ROOT, "%.1e", difference)));
            model = training.modelText();
        } catch (ParameterException e) {
            throw e; // the command line is wrong, whatever the backend
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            // A compiler's messages may follow in other lines.
            String reason = String.valueOf(Failures.describe(e)).lines().findFirst().orElse("");
            failed.add(new Missing(backend, reason));
            Failures.trace(line, e);
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("backend", backend);
            report.put("error", reason);
            reports.add(report);
        }
    }

    /** How far the losses are from those of the first backend: the greatest relative difference; NaN for the first. */
    private double difference(List<Epoch> epochs) {
        if (first == null) {
            first = epochs;
            return Double.NaN;
        }
        double greatest = 0;
        for (int i = 0; i < Math.min(first.size(), epochs.size()); i++) {
            double loss = first.get(i).loss();
            double apart = Math.abs(epochs.get(i).loss() - loss);
            greatest = Math.max(greatest, apart == 0 ? 0 : apart / Math.abs(loss));
        }
        return greatest;
    }

    private void print(PrintWriter out) {
        if (model != null) {
            out.printf(Locale.ROOT, "model     %s%n", model);
            out.printf(Locale.ROOT, "training  %d %s%s, seed %d%n%n", options.epochs,
                    options.epochs == 1 ? "epoch" : "epochs", options.patience == null ? "" : " at most", options.seed);
        }
        if (!rows.isEmpty()) {
            List<List<String>> table = new ArrayList<>(rows);
            table.add(0, List.of("backend", "device", "seconds", "samples/s", score, "loss differs by"));
            Table.print(out, table, 2);
        }
        if (!rows.isEmpty() && !(failed.isEmpty() && absent.isEmpty())) {
            out.println();
        }
        failed.forEach(m -> out.println(m.backend + " failed: " + m.reason));
        absent.forEach(m -> out.println(m.backend + " is not available: " + m.reason));
    }

    private Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("version", Main.version());
        report.put("java", System.getProperty("java.version"));
        report.put("parameters", options.effective(options.backend.toString()));
        report.put("runs", reports);
        report.put("not_available", absent.stream().map(m -> Map.of("backend", m.backend, "reason", m.reason)).toList());
        return report;
    }
}
