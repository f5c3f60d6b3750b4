package dev.norn.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Repeat;
import dev.norn.bench.protocol.Sample;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS through JavaCPP: products of matrices that lie outside of the heap. */
public final class OpenBlasPeer implements Contender {

    private final int m;
    private final int k;
    private final int n;
    private final boolean transposed;
    private final int threads;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    private OpenBlasPeer(Job job) throws IOException {
        this.m = job.integer("m");
        this.k = job.integer("k");
        this.n = job.integer("n");
        this.transposed = job.flag("transposed");
        this.threads = job.integer("threads");
        this.a = new FloatPointer(job.floats("a"));
        this.b = new FloatPointer(job.floats("b"));
        this.c = new FloatPointer((long) m * n);
    }

    /** Answers until there are no more requests. */
    public static void main(String[] args) {
        Conversation.hold(OpenBlasPeer::new);
    }

    @Override
    public Map<String, Object> about() {
        String version = openblas_nolapack.class.getPackage().getImplementationVersion();
        return Map.of("name", "OpenBLAS " + (version == null ? "" : version), "threads", threads);
    }

    private void run(long count) {
        for (long i = 0; i < count; i++) {
            cblas_sgemm(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, m, n, k, 1, a,
                    transposed ? m : k, b, n, 0, c, n);
        }
    }

    @Override
    public Sample warmUp() {
        return round();
    }

    @Override
    public Sample round() {
        Sample time = Repeat.atLeast(Repeat.SECONDS, this::run);
        float[] values = new float[m * n];
        c.get(values);
        return new Sample(time.seconds(), time.count(), Repeat.meanSquare(values));
    }
}
