package dev.norn.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Repeat;
import dev.norn.bench.protocol.Sample;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS through JavaCPP: products of matrices that lie outside of the heap. */
public final class OpenBlasPeer implements Contender {

    private final int m;
    private final int k;
    private final int n;
    private final boolean transposed;
    private final int threads;
    private final boolean doubles;
    private final Pointer a;
    private final Pointer b;
    private final Pointer c;

    private OpenBlasPeer(Job job) throws IOException {
        this.m = job.integer("m");
        this.k = job.integer("k");
        this.n = job.integer("n");
        this.transposed = job.flag("transposed");
        this.threads = job.integer("threads");
        this.doubles = job.text("dtype").equals("F64");
        this.a = pointer(job.floats("a"));
        this.b = pointer(job.floats("b"));
        this.c = pointer(new float[m * n]);
    }

    private Pointer pointer(float[] values) {
        if (!doubles) {
            return new FloatPointer(values);
        }
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return new DoublePointer(wide);
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
        int transpose = transposed ? CblasTrans : CblasNoTrans;
        int lda = transposed ? m : k;
        for (long i = 0; i < count; i++) {
            if (doubles) {
                cblas_dgemm(CblasRowMajor, transpose, CblasNoTrans, m, n, k, 1, (DoublePointer) a, lda,
                        (DoublePointer) b, n, 0, (DoublePointer) c, n);
            } else {
                cblas_sgemm(CblasRowMajor, transpose, CblasNoTrans, m, n, k, 1, (FloatPointer) a, lda,
                        (FloatPointer) b, n, 0, (FloatPointer) c, n);
            }
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
        if (doubles) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((DoublePointer) c).get(i);
            }
        } else {
            ((FloatPointer) c).get(values);
        }
        return new Sample(time.seconds(), time.count(), Repeat.meanSquare(values));
    }
}
