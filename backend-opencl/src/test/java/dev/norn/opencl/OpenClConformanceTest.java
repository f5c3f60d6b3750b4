package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.conformance.Conformance;
import dev.norn.conformance.Result;
import dev.norn.tensor.DType;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Some of the conformance suite on the best device. A compiler that takes its time makes the whole of it a matter of minutes;
 * {@code verify --backend opencl} runs that.
 */
class OpenClConformanceTest {

    private static final long SEED = 42;

    @TestFactory
    Stream<DynamicTest> quickGroups() {
        Set<String> quick = Set.of("views", "training");
        return Conformance.groups().stream().filter(g -> quick.contains(g.name())).flatMap(group -> Stream.of(DType.F32, DType.F64).map(dtype ->
                DynamicTest.dynamicTest(group.name() + " " + dtype, () -> {
                    Devices.best();
                    try (Backend backend = Backends.open("opencl", BackendOptions.DEFAULT)) {
                        assumeTrue(backend.lacks(dtype) == null, backend.lacks(dtype));
                        Result result = group.run(backend, dtype, SEED);
                        assertTrue(result.passed(),
                                () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
                    }
                })));
    }
}
