package dev.norn.bench;

import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/** How long a network takes to predict: samples go up, predictions come down. */
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InferenceBenchmark extends OnDevice {

    /** Whose network. */
    @Param({"W1", "W2", "W4"})
    Workload workload;

    /** Samples at once. */
    @Param({"1", "1000"})
    int batch;

    private Step step;
    private float[] inputs;
    private float[] predictions;

    @Override
    void prepare() {
        Training training = workload.training();
        Model model = training.model();
        Tensor x = Tensor.input("x", DType.F32, Shape.of(batch, model.inputs()));
        Tensor z = model.apply(x, model.tensors(), Pass.INFERENCE);
        step = session.compile(new Program.Builder().output("y", training.loss().predict(z)).build());
        inputs = training.data().load(training.samples()).train().rows(0, batch).inputs().floats();
        predictions = new float[batch * model.outputs()];
    }

    /** One batch. */
    @Benchmark
    public float[] predict() {
        step.set("x", inputs, 0);
        step.run();
        step.get("y", predictions, 0);
        return predictions;
    }
}
