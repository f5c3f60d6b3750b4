package dev.norn.bench.compare;

import dev.norn.bench.protocol.ContenderException;
import dev.norn.bench.protocol.ContenderProcess;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Sample;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the machine can do at most, by number of threads: the best of several tries, before the contestants and after them.
 *
 * @param gflops thousands of millions of F32 operations a second, by fused multiplications and additions in registers
 * @param bandwidth thousands of millions of bytes a second, read and written by copies of large arrays
 */
record Peak(Map<Integer, Double> gflops, Map<Integer, Double> bandwidth) {

    private static final String CONTENDER = "dev.norn.bench.simd.PeakContender";
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 7;

    Peak() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    /**
     * Measures with a number of threads, and keeps what is better than what was known.
     *
     * @param log where the process's standard error goes
     */
    void measure(int threads, Path log) throws ContenderException {
        gflops.merge(threads, best("fma", threads, log), Math::max);
        bandwidth.merge(threads, best("copy", threads, log), Math::max);
    }

    private static double best(String kind, int threads, Path log) throws ContenderException {
        Job job = new Job(Map.of("kind", kind, "threads", threads));
        ProcessBuilder command = Processes.builder(Processes.norn(CONTENDER), Map.of());
        try (ContenderProcess process = new ContenderProcess(command, log, job, Contestant.PATIENCE_SECONDS)) {
            for (int i = 0; i < WARM_UPS; i++) {
                process.ask(Conversation.WARM_UP);
            }
            double best = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Sample sample = process.ask(Conversation.ROUND);
                best = Math.max(best, sample.count() / sample.seconds() * 1e-9);
            }
            return best;
        }
    }

    /** What share of it a result has; NaN if it is not known for that many threads. */
    double share(Result result) {
        return result.gflops() / gflops.getOrDefault(result.contestant().threads(), Double.NaN);
    }
}
