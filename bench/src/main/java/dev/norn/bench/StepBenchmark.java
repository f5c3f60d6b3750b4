package dev.norn.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/**
 * A step of each workload, its batch fetched on the device from data that lie there; an epoch of them; and how long it takes to
 * compile the program of one. With {@code -prof gc}, a step allocates nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StepBenchmark extends OnDevice {

    /** What is trained. */
    @Param
    Workload workload;

    private TrainingStep step;

    @Override
    void prepare() {
        Training training = workload.training();
        step = new TrainingStep(session, training, training.data().load(training.samples()).train());
    }

    /** One step. */
    @Benchmark
    public void step() {
        step.run();
        device.synchronize();
    }

    /** All steps of an epoch; its order goes up, its loss comes down. */
    @Benchmark
    public float epoch() {
        return step.epoch();
    }

    /** From the graph to something that runs. Devices with a compiler of their own keep its results: see NORN_CACHE. */
    @Benchmark
    public void compilation() {
        session.compile(step.program(workload.training().batchSize())).close();
    }
}
