package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.data.Dataset;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Update;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps allocate nothing, and what is closed is gone. */
class MemoryTest {

    /** The training step of a classifier with dropout, on data that lie in variables. */
    private static Step step(Session session, DType dtype, int batch) {
        Model model = Workloads.classifier(dtype, 1);
        Dataset data = Workloads.corners(500, 1);
        Variable inputs = Variable.of("inputs", data.inputs().to(dtype));
        Variable labels = Variable.of("labels", data.targets());
        Variable steps = Variable.zeros("steps", DType.I32, Shape.SCALAR);
        Tensor indices = Tensor.iota(batch).add(steps.read().minimum(500 - batch));
        Tensor z = model.apply(inputs.read().gather(indices), model.tensors(), Pass.training(1, steps.read()));
        Tensor loss = Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, labels.read().gather(indices)).mean();
        Tensor gradient = Tensor.concat(Gradients.of(loss, model.tensors()));
        Update update = new Update(new Update.State(model.variable(), model.penalizedCount()), gradient,
                Tensor.scalar(dtype, 1e-3), steps.read().add(1).cast(dtype));
        return session.compile(new Program.Builder().output("loss", loss)
                .assign(update.by(Optimizer.adam(0.9, 0.999, 1e-8))).assign(steps, steps.read().add(1)).build());
    }

    /** Bytes allocated so far by this thread and the pool's. */
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] ids = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t == Thread.currentThread() || t.getName().startsWith("norn-cpu-"))
                .mapToLong(MemoryTest::id).toArray();
        return Arrays.stream(threads.getThreadAllocatedBytes(ids)).filter(bytes -> bytes > 0).sum();
    }

    @SuppressWarnings("deprecation") // Thread.threadId() is younger than the language level
    private static long id(Thread thread) {
        return thread.getId();
    }

    @ParameterizedTest
    @CsvSource({"F32, 20, 1", "F32, 20, 2", "F32, 250, 2", "F64, 20, 2"})
    void tenThousandStepsAllocateNothing(DType dtype, int batch, int threads) {
        int steps = batch > 100 ? 1_000 : 10_000;
        try (Backend backend = Workloads.open(threads); Session session = new Session(backend)) {
            Step step = step(session, dtype, batch);
            // Warm-up: interpreted code makes an object of each vector.
            long spent = Long.MAX_VALUE;
            for (int round = 0; round < 12 && spent > 0; round++) {
                long before = allocated();
                for (int i = 0; i < steps; i++) {
                    step.run();
                }
                // What the measurement itself allocates, measured right after.
                long after = allocated();
                spent = after - before - (allocated() - after);
            }
            assertTrue(spent <= 0, steps + " steps allocated " + spent + " bytes");
        }
    }

    private static long used() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(20);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void aThousandModelsLeaveMemoryFlat() throws InterruptedException {
        int threadsBefore = pool();
        try (Backend backend = Workloads.open(2)) {
            openAndClose(backend, 50);
            long before = used();
            openAndClose(backend, 1_000);
            long grown = used() - before;
            // A leak of one model's weights alone would be 120 MB.
            assertTrue(grown < 4_000_000, "grown by " + grown + " bytes");
        }
        for (int i = 0; i < 1_000; i++) {
            Workloads.open(3).close();
        }
        Thread.sleep(200);
        assertEquals(threadsBefore, pool(), "threads of closed backends");
    }

    private static void openAndClose(Backend backend, int models) {
        for (int i = 0; i < models; i++) {
            try (Session session = new Session(backend)) {
                step(session, DType.F32, 20).run();
            }
        }
    }

    private static int pool() {
        return (int) Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("norn-cpu-")).count();
    }
}
