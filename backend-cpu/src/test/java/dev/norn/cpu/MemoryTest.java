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
import dev.norn.nn.Predictor;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Update;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps and predictions allocate nothing, and what is closed is gone. */
class MemoryTest {

    /** The training step of a classifier with dropout, on data of a type that lie in variables. */
    private static Step step(Session session, DType dtype, DType inputType, int batch) {
        Model model = Workloads.classifier(dtype, 1);
        Dataset data = Workloads.corners(500, 1);
        Variable inputs = Variable.of("inputs", data.inputs().to(inputType));
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

    /**
     * Each in a JVM of its own: whether HotSpot keeps a vector in a register depends on all that it inlined before, and the
     * other tests of this module make it inline what no program does.
     */
    @ParameterizedTest
    @CsvSource({"step, F32, 20, 1, 10000", "step, F32, 20, 2, 10000", "step, F32, 250, 2, 500", "step, F64, 20, 2, 10000", "bytes, F32, 250, 2, 500",
        "predict, F32, 1, 1, 10000", "predict, F32, 83, 2, 300", "predict, F64, 7, 1, 10000"})
    void nothingIsAllocated(String what, DType dtype, int rows, int threads, int times) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        if (Kernels.simdIsThere()) {
            command.add("--add-modules=jdk.incubator.vector");
        }
        String kernels = System.getProperty(Kernels.PROPERTY);
        if (kernels != null) {
            command.add("-D" + Kernels.PROPERTY + "=" + kernels);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MemoryTest.class.getName(),
                what, dtype.name(), Integer.toString(rows), Integer.toString(threads), Integer.toString(times)));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals("0", output.strip(), "bytes allocated by " + what + ", " + times + " times");
    }

    /** Prints how many bytes are allocated by training steps or predictions: which, type, rows, threads, how many. */
    public static void main(String[] args) {
        DType dtype = DType.valueOf(args[1]);
        int rows = Integer.parseInt(args[2]);
        int times = Integer.parseInt(args[4]);
        try (Backend backend = Workloads.open(Integer.parseInt(args[3]));
                Session session = new Session(backend);
                Predictor predictor = Workloads.classifier(dtype, 1).compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
            System.out.println(spent(switch (args[0]) {
                case "step" -> step(session, dtype, dtype, rows)::run;
                case "bytes" -> step(session, dtype, DType.UNORM8, rows)::run;
                default -> predict(predictor, rows);
            }, times));
        }
    }

    private static Runnable predict(Predictor predictor, int rows) {
        NdArray inputs = Workloads.corners(rows, 1).inputs().to(predictor.model().dtype());
        NdArray outputs = NdArray.zeros(inputs.dtype(), Shape.of(rows, 7));
        return inputs.dtype() == DType.F32 ? () -> predictor.predict(inputs.floats(), rows, outputs.floats())
                : () -> predictor.predict(inputs.doubles(), rows, outputs.doubles());
    }

    private static long spent(Runnable work, int times) {
        long spent = Long.MAX_VALUE;
        // Interpreted code makes an object of each vector, so the first rounds do not count.
        for (int round = 0; round < 20 && spent > 0; round++) {
            long before = allocated();
            for (int i = 0; i < times; i++) {
                work.run();
            }
            // What the measurement itself allocates, measured right after.
            long after = allocated();
            spent = after - before - (allocated() - after);
        }
        return Math.max(0, spent);
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
                step(session, DType.F32, DType.F32, 20).run();
            }
        }
    }

    private static int pool() {
        return (int) Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("norn-cpu-")).count();
    }
}
