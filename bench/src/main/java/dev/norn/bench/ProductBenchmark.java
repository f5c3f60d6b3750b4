package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Matrix products through a compiled program, as training runs them. The counter {@code gflop} is the rate in thousands of
 * millions of operations a second, a multiplication and an addition being two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {

    /** m x k, k x n; the first operand stored transposed where it says T. */
    @Param({"256x256x256", "1024x1024x1024", "2048x2048x2048", "1000x784x128", "T784x1000x128", "1000x128x10", "20x20x20"})
    String shape;

    /** The element type. */
    @Param({"F32", "F64"})
    DType dtype;

    /** Threads of the cpu backend. */
    @Param({"1", "2"})
    int threads;

    private Backend backend;
    private Session session;
    private Step step;
    private double flops;

    /** The rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rate {
        /** Operations, in thousands of millions; JMH divides by the time. */
        public double gflop;
    }

    /** Compiles the product. */
    @Setup(Level.Trial)
    public void compile() {
        boolean transposed = shape.startsWith("T");
        String[] extents = shape.substring(transposed ? 1 : 0).split("x");
        int m = Integer.parseInt(extents[0]);
        int k = Integer.parseInt(extents[1]);
        int n = Integer.parseInt(extents[2]);
        flops = 2.0 * m * k * n;
        backend = Backends.open("cpu", BackendOptions.DEFAULT.withThreads(threads));
        session = new Session(backend);
        Tensor a = Variable.of("a", random(transposed ? Shape.of(k, m) : Shape.of(m, k), 1)).read();
        Tensor b = Variable.of("b", random(Shape.of(k, n), 2)).read();
        Variable c = Variable.zeros("c", dtype, Shape.of(m, n));
        step = session.compile(new Program.Builder().assign(c, a.matmul(b, transposed, false)).build());
    }

    private NdArray random(Shape shape, int stream) {
        RandomStream random = new RandomStream(1, stream);
        NdArray array = NdArray.zeros(dtype, shape);
        for (int i = 0; i < array.size(); i++) {
            array.set(i, random.nextGaussian());
        }
        return array;
    }

    /** Closes the backend. */
    @TearDown(Level.Trial)
    public void close() {
        session.close();
        backend.close();
    }

    /** One product. */
    @Benchmark
    public void product(Rate rate) {
        step.run();
        rate.gflop += flops * 1e-9;
    }
}
