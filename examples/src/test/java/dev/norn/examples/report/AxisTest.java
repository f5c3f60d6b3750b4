package dev.norn.examples.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @Test
    void roundTicks() {
        assertEquals(List.of(-1.0, -0.5, 0.0, 0.5, 1.0), Axis.linear("").between(-1, 1).ticks(5));
        assertEquals(List.of(1e-4, 1e-3, 1e-2), Axis.log("").between(5e-5, 2e-2).ticks(6));
        assertEquals(List.of(0.02, 0.05), Axis.log("").between(0.012, 0.09).ticks(6));
        assertEquals(List.of(0.08, 0.09, 0.1), Axis.log("").between(0.072, 0.174).ticks(6));
    }

    @ParameterizedTest
    @CsvSource({"1e-300, 1e300", "1, 1.0000001", "0.011, 0.012", "3, 3e9", "1e-5, 1"})
    void ticksLieWithin(double from, double to) {
        for (Axis axis : List.of(Axis.linear("").over(from, to), Axis.log("").over(from, to))) {
            List<Double> ticks = axis.ticks(6);
            assertTrue(ticks.size() >= 2 && ticks.size() <= 14, axis + ": " + ticks);
            for (double tick : ticks) {
                assertTrue(axis.position(tick) > -1e-6 && axis.position(tick) < 1 + 1e-6, axis + ": " + ticks);
            }
        }
    }

    /** No values, one value, equal values: an axis nonetheless. */
    @ParameterizedTest
    @CsvSource({"Infinity, -Infinity", "0, 0", "5, 5", "-3, -3"})
    void degenerate(double least, double greatest) {
        Axis axis = Axis.linear("").over(least, greatest);
        assertTrue(axis.from() < axis.to(), axis.toString());
        assertTrue(axis.ticks(6).size() >= 2, axis.toString());
    }

    @Test
    void onlyPositiveValuesOnALogarithmicAxis() {
        assertTrue(Axis.linear("").shows(-1) && !Axis.linear("").shows(Double.NaN));
        assertTrue(!Axis.log("").shows(0) && !Axis.log("").shows(Double.POSITIVE_INFINITY) && Axis.log("").shows(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "-0.5, -0.5", "0.001, 0.001", "0.0001, 1e-4", "100000, 1e5", "250000, 2.5e5", "0.30000000000000004, 0.3"})
    void labels(double value, String label) {
        assertEquals(label, Axis.label(value));
    }
}
