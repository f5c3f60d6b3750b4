package dev.norn.bench;

import dev.norn.backend.Step;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Loss;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Update;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/** Kernels that are no products, on a matrix as large as what the hidden layer of W1 computes: 1000 rows of 128. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelBenchmark extends OnDevice {

    private static final Shape MATRIX = Shape.of(1000, 128);

    /** What is computed of a matrix, or along its rows. */
    public enum Kernel {
        /** A copy with a factor: what memory costs. */
        SCALE,
        /** Element by element. */
        EXP, SIGMOID, TANH, LEAKY_RELU, GELU,
        /** A step of Adam over as many parameters as there are elements. */
        ADAM,
        /** Along rows. */
        SOFTMAX,
        /** Along rows: loss and gradient at once. */
        SOFTMAX_CROSS_ENTROPY,
        /** Over rows, as the gradient of a bias. */
        SUM_OF_ROWS,
        /** Over everything. */
        SUM,
        /** Rows in another order. */
        GATHER
    }

    /** Which. */
    @Param
    Kernel kernel;

    /** The element type. */
    @Param({"F32", "F64"})
    DType dtype;

    private Step step;

    @Override
    void prepare() {
        step = session.compile(program());
    }

    private Program program() {
        RandomStream random = new RandomStream(1, 1);
        NdArray values = NdArray.zeros(dtype, MATRIX);
        for (int i = 0; i < values.size(); i++) {
            values.set(i, random.nextGaussian());
        }
        Tensor x = Variable.of("x", values).read();
        NdArray rows = NdArray.of(Shape.of(MATRIX.dim(0)), new RandomStream(1, 2).permutation(MATRIX.dim(0)));
        return switch (kernel) {
            case SCALE -> into(x.mul(0.5));
            case EXP -> into(x.exp());
            case SIGMOID -> into(x.sigmoid());
            case TANH -> into(x.tanh());
            case LEAKY_RELU -> into(Tensor.where(x.greater(0), x, x.mul(0.01)));
            case GELU -> into(dev.norn.nn.Activation.GELU.apply(x));
            case SOFTMAX -> into(x.softmax());
            case SUM_OF_ROWS -> into(x.sum(0));
            case SUM -> into(x.sum());
            case GATHER -> into(x.gather(Variable.of("rows", rows).read()));
            case SOFTMAX_CROSS_ENTROPY -> {
                NdArray labels = NdArray.of(Shape.of(MATRIX.dim(0)),
                        new RandomStream(1, 3).indices(MATRIX.dim(0), MATRIX.dim(1)));
                Tensor loss = Loss.SOFTMAX_CROSS_ENTROPY.perSample(x, Variable.of("labels", labels).read()).mean();
                Tensor gradient = Gradients.of(loss, List.of(x)).get(0);
                yield new Program.Builder()
                        .assign(Variable.zeros("loss", dtype, loss.shape()), loss)
                        .assign(Variable.zeros("gradient", dtype, gradient.shape()), gradient).build();
            }
            case ADAM -> {
                Variable parameters = Variable.of("parameters", values);
                Update update = new Update(new Update.State(parameters, values.size()), x, scalar(0.001), scalar(10));
                yield new Program.Builder().assign(update.by(Optimizer.adam(0.9, 0.999, 1e-8))).build();
            }
        };
    }

    private Tensor scalar(double value) {
        NdArray array = NdArray.zeros(dtype, Shape.SCALAR);
        array.set(0, value);
        return Variable.of("scalar", array).read();
    }

    private Program into(Tensor value) {
        return new Program.Builder().assign(Variable.zeros("result", dtype, value.shape()), value).build();
    }

    /** Once. */
    @Benchmark
    public void run() {
        step.run();
        device.synchronize();
    }
}
