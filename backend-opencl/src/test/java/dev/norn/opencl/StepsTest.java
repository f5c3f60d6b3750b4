package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.device.AcceleratorBackend;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Ten thousand steps cost no memory, on either side, and what is closed is gone. */
class StepsTest {

    @Test
    void stepsAllocateNothing() {
        OpenClAccelerator accelerator = Devices.accelerator();
        try (Backend backend = new AcceleratorBackend(accelerator, BackendOptions.DEFAULT)) {
            long before = accelerator.allocated();
            try (Session session = new Session(backend)) {
                // w ← w - 0.1·∂/∂w |x·w|²/2, with a product, a reduction and an assignment.
                Variable w = Variable.of("w", NdArray.of(Shape.of(4, 3), new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
                Tensor x = Tensor.input("x", DType.F32, Shape.of(5, 4));
                Tensor y = x.matmul(w.read());
                Tensor gradient = x.transpose().matmul(y);
                Step step = session.compile(new Program.Builder()
                        .output("loss", y.mul(y).sum().mul(0.5)).assign(w, w.read().sub(gradient.mul(0.1))).build());
                float[] numbers = new float[20];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (float) Math.sin(i);
                }
                step.set("x", NdArray.of(Shape.of(5, 4), numbers));
                for (int i = 0; i < 2000; i++) {
                    step.run();
                }
                backend.synchronize();
                long device = accelerator.allocated();
                assertTrue(device > before);
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                // The best part counts: on Java 25 LWJGL's calls make a few objects until HotSpot has compiled them, which on a
                // busy machine takes seconds.
                long heap = Long.MAX_VALUE;
                for (int part = 0; part < 200 && heap >= 1000; part++) {
                    long start = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < 2000; i++) {
                        step.run();
                    }
                    heap = Math.min(heap, threads.getCurrentThreadAllocatedBytes() - start);
                }
                assertEquals(device, accelerator.allocated());
                assertTrue(heap < 1000, heap + " bytes in 2,000 steps");
                assertTrue(step.get("loss").get(0) < 1e-3);
            }
            assertEquals(before, accelerator.allocated());
        }
        assertEquals(0, accelerator.allocated());
    }
}
