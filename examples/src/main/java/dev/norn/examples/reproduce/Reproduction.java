package dev.norn.examples.reproduce;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.DeviceInfo;
import dev.norn.examples.JsonReport;
import dev.norn.examples.OutputException;
import dev.norn.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Some experiments of the studies, to be run, with a report in a folder. */
public final class Reproduction {

    private final Size size;
    private final List<Experiment> experiments;

    /**
     * Chooses experiments.
     *
     * @param names none for all
     * @param quick whether at reduced size
     * @throws IllegalArgumentException if there is none of a name; the message lists those there are
     */
    public Reproduction(List<String> names, boolean quick) {
        this.size = new Size(quick);
        this.experiments = new Catalogue(size).named(names);
    }

    /** Names, where they are from, and titles. */
    public List<List<String>> list() {
        return experiments.stream().map(e -> List.of(e.id(), "study " + e.study() + ", " + e.source(), e.title()
                + (e.ids().size() == 1 ? "" : " (also " + String.join(", ", e.ids().subList(1, e.ids().size())) + ")"))).toList();
    }

    /**
     * A folder that can be written to, made if it is not there.
     *
     * @throws dev.norn.data.DataException, OutputException if it cannot
     */
    public static void prepare(Path folder) {
        try {
            Files.createDirectories(folder.resolve("data"));
            Files.createDirectories(folder.resolve("runs"));
        } catch (IOException e) {
            throw new OutputException("cannot write to the folder " + folder + ": " + reason(e), e);
        }
        new AtomicFile(folder.resolve("index.html"));
        new AtomicFile(folder.resolve("runs").resolve("probe"));
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied"
                : e instanceof FileAlreadyExistsException f ? f.getFile() + " is there, and is no folder"
                : e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
    }

    /**
     * Runs them, and writes index.html, results.json, and every number as CSV. What an earlier call with the same folder has
     * trained is taken over.
     *
     * @param version of this program
     * @param python a command; null for the usual ones
     * @param err where progress is shown; null for nowhere
     * @param bar whether lines there can be written over
     * @return a table: experiment, verdicts, time; the last line is of all
     */
    public List<List<String>> run(String version, BackendProvider provider, BackendOptions options, Path folder, String python,
            PrintWriter err, boolean bar) {
        long start = System.nanoTime();
        DeviceInfo device;
        try (Backend backend = provider.open(options)) {
            device = backend.device();
        }
        List<Task> tasks = Runner.tasks(experiments);
        Path runs = folder.resolve("runs");
        Findings findings = new Runner(provider, options, runs, size, new Python(python), new RunProgress(err, bar)).run(tasks);
        Map<Experiment, List<Judged>> rows = new LinkedHashMap<>();
        experiments.forEach(experiment -> rows.put(experiment, Judged.of(experiment, findings)));
        Environment environment = Environment.of(version, device, size.quick());
        double seconds = (System.nanoTime() - start) * 1e-9;
        write(folder, tasks, rows, findings, environment, seconds);
        return summary(rows, findings, seconds);
    }

    private void write(Path folder, List<Task> tasks, Map<Experiment, List<Judged>> rows, Findings findings, Environment environment,
            double seconds) {
        Path data = folder.resolve("data");
        rows.forEach((experiment, judged) -> text(data.resolve(experiment.id() + ".csv"), DataFiles.csv(judged)));
        for (Task task : tasks) {
            if (task instanceof Task.Trainings) {
                text(data.resolve(DataFiles.name(task)), DataFiles.csv(findings.table(task.name())));
                text(data.resolve(task.name() + "-series.csv"), DataFiles.series(findings.table(task.name())));
            } else if (findings.has(task.name())) {
                text(data.resolve(DataFiles.name(task)), DataFiles.csv(findings.results(task.name())));
            }
        }
        new AtomicFile(folder.resolve("results.json")).write(JsonReport.of(
                DataFiles.json(rows, tasks, findings, environment, seconds)));
        text(folder.resolve("index.html"), new Report(rows, findings, environment, seconds).html());
    }

    private static void text(Path file, String content) {
        new AtomicFile(file).write(content.getBytes(StandardCharsets.UTF_8));
    }

    private static List<List<String>> summary(Map<Experiment, List<Judged>> rows, Findings findings, double seconds) {
        Set<String> counted = new HashSet<>();
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("experiment", "published and measured", "time"));
        rows.forEach((experiment, judged) -> lines.add(List.of(experiment.id(), Report.summary(judged),
                Texts.duration(experiment.tasks().stream().filter(task -> counted.add(task.name()))
                        .mapToDouble(task -> findings.seconds(task.name())).sum()))));
        lines.add(List.of("all", Report.summary(rows.values().stream().flatMap(List::stream).toList()), Texts.duration(seconds)));
        return lines;
    }
}
