package dev.norn.bench;

import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
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
 * Matrix products through a compiled program, as training runs them. The counter {@code gflop} is the rate in thousands of
 * millions of operations a second, a multiplication and an addition being two.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ProductBenchmark extends OnDevice {

    /** m x k x n; the first operand stored transposed where it says T. Those of W6, and one of a small network. */
    @Param({"256x256x256", "1024x1024x1024", "2048x2048x2048", "1000x784x128", "T784x1000x128", "1000x128x10", "20x20x20"})
    String shape;

    /** The element type. */
    @Param({"F32", "F64"})
    DType dtype;

    private Step step;
    private double flops;

    /** The rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rate {
        /** Operations, in thousands of millions; JMH divides by the time. */
        public double gflop;
    }

    @Override
    void prepare() {
        Product product = Product.parse(shape);
        flops = product.flops();
        Tensor a = Variable.of("a", product.a(dtype)).read();
        Tensor b = Variable.of("b", product.b(dtype)).read();
        Variable c = Variable.zeros("c", dtype, Shape.of(product.m(), product.n()));
        step = session.compile(new Program.Builder().assign(c, a.matmul(b, product.transposed(), false)).build());
    }

    /** One product. */
    @Benchmark
    public void product(Rate rate) {
        step.run();
        device.synchronize();
        rate.gflop += flops * 1e-9;
    }
}
