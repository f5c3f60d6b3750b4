package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.cuda.TestDouble.Counter;
import dev.norn.device.AcceleratorBackend;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import jcuda.driver.CUcontext;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** How steps run: plainly, then captured, then as one launch each; without allocating; and what happens when one fails. */
class StepsTest {

    private static final Variable W =
            Variable.of("w", NdArray.of(Shape.of(4, 3), new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));

    /** w ← w - 0.1·∂/∂w |x·w|²/2: products, a reduction and an assignment. */
    private static Step step(Session session) {
        Tensor x = Tensor.input("x", DType.F32, Shape.of(5, 4));
        Tensor y = x.matmul(W.read());
        Tensor gradient = x.transpose().matmul(y);
        Step step = session.compile(new Program.Builder()
                .output("loss", y.mul(y).sum().mul(0.5)).assign(W, W.read().sub(gradient.mul(0.1))).build());
        float[] numbers = new float[20];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) Math.sin(i);
        }
        step.set("x", NdArray.of(Shape.of(5, 4), numbers));
        return step;
    }

    private static float[] weights(BackendOptions options, int steps) {
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(options), options); Session session = new Session(backend)) {
            Step step = step(session);
            for (int i = 0; i < steps; i++) {
                step.run();
            }
            return (float[]) session.read(W).data();
        }
    }

    @Test
    void withGraphsAndWithoutToTheLastBit() {
        for (int steps : new int[] {1, 2, 3, 10}) {
            assertArrayEquals(weights(BackendOptions.DEFAULT.withGraphs(false), steps), weights(BackendOptions.DEFAULT, steps));
        }
    }

    @Test
    void fromTheThirdStepOnEachIsOneLaunch() {
        CudaAccelerator accelerator = Doubled.accelerator(BackendOptions.DEFAULT);
        try (Backend backend = new AcceleratorBackend(accelerator, BackendOptions.DEFAULT); Session session = new Session(backend)) {
            Step step = step(session);
            long graphs = TestDouble.count(Counter.GRAPH_LAUNCHES);
            step.run();
            assertEquals(graphs, TestDouble.count(Counter.GRAPH_LAUNCHES), "the first runs plainly");
            step.run();
            assertEquals(graphs + 1, TestDouble.count(Counter.GRAPH_LAUNCHES), "the second is captured and launched");
            long allocations = TestDouble.count(Counter.ALLOCATIONS);
            long bytes = TestDouble.count(Counter.BYTES);
            long waits = TestDouble.count(Counter.SYNCHRONIZES);
            long copies = TestDouble.count(Counter.TO_DEVICE) + TestDouble.count(Counter.TO_HOST);
            long device = accelerator.allocated();
            for (int i = 0; i < 10_000; i++) {
                step.run();
            }
            assertEquals(graphs + 10_001, TestDouble.count(Counter.GRAPH_LAUNCHES));
            assertEquals(allocations, TestDouble.count(Counter.ALLOCATIONS));
            assertEquals(bytes, TestDouble.count(Counter.BYTES));
            assertEquals(waits, TestDouble.count(Counter.SYNCHRONIZES), "nobody waits until something is read");
            assertEquals(copies, TestDouble.count(Counter.TO_DEVICE) + TestDouble.count(Counter.TO_HOST));
            assertEquals(device, accelerator.allocated());
            assertTrue(step.get("loss").get(0) < 1e-3);
        }
    }

    @Test
    void whatIsClosedIsGone() {
        Doubled.load();
        long before = TestDouble.count(Counter.BYTES);
        weights(BackendOptions.DEFAULT, 3);
        assertEquals(before, TestDouble.count(Counter.BYTES));
    }

    @Test
    void anotherThreadMayUseIt() throws Exception {
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(BackendOptions.DEFAULT), BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            Step step = step(session);
            step.run();
            Throwable[] thrown = new Throwable[1];
            Thread thread = new Thread(() -> {
                step.run();
                step.run();
                backend.synchronize();
            });
            thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
            thread.start();
            thread.join();
            assertEquals(null, thrown[0]);
            step.run();
            assertArrayEquals(weights(BackendOptions.DEFAULT, 4), (float[]) session.read(W).data());
        }
    }

    /** As where a second GPU's backend, or another library, uses the same thread. */
    @Test
    void anotherContextMayHaveBeenMadeCurrent() {
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(BackendOptions.DEFAULT), BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            Step step = step(session);
            for (int i = 0; i < 4; i++) {
                assertEquals(0, JCudaDriver.cuCtxSetCurrent(new CUcontext()));
                step.run();
            }
            assertEquals(0, JCudaDriver.cuCtxSetCurrent(new CUcontext()));
            float[] weights = (float[]) session.read(W).data();
            assertArrayEquals(weights(BackendOptions.DEFAULT, 4), weights);
            assertEquals(0, JCudaDriver.cuCtxSetCurrent(new CUcontext()));
        }
    }

    /** 1 + 2^-12 is 1 with TF32's 10 bits of fraction. */
    @Test
    void productsAreInFullPrecisionUnlessTold() {
        float more = 1 + 0x1p-12f;
        assertEquals(more, square(BackendOptions.DEFAULT, DType.F32, more, 1));
        assertEquals(1, square(BackendOptions.DEFAULT.withTf32(true), DType.F32, more, 1));
        assertEquals(more, square(BackendOptions.DEFAULT.withTf32(true), DType.F64, more, 1));
        assertEquals(0.1 * 0.1, square(BackendOptions.DEFAULT, DType.F64, 0.1, 0.1), "by Dgemm");
    }

    /** x y + 0 · 0: with one term it would be no product of matrices, but fused. */
    private static double square(BackendOptions options, DType dtype, double x, double y) {
        NdArray a = NdArray.zeros(dtype, Shape.of(1, 2));
        NdArray b = NdArray.zeros(dtype, Shape.of(2, 1));
        a.set(0, x);
        b.set(0, y);
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(options), options); Session session = new Session(backend)) {
            return session.evaluate(Variable.of("a", a).read().matmul(Variable.of("b", b).read())).item();
        }
    }

    /** A sum of nothing is zero, with an epilogue or without; cuBLAS is not asked. */
    @Test
    void productsOfMatricesWithoutElements() {
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(BackendOptions.DEFAULT), BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            long products = TestDouble.count(Counter.PRODUCTS);
            Tensor empty = Variable.zeros("a", DType.F32, Shape.of(2, 0)).read()
                    .matmul(Variable.zeros("b", DType.F32, Shape.of(0, 3)).read());
            assertArrayEquals(new float[6], (float[]) session.evaluate(empty).data());
            assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, (float[]) session.evaluate(empty.add(1)).data());
            assertEquals(products, TestDouble.count(Counter.PRODUCTS));
        }
    }

    /** After a kernel has accessed what is not its own, nothing that comes from the device can be trusted. */
    @Test
    void afterAStickyErrorEverythingSaysSo() {
        Doubled.load();
        try (Backend backend = new AcceleratorBackend(
                        Doubled.accelerator(BackendOptions.DEFAULT.withGraphs(false)), BackendOptions.DEFAULT)) {
            Session session = new Session(backend);
            Step step = step(session);
            step.run();
            TestDouble.failKernel(1);
            String first = assertThrows(BackendException.class, () -> {
                step.run();
                backend.synchronize();
            }).getMessage();
            assertTrue(first.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), first);
            String later = assertThrows(BackendException.class, () -> step.get("loss")).getMessage();
            assertTrue(later.contains("context was lost") && later.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), later);
            // To close it then is no failure: the one above is what is to be told.
        } finally {
            TestDouble.failKernel(0);
        }
    }

    @Test
    void outOfMemorySaysHowMuchThereIs() {
        Doubled.load();
        TestDouble.setMemory(512L << 20);
        try (Backend backend = new AcceleratorBackend(Doubled.accelerator(BackendOptions.DEFAULT), BackendOptions.DEFAULT)) {
            String message = assertThrows(BackendException.class, () -> backend.allocate(DType.F32, 200 << 20)).getMessage();
            assertTrue(message.contains("800.0 MiB") && message.contains("of 512.0 MiB"), message);
            backend.allocate(DType.F32, 1 << 20).close();
        } finally {
            TestDouble.setMemory(2L << 30);
        }
    }
}
