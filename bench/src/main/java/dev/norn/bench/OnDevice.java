package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What benchmarks of a backend share. A backend does things in order, and each benchmark waits for it before its time ends. */
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public abstract class OnDevice {

    /** On what. */
    @Param("cpu")
    String backend;

    /** Threads of the cpu backend. */
    @Param({"1", "2"})
    int threads;

    Backend device;
    Session session;

    /** Opens the backend. */
    @Setup(Level.Trial)
    public void open() {
        device = Device.open(backend, options().withThreads(threads));
        session = new Session(device);
        prepare();
    }

    /** How it is opened, but for the threads. */
    BackendOptions options() {
        return BackendOptions.DEFAULT;
    }

    /** What comes before the first measurement: data, compilation. */
    abstract void prepare();

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        session.close();
        device.close();
    }
}
