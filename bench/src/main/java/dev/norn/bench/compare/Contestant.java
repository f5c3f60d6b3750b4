package dev.norn.bench.compare;

import dev.norn.bench.NornContender;
import dev.norn.bench.protocol.ContenderException;
import dev.norn.bench.protocol.ContenderProcess;
import dev.norn.bench.protocol.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Someone to be measured.
 *
 * @param name a backend, or a peer
 * @param peer whether it is not Norn
 * @param threads how many threads it was given; 0 if that is a device's own affair
 * @param configuration what else it was given, in words; empty if nothing
 * @param command how to start its process
 * @param environment variables of its process
 * @param job what its job has beside the task's
 */
record Contestant(String name, boolean peer, int threads, String configuration, List<String> command,
        Map<String, String> environment, Map<String, Object> job) {

    /** How long an answer may take. */
    static final long PATIENCE_SECONDS = 900;

    /** A backend of Norn's. */
    static Contestant norn(String backend, int threads) {
        return new Contestant(backend, false, threads, "", Processes.norn(NornContender.class.getName()), Map.of(),
                Map.of("backend", backend, "threads", threads));
    }

    /** The name, and the number of threads. */
    String label() {
        return threads == 0 ? name : name + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    /**
     * Starts its process.
     *
     * @param folder where the task's arrays are
     * @param log where its standard error goes
     */
    ContenderProcess start(Task task, Path folder, Path log) throws ContenderException {
        Job all = task.job().with("folder", folder.toString());
        for (Map.Entry<String, Object> field : job.entrySet()) {
            all = all.with(field.getKey(), field.getValue());
        }
        return new ContenderProcess(Processes.builder(command, environment), log, all, PATIENCE_SECONDS);
    }
}
