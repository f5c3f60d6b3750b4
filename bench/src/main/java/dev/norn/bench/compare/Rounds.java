package dev.norn.bench.compare;

import dev.norn.bench.protocol.ContenderException;
import dev.norn.bench.protocol.ContenderProcess;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures contestants in alternation: all have a process, one at a time works, and each round goes through all of them, in
 * the other direction than the round before. So what the machine does meanwhile meets all alike, and none disturbs another's
 * compiled code.
 */
final class Rounds {

    private final int rounds;
    private final double warmUpSeconds;
    private final Consumer<String> progress;
    private final List<Result> results = new ArrayList<>();
    private final List<Result.Missing> failures = new ArrayList<>();

    /**
     * @param rounds how often each contestant is measured
     * @param warmUpSeconds how long it warms up before that, at least
     * @param progress is told what is done
     */
    Rounds(int rounds, double warmUpSeconds, Consumer<String> progress) {
        this.rounds = rounds;
        this.warmUpSeconds = warmUpSeconds;
        this.progress = progress;
    }

    /** A contestant that is still there. */
    private final class Lane implements AutoCloseable {
        final Contestant contestant;
        final ContenderProcess process;
        final List<Sample> samples = new ArrayList<>();

        Lane(Contestant contestant, ContenderProcess process) {
            this.contestant = contestant;
            this.process = process;
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** One part of the work on a contestant. */
    @FunctionalInterface
    private interface Part {
        void run(Lane lane) throws ContenderException;
    }

    /**
     * Measures a task. Who fails is left out of what follows.
     *
     * @param folder where the task's arrays are, for those who need them, and logs may be written
     */
    void run(Task task, List<Contestant> contestants, Path folder) {
        List<Lane> lanes = new ArrayList<>();
        try {
            for (int i = 0; i < contestants.size(); i++) {
                Contestant contestant = contestants.get(i);
                progress.accept(task.id() + ": " + contestant.label() + " starts");
                try {
                    lanes.add(new Lane(contestant, contestant.start(task, folder, folder.resolve(i + ".log"))));
                } catch (ContenderException e) {
                    failures.add(new Result.Missing(task.id(), contestant.label(), e.getMessage()));
                }
            }
            each(task, lanes, lane -> warmUp(lane.process));
            for (int round = 1; round <= rounds; round++) {
                progress.accept(task.id() + ": round " + round + " of " + rounds);
                each(task, lanes, lane -> lane.samples.add(lane.process.ask(Conversation.ROUND)));
                Collections.reverse(lanes);
            }
            for (Contestant contestant : contestants) {
                lanes.stream().filter(lane -> lane.contestant == contestant).forEach(lane -> results.add(new Result(
                        task, contestant, lane.process.about(), List.copyOf(lane.samples), lane.process.peakMemory())));
            }
        } finally {
            lanes.forEach(Lane::close);
        }
    }

    private void each(Task task, List<Lane> lanes, Part part) {
        lanes.removeIf(lane -> {
            try {
                part.run(lane);
                return false;
            } catch (ContenderException e) {
                failures.add(new Result.Missing(task.id(), lane.contestant.label(), e.getMessage()));
                lane.close();
                return true;
            }
        });
    }

    /** Shorter trainings, until enough time has passed. */
    private void warmUp(ContenderProcess process) throws ContenderException {
        long start = System.nanoTime();
        do {
            process.ask(Conversation.WARM_UP);
        } while ((System.nanoTime() - start) * 1e-9 < warmUpSeconds);
    }

    /** All results so far, task by task, in the order of the contestants. */
    List<Result> results() {
        return results;
    }

    /** Who failed, and why. */
    List<Result.Missing> failures() {
        return failures;
    }
}
