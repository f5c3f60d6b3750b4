package dev.norn.bench;

import dev.norn.nn.Model;
import dev.norn.nn.Predictor;
import dev.norn.tensor.DType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long a predictor takes, from an array of samples to an array of probabilities. */
public class InferenceBenchmark extends OnDevice {

    /** Whose network. */
    @Param({"W1", "W2", "W4"})
    Workload workload;

    /** Samples in a call. */
    @Param({"1", "1000"})
    int batch;

    private Predictor predictor;
    private float[] inputs;
    private float[] predictions;

    /** The rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rate {
        /** Samples predicted; JMH divides by the time. */
        public long samples;
    }

    @Override
    void prepare() {
        Training training = workload.training();
        Model model = training.model();
        predictor = model.compile(device, training.loss());
        inputs = training.data().load(training.samples()).train().rows(0, batch).inputs().to(DType.F32).floats();
        predictions = new float[batch * model.outputs()];
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void closePredictor() {
        predictor.close();
    }

    /** The time of a call, and its percentiles. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public float[] latency() {
        predictor.predict(inputs, batch, predictions);
        return predictions;
    }

    /** Calls a second, and samples. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public float[] throughput(Rate rate) {
        predictor.predict(inputs, batch, predictions);
        rate.samples += batch;
        return predictions;
    }
}
