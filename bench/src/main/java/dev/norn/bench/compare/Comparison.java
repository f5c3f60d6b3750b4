package dev.norn.bench.compare;

import dev.norn.bench.protocol.ContenderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What to compare.
 *
 * @param backends of Norn's
 * @param tasks what they do
 * @param threads numbers of threads that the cpu backend and the peers are given
 * @param rounds how often each is measured
 * @param peers other frameworks
 * @param peersFolder where those are
 * @param python the interpreter for those in Python; null for the first that has them
 */
record Comparison(List<String> backends, List<Task> tasks, List<Integer> threads, int rounds, List<Peer> peers,
        Path peersFolder, String python) {

    private static final double WARM_UP_SECONDS = 2;

    /** The backend that has as many threads as it is told. */
    private static final String CPU = "cpu";

    private Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("backends", backends);
        options.put("tasks", tasks.stream().map(Task::id).toList());
        options.put("threads", threads);
        options.put("rounds", rounds);
        options.put("peers", peers.stream().map(Peer::label).toList());
        return options;
    }

    private List<Contestant> backendContestants() {
        List<Contestant> contestants = new ArrayList<>();
        for (String backend : backends) {
            for (int count : backend.equals(CPU) ? threads : List.of(0)) {
                contestants.add(Contestant.norn(backend, count));
            }
        }
        return contestants;
    }

    /**
     * Measures everything. Whoever fails is left out, and named in the outcome.
     *
     * @param progress is told what is done
     * @param soFar is told after each task what there is: so what takes long is not lost if it is ended
     */
    Outcome run(Consumer<String> progress, Consumer<Outcome> soFar) throws IOException {
        Path scratch = Files.createTempDirectory("norn-compare");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(scratch))); // for when a signal ends this
        try {
            Peers found = new Peers(peers, peersFolder, python, threads, scratch, progress);
            Peak peak = new Peak();
            List<Result.Missing> failures = new ArrayList<>();
            measure(peak, scratch, failures, progress);
            Rounds measured = new Rounds(rounds, WARM_UP_SECONDS, progress);
            for (Task task : tasks) {
                Path folder = Files.createDirectory(scratch.resolve("task"));
                List<Contestant> contestants = backendContestants();
                if (!found.isEmpty()) {
                    task.write(folder);
                    contestants.addAll(found.contestants(task, folder));
                }
                measured.run(task, contestants, folder);
                delete(folder);
                soFar.accept(outcome(peak, found, measured, failures));
            }
            measure(peak, scratch, failures, progress);
            Outcome outcome = outcome(peak, found, measured, failures);
            soFar.accept(outcome);
            return outcome;
        } finally {
            clean(scratch);
        }
    }

    private Outcome outcome(Peak peak, Peers found, Rounds measured, List<Result.Missing> failures) {
        List<Result.Missing> all = new ArrayList<>(failures);
        all.addAll(found.failures());
        all.addAll(measured.failures());
        return new Outcome(options(), peak, measured.results(), found.absent(), all, found.trials());
    }

    private void measure(Peak peak, Path scratch, List<Result.Missing> failures, Consumer<String> progress) {
        if (!Processes.hasVectors()) {
            return; // then shares of the peak are not known
        }
        for (int count : threads) {
            progress.accept("peak of the machine, threads: " + count);
            try {
                peak.measure(count, scratch.resolve("peak.log"));
            } catch (ContenderException e) {
                failures.add(new Result.Missing("", "peak of the machine", e.getMessage()));
            }
        }
    }

    /** Ends what is still running, and deletes what it was given. */
    private static void clean(Path scratch) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        try {
            delete(scratch);
        } catch (IOException | UncheckedIOException e) {
            // what is left lies in the system's folder for such
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
