package dev.norn.bench;

import dev.norn.data.Dataset;
import dev.norn.train.History;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Trainings of a tenth of the workloads' epochs, compilation of the program and upload of the data included (some
 * milliseconds): W1 is 180 steps, W2 469, W3 and W4 1,800, W5 100.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class TrainingBenchmark extends OnDevice {

    /** What is trained. */
    @Param
    Workload workload;

    private Training training;
    private Dataset data;

    @Override
    void prepare() {
        training = workload.training();
        data = training.data().load(training.samples()).train();
    }

    /** One whole training. */
    @Benchmark
    public History fit() {
        return training.trainer(training.model()).epochs(training.warmUpEpochs()).build(device).fit(data);
    }
}
