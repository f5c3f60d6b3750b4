package dev.norn.examples.reproduce;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.sweep.Results;
import dev.norn.sweep.Row;
import dev.norn.sweep.Sweep;
import dev.norn.sweep.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Does what experiments need done, each task once, and keeps every training's result in a file as soon as it is there. */
final class Runner {

    private final BackendProvider provider;
    private final BackendOptions options;
    private final Path folder;
    private final Size size;
    private final Python python;
    private final RunProgress progress;

    /** @param folder of the results files of trainings */
    Runner(BackendProvider provider, BackendOptions options, Path folder, Size size, Python python, RunProgress progress) {
        this.provider = provider;
        this.options = options;
        this.folder = folder;
        this.size = size;
        this.python = python;
        this.progress = progress;
    }

    /** The tasks of experiments, in order. */
    static List<Task> tasks(List<Experiment> experiments) {
        Map<String, Task> tasks = new LinkedHashMap<>();
        for (Experiment experiment : experiments) {
            experiment.tasks().forEach(task -> tasks.putIfAbsent(task.name(), task));
        }
        return new ArrayList<>(tasks.values());
    }

    /** Runs them all. */
    Findings run(List<Task> tasks) {
        Findings findings = new Findings();
        progress.start(tasks);
        try (Backend backend = provider.open(options)) {
            for (Task task : tasks) {
                progress.begin(task);
                long start = System.nanoTime();
                if (task instanceof Task.Trainings trainings) {
                    findings.put(task, train(trainings), seconds(start));
                } else if (task instanceof Task.Calculation calculation) {
                    String lack = backend.lacks(calculation.dtype());
                    if (lack == null) {
                        Results results = calculation.function().apply(backend);
                        findings.put(task, results, seconds(start));
                    } else {
                        findings.lacks(task, lack);
                    }
                } else if (task instanceof Task.Peer peer) {
                    train(peer, findings, start);
                }
                progress.end(task, seconds(start));
            }
        } finally {
            progress.done();
        }
        return findings;
    }

    private Table train(Task.Trainings task) {
        Split split = task.samples().scaled();
        Sweep.Builder sweep = new Sweep.Builder(task.name(), task.points(), new Networks(task.dtype()))
                .seeds(task.seeds())
                .measure(task.measure())
                .backend(provider, options)
                .version(task.dtype().toString())
                .resultsFile(folder.resolve(task.name() + (size.quick() ? "-quick" : "") + ".jsonl"))
                .listener((row, p) -> progress.advance(task, row, p.done()));
        if (task.folds() > 0) {
            Dataset train = task.samples().raw().train();
            sweep.folds(train, task.folds());
        } else {
            sweep.data(split);
        }
        return sweep.build().run();
    }

    private void train(Task.Peer peer, Findings findings, long start) {
        try {
            findings.put(peer, python.train(peer.library(), peer.samples(), peer.point(), 1), seconds(start));
        } catch (Python.Failure e) {
            findings.lacks(peer, e.getMessage());
        }
    }

    /** The seconds of a core that a task's trainings took, those of earlier runs of the program included. */
    static double coreSeconds(Table table) {
        return table.rows().stream().mapToDouble(Row::seconds).sum();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
