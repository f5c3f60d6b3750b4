package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.conformance.Conformance;
import dev.norn.conformance.Group;
import dev.norn.conformance.Result;
import dev.norn.cuda.TestDouble.Counter;
import dev.norn.device.AcceleratorBackend;
import dev.norn.tensor.DType;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The conformance suite through JCuda's natives on the double, which leaves nothing allocated. */
class CudaConformanceTest {

    private static final long SEED = 42;

    @TestFactory
    Stream<DynamicTest> quick() {
        return tests(Conformance.groups().stream().filter(g -> Set.of("views", "training").contains(g.name())));
    }

    @TestFactory
    @Tag("slow")
    Stream<DynamicTest> all() {
        return tests(Conformance.groups().stream());
    }

    private static Stream<DynamicTest> tests(Stream<Group> groups) {
        return groups.flatMap(group -> Stream.of(DType.F32, DType.F64).map(dtype ->
                DynamicTest.dynamicTest(group.name() + " " + dtype, () -> {
                    CudaAccelerator accelerator = Doubled.accelerator(BackendOptions.DEFAULT);
                    long leaked = TestDouble.count(Counter.LEAKED);
                    try (Backend backend = new AcceleratorBackend(accelerator, BackendOptions.DEFAULT)) {
                        Result result = group.run(backend, dtype, SEED);
                        assertTrue(result.passed(),
                                () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
                    }
                    assertEquals(0, accelerator.allocated());
                    assertEquals(leaked, TestDouble.count(Counter.LEAKED), "bytes that went with their context");
                })));
    }
}
