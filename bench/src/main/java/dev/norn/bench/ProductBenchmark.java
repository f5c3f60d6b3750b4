package dev.norn.bench;

import dev.norn.backend.BackendOptions;
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
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Matrix products through a compiled program, as training runs them, and until they are done. The counter {@code gflop} is the
 * rate in thousands of millions of operations a second, a multiplication and an addition being two. What is measured is right:
 * elements of the first product are compared with sums in float64.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ProductBenchmark extends OnDevice {

    /** Elements of the product that are looked at. */
    private static final int CHECKED = 100;

    /** m x k x n; the first operand stored transposed where it says T. Those of W6, and one of a small network. */
    @Param({"256x256x256", "1024x1024x1024", "2048x2048x2048", "1000x784x128", "T784x1000x128", "1000x128x10", "20x20x20"})
    String shape;

    /** The element type. */
    @Param({"F32", "F64"})
    Precision precision;

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

    @Override
    BackendOptions options() {
        return super.options().withTf32(precision == Precision.TF32);
    }

    /** Compiles the product, and checks it. */
    @Override
    void prepare() {
        Product product = Product.parse(shape);
        flops = product.flops();
        NdArray a = product.a(precision.dtype);
        NdArray b = product.b(precision.dtype);
        Variable c = Variable.zeros("c", precision.dtype, Shape.of(product.m(), product.n()));
        step = session.compile(new Program.Builder().assign(c,
                Variable.of("a", a).read().matmul(Variable.of("b", b).read(), product.transposed(), false)).build());
        step.run();
        check(product, a, b, session.read(c));
    }

    private void check(Product shape, NdArray a, NdArray b, NdArray product) {
        RandomStream random = new RandomStream(1, 3);
        for (int i = 0; i < CHECKED; i++) {
            int row = random.nextInt(shape.m());
            int column = random.nextInt(shape.n());
            double sum = 0;
            double size = 0;
            for (int l = 0; l < shape.k(); l++) {
                double term = (shape.transposed() ? a.get(l, row) : a.get(row, l)) * b.get(l, column);
                sum += term;
                size += Math.abs(term);
            }
            // Roundings of a sum's terms go either way, and grow with the root of their number.
            double error = Math.abs(product.get(row, column) - sum);
            if (!(error <= size * (4 * Math.sqrt(shape.k()) * precision.sum + 2 * precision.operand))) {
                throw new IllegalStateException(device.device() + ": element [" + row + ", " + column + "] of the product "
                        + shape + " is " + product.get(row, column) + ", not " + sum);
            }
        }
    }

    /** One product. */
    @Benchmark
    public void product(Rate rate) {
        step.run();
        device.synchronize();
        rate.gflop += flops * 1e-9;
    }
}
