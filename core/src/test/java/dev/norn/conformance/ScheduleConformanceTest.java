package dev.norn.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.schedule.PlanInterpreter;
import dev.norn.tensor.DType;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scheduler, judged without a backend: plans run naively must give what the graphs mean. */
class ScheduleConformanceTest {

    @TestFactory
    Stream<DynamicTest> plansMeanWhatGraphsMean() {
        return Conformance.groups().stream().flatMap(group -> Stream.of(DType.F32, DType.F64).map(dtype ->
                DynamicTest.dynamicTest(group.name() + " " + dtype, () -> {
                    Result result = group.run(new PlanInterpreter(), dtype, 42);
                    assertTrue(result.passed(), () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
                })));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void manyRandomGraphs(long seed) {
        Check check = new Check("random-graphs", new PlanInterpreter(), DType.F64, seed);
        for (int i = 0; i < 60; i++) {
            Conformance.randomGraph(check, i);
        }
        assertTrue(check.result().passed(), () -> String.join("\n", check.result().failures()));
    }
}
