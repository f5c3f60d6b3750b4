package dev.norn.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.schedule.PlanInterpreter;
import dev.norn.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scheduler, judged without a backend: plans run naively must give what the graphs mean. */
class ScheduleConformanceTest {

    /** Types differ in what a backend makes of a plan, not in the plan: one does for most. */
    @TestFactory
    Stream<DynamicTest> plansMeanWhatGraphsMean() {
        List<String> both = List.of("elementwise", "random", "layers", "random-graphs");
        return Conformance.groups().stream().flatMap(group -> Stream.of(DType.F32, DType.F64)
                .filter(dtype -> dtype == DType.F64 || both.contains(group.name()))
                .map(dtype -> DynamicTest.dynamicTest(group.name() + " " + dtype, () -> {
                    Result result = group.run(new PlanInterpreter(), dtype, 42);
                    assertTrue(result.passed(), () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
                })));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void manyRandomGraphs(long seed) {
        Check check = new Check("random-graphs", new PlanInterpreter(), DType.F64, seed, Integer.MAX_VALUE);
        for (int i = 0; i < 60; i++) {
            Conformance.randomGraph(check, i);
        }
        assertTrue(check.result().passed(), () -> String.join("\n", check.result().failures()));
    }
}
