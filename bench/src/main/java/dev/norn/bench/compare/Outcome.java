package dev.norn.bench.compare;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a comparison found.
 *
 * @param options as asked for
 * @param results task by task
 * @param absent peers that are not here
 * @param failures what went wrong
 * @param trials by which the peers' settings were chosen
 */
record Outcome(Map<String, Object> options, Peak peak, List<Result> results, List<Result.Missing> absent,
        List<Result.Missing> failures, List<Peers.Trial> trials) {

    /** The tasks that have results. */
    Set<Task> tasks() {
        Set<Task> tasks = new LinkedHashSet<>();
        results.forEach(result -> tasks.add(result.task()));
        return tasks;
    }

    /** The results of a task. */
    List<Result> of(Task task) {
        return results.stream().filter(result -> result.task().equals(task)).toList();
    }

    /** Norn's, or the peers', with the least median time in a task. */
    Optional<Result> best(Task task, boolean peer) {
        return of(task).stream().filter(result -> result.contestant().peer() == peer)
                .min(Comparator.comparingDouble(Result::median));
    }

    /**
     * How a result compares with the best peer. In a training that is the ratio of their times, so less than 1 is faster; the
     * best peer is so with whatever threads suit it. In a product it is the ratio of their rates, so more than 1 is faster, and
     * the best peer is that with as many threads. NaN where there is no peer.
     */
    double ratio(Result result) {
        boolean product = result.task() instanceof Task.Multiply;
        return of(result.task()).stream().filter(other -> other.contestant().peer()
                        && (!product || other.contestant().threads() == result.contestant().threads()))
                .mapToDouble(Result::median).min().stream()
                .map(best -> product ? best / result.median() : result.median() / best).findFirst().orElse(Double.NaN);
    }
}
