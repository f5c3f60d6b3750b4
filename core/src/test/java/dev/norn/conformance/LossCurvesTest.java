package dev.norn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossCurvesTest {

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void withinTheTolerance(DType dtype) {
        double tolerance = Tolerance.curve(dtype);
        double[] want = {2, 0.5, 0};
        assertEquals(new Result(3, List.of()),
                LossCurves.compare("x", dtype, new double[] {2 * (1 + 0.9 * tolerance), 0.5 * (1 - 0.9 * tolerance), 0}, want));
        List<String> failures =
                LossCurves.compare("x", dtype, new double[] {2, 0.5 * (1 + 1.1 * tolerance), 1}, want).failures();
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).startsWith("x: loss of step 2: expected 0.5, got 0.5"), failures.get(0));
        assertTrue(failures.get(0).endsWith("(2 of 3 steps wrong) [" + dtype + "]"), failures.get(0));
    }

    @Test
    void nothingElsePasses() {
        double[] want = {1, 2};
        assertEquals(1, LossCurves.compare("x", DType.F64, new double[] {1, Double.NaN}, want).failures().size());
        assertEquals(List.of("x: expected 2 steps, got 1 [F64]"), LossCurves.compare("x", DType.F64, new double[] {1}, want).failures());
    }
}
