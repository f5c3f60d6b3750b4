package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.data.Dataset;
import dev.norn.train.History;
import java.util.concurrent.TimeUnit;
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
 * Trainings of a tenth of the workloads' epochs, compilation of the program and upload of the data included (some
 * milliseconds): W1 is 180 steps, W2 469, W3 and W4 1,800, W5 100.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class TrainingBenchmark {

    /** What is trained. */
    @Param
    Workload workload;

    /** On what. */
    @Param("cpu")
    String backend;

    /** Threads of the cpu backend. */
    @Param({"1", "2"})
    int threads;

    private Backend opened;
    private Training training;
    private Dataset data;

    /** Opens the backend and makes the data. */
    @Setup(Level.Trial)
    public void open() {
        opened = Devices.open(backend, threads);
        training = workload.training();
        data = training.data().load(training.samples()).train();
    }

    /** Closes the backend. */
    @TearDown(Level.Trial)
    public void close() {
        opened.close();
    }

    /** One whole training. */
    @Benchmark
    public History fit() {
        return training.trainer(training.model()).epochs(training.warmUpEpochs()).build(opened).fit(data);
    }
}
