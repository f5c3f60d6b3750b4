package dev.norn.bench.simd;

import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Sample;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine can do at most, measured: fused multiplications and additions of floats on as many cores as there are
 * threads, or bytes read and written by copies of arrays that no cache holds. It needs {@code jdk.incubator.vector}, so it is
 * only named as the main class of a JVM that has it.
 */
public final class PeakContender implements Contender {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Enough to hide the latency of an instruction on two ports, and no more than AVX2 has registers for. */
    private static final int ACCUMULATORS = 12;
    private static final int FMA_ROUNDS = 100;
    private static final int FMA_STEPS = 1_000_000;
    private static final int COPY_ROUNDS = 4;
    /** 128 MiB. */
    private static final int COPY_FLOATS = 32 << 20;

    /** What each thread does. */
    private interface Work {
        /** Does it, and returns a number that depends on all of it, so that no compiler leaves anything out. */
        float run();
    }

    private final boolean copies;
    private final int threads;
    private final ExecutorService pool;
    private final Work[] works;
    private volatile float sink;

    private PeakContender(Job job) {
        this.threads = job.integer("threads");
        this.copies = job.text("kind").equals("copy");
        this.pool = Executors.newFixedThreadPool(threads);
        this.works = Stream.<Work>generate(() -> copies ? new Copy() : PeakContender::multiplyAndAdd)
                .limit(threads).toArray(Work[]::new);
    }

    /** Answers until there are no more requests. */
    public static void main(String[] args) {
        Conversation.hold(PeakContender::new);
    }

    @Override
    public Map<String, Object> about() {
        return Map.of("name", copies ? "copy" : "fused multiply-add, " + SPECIES.vectorBitSize() + " bits", "threads", threads);
    }

    @Override
    public Sample warmUp() throws Exception {
        return round();
    }

    /** The count is of floating-point operations, or of bytes read and written. */
    @Override
    public Sample round() throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads + 1);
        Future<?>[] done = new Future<?>[threads];
        for (int i = 0; i < threads; i++) {
            Work work = works[i];
            done[i] = pool.submit((Callable<Void>) () -> {
                start.await();
                sink = work.run();
                return null;
            });
        }
        start.await();
        long begin = System.nanoTime();
        for (Future<?> future : done) {
            future.get();
        }
        double seconds = (System.nanoTime() - begin) * 1e-9;
        long each = copies ? 2L * COPY_ROUNDS * COPY_FLOATS * Float.BYTES
                : 2L * FMA_ROUNDS * FMA_STEPS * ACCUMULATORS * SPECIES.length();
        return new Sample(seconds, each * threads, Double.NaN);
    }

    @Override
    public void close() {
        pool.shutdown();
    }

    private static final class Copy implements Work {
        private final float[] from = new float[COPY_FLOATS];
        private final float[] to = new float[COPY_FLOATS];

        @Override
        public float run() {
            for (int i = 0; i < COPY_ROUNDS; i++) {
                System.arraycopy(from, 0, to, 0, COPY_FLOATS);
            }
            return to[COPY_FLOATS / 2];
        }
    }

    private static float multiplyAndAdd() {
        float sum = 0;
        for (int i = 0; i < FMA_ROUNDS; i++) {
            sum += chains(FMA_STEPS);
        }
        return sum;
    }

    /** As many independent chains of x = x y + y as there are accumulators, each {@code steps} long. */
    private static float chains(int steps) {
        FloatVector y = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector a = y.add(1);
        FloatVector b = y.add(2);
        FloatVector c = y.add(3);
        FloatVector d = y.add(4);
        FloatVector e = y.add(5);
        FloatVector f = y.add(6);
        FloatVector g = y.add(7);
        FloatVector h = y.add(8);
        FloatVector i = y.add(9);
        FloatVector j = y.add(10);
        FloatVector k = y.add(11);
        FloatVector l = y.add(12);
        for (int s = 0; s < steps; s++) {
            a = a.fma(y, y);
            b = b.fma(y, y);
            c = c.fma(y, y);
            d = d.fma(y, y);
            e = e.fma(y, y);
            f = f.fma(y, y);
            g = g.fma(y, y);
            h = h.fma(y, y);
            i = i.fma(y, y);
            j = j.fma(y, y);
            k = k.fma(y, y);
            l = l.fma(y, y);
        }
        FloatVector all = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
        return all.lane(0) + all.lane(SPECIES.length() - 1);
    }
}
