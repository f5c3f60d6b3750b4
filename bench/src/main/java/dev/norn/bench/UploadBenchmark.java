package dev.norn.bench;

import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/** Copies between the host and a device, without anything computed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class UploadBenchmark extends OnDevice {

    /** Floats: a number, a batch of W1, all of MNIST. */
    @Param({"1", "784000", "47040000"})
    int size;

    private Variable variable;
    private float[] host;

    @Override
    void prepare() {
        variable = Variable.zeros("data", DType.F32, Shape.of(size));
        host = new float[size];
        session.write(variable, host);
    }

    /** To the device. */
    @Benchmark
    public void upload() {
        session.write(variable, host);
        device.synchronize();
    }

    /** From it. */
    @Benchmark
    public float[] download() {
        session.read(variable, host);
        return host;
    }
}
