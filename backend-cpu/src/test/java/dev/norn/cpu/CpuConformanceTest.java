package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.conformance.Conformance;
import dev.norn.conformance.Group;
import dev.norn.conformance.Result;
import dev.norn.tensor.DType;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The conformance suite on the kernels that this run of the tests is for. */
class CpuConformanceTest {

    private static final long SEED = 42;

    @TestFactory
    Stream<DynamicTest> suite() {
        return tests(Conformance.groups().stream(), 0);
    }

    /** The work is divided otherwise: not at all, and into more parts than there are cores. */
    @TestFactory
    Stream<DynamicTest> otherNumbersOfThreads() {
        Set<String> divided = Set.of("matmul", "rows", "random-graphs");
        return Stream.of(1, 3).flatMap(threads ->
                tests(Conformance.groups().stream().filter(group -> divided.contains(group.name())), threads));
    }

    /** Compilation costs nothing here, so there is time for other shapes and graphs. */
    @TestFactory
    Stream<DynamicTest> otherSeeds() {
        Set<String> random = Set.of("broadcast", "matmul", "random-graphs");
        return LongStream.rangeClosed(SEED + 1, SEED + 3).boxed().flatMap(seed -> tests(
                Conformance.groups().stream().filter(group -> random.contains(group.name())), 0, seed, ", seed " + seed));
    }

    private static Stream<DynamicTest> tests(Stream<Group> groups, int threads) {
        return tests(groups, threads, SEED, threads == 0 ? "" : ", " + threads + " threads");
    }

    private static Stream<DynamicTest> tests(Stream<Group> groups, int threads, long seed, String how) {
        return groups.flatMap(group -> Stream.of(DType.F32, DType.F64).map(dtype ->
                DynamicTest.dynamicTest(group.name() + " " + dtype + how, () -> {
                    try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT.withThreads(threads))) {
                        Result result = group.run(backend, dtype, seed);
                        assertTrue(result.passed(),
                                () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
                    }
                })));
    }
}
