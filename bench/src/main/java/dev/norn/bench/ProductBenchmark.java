package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
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
 * Matrix products through a compiled program, as training runs them, and until they are done. The counter {@code gflop} is the
 * rate in thousands of millions of operations a second, a multiplication and an addition being two. What is measured is right:
 * elements of the first product are compared with sums in float64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {

    /** Elements of the product that are looked at. */
    private static final int CHECKED = 100;

    /** m x k, k x n; the first operand stored transposed where it says T. */
    @Param({"256x256x256", "1024x1024x1024", "2048x2048x2048", "1000x784x128", "T784x1000x128", "1000x128x10", "20x20x20"})
    String shape;

    /** The element type. */
    @Param({"F32", "F64"})
    Precision precision;

    /** On what. */
    @Param("cpu")
    String backend;

    /** Threads of the cpu backend. */
    @Param({"1", "2"})
    int threads;

    private Backend opened;
    private Session session;
    private Step step;
    private double flops;

    /** How exact a product is. */
    public enum Precision {
        /** Operands and sums of 24 bits. */
        F32(DType.F32, 0x1p-24, 0),
        /** Of 53. */
        F64(DType.F64, 0x1p-53, 0),
        /** F32 with operands rounded, or cut off, to 11 bits; on NVIDIA's GPUs. */
        TF32(DType.F32, 0x1p-24, 0x1p-10);

        private final DType dtype;
        private final double sum;
        private final double operand;

        Precision(DType dtype, double sum, double operand) {
            this.dtype = dtype;
            this.sum = sum;
            this.operand = operand;
        }
    }

    /** The rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rate {
        /** Operations, in thousands of millions; JMH divides by the time. */
        public double gflop;
    }

    /** Compiles the product, and checks it. */
    @Setup(Level.Trial)
    public void compile() {
        boolean transposed = shape.startsWith("T");
        String[] extents = shape.substring(transposed ? 1 : 0).split("x");
        int m = Integer.parseInt(extents[0]);
        int k = Integer.parseInt(extents[1]);
        int n = Integer.parseInt(extents[2]);
        flops = 2.0 * m * k * n;
        opened = Device.open(backend, BackendOptions.DEFAULT.withThreads(threads).withTf32(precision == Precision.TF32));
        session = new Session(opened);
        NdArray a = random(transposed ? Shape.of(k, m) : Shape.of(m, k), 1);
        NdArray b = random(Shape.of(k, n), 2);
        Variable c = Variable.zeros("c", precision.dtype, Shape.of(m, n));
        step = session.compile(new Program.Builder()
                .assign(c, Variable.of("a", a).read().matmul(Variable.of("b", b).read(), transposed, false)).build());
        step.run();
        NdArray product = session.read(c);
        RandomStream random = new RandomStream(1, 3);
        for (int i = 0; i < CHECKED; i++) {
            int row = random.nextInt(m);
            int column = random.nextInt(n);
            double sum = 0;
            double size = 0;
            for (int l = 0; l < k; l++) {
                double term = (transposed ? a.get(l, row) : a.get(row, l)) * b.get(l, column);
                sum += term;
                size += Math.abs(term);
            }
            // Roundings of a sum's terms go either way, and grow with the root of their number.
            double error = Math.abs(product.get(row, column) - sum);
            if (!(error <= size * (4 * Math.sqrt(k) * precision.sum + 2 * precision.operand))) {
                throw new IllegalStateException(opened.device() + ": element [" + row + ", " + column + "] of the product "
                        + shape + " is " + product.get(row, column) + ", not " + sum);
            }
        }
    }

    private NdArray random(Shape shape, int stream) {
        RandomStream random = new RandomStream(1, stream);
        NdArray array = NdArray.zeros(precision.dtype, shape);
        for (int i = 0; i < array.size(); i++) {
            array.set(i, random.nextGaussian());
        }
        return array;
    }

    /** Closes the backend. */
    @TearDown(Level.Trial)
    public void close() {
        session.close();
        opened.close();
    }

    /** One product. */
    @Benchmark
    public void product(Rate rate) {
        step.run();
        opened.synchronize();
        rate.gflop += flops * 1e-9;
    }
}
