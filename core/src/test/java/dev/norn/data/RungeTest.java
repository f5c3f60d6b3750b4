package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RungeTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "0.2, 0.5", "-0.2, 0.5", "1, 0.038461538461538464", "1e200, 0", "NaN, NaN"})
    void function(double x, double expected) {
        assertEquals(expected, Runge.f(x), 1e-16);
    }

    @ParameterizedTest
    @CsvSource({"1, -1, 1", "997, -1, 1", "50000, 2, 2.5", "10, 1, 1.0000000000000002", "100, -8e307, 8e307"})
    void withoutNoiseThePointsLieOnTheCurve(int n, double from, double to) {
        for (Runge.Spacing spacing : Runge.Spacing.values()) {
            Dataset sample = Runge.sample(n, from, to, 0, 5, spacing);
            assertEquals(n, sample.size());
            assertEquals(Shape.of(n, 1), sample.targets().shape());
            for (int i = 0; i < n; i++) {
                double x = sample.inputs().get(i);
                assertTrue(x >= from && x <= to, "" + x);
                assertEquals(Runge.f(x), sample.targets().get(i));
            }
        }
    }

    @Test
    void randomInputsAreUniform() {
        int n = 100_000;
        Dataset sample = Runge.sample(n, -1, 3, 0, 1);
        double mean = 0;
        double square = 0;
        for (double x : sample.inputs().doubles()) {
            mean += x / n;
            square += (x - 1) * (x - 1) / n;
        }
        assertEquals(1, mean, 5 * 4 / Math.sqrt(12.0 * n));
        assertEquals(16 / 12.0, square, 5 * 4 * 16 / 12.0 / Math.sqrt(5.0 * n));
    }

    @Test
    void noiseIsNormalWithItsStandardDeviation() {
        int n = 100_000;
        Dataset sample = Runge.sample(n, -1, 1, 0.25, 1);
        double mean = 0;
        double square = 0;
        double product = 0;
        for (int i = 0; i < n; i++) {
            double x = sample.inputs().get(i);
            double error = sample.targets().get(i) - Runge.f(x);
            mean += error / n;
            square += error * error / n;
            product += error * x / n;
        }
        assertEquals(0, mean, 5 * 0.25 / Math.sqrt(n));
        assertEquals(0.0625, square, 5 * 0.0625 * Math.sqrt(2.0 / n));
        assertEquals(0, product, 5 * 0.25 / Math.sqrt(3.0 * n), "errors do not depend on inputs");
    }

    @Test
    void evenInputsReachBothEnds() {
        assertEquals(NdArray.of(Shape.of(5, 1), -1.0, -0.5, 0, 0.5, 1),
                Runge.sample(5, -1, 1, 0.1, 0, Runge.Spacing.EVEN).inputs());
        assertEquals(-1, Runge.sample(1, -1, 1, 0, 0, Runge.Spacing.EVEN).inputs().item());
    }

    @Test
    void theSeedDecides() {
        Dataset a = Runge.sample(20, -1, 1, 0.1, 3);
        Dataset same = Runge.sample(20, -1, 1, 0.1, 3);
        assertEquals(a.inputs(), same.inputs());
        assertEquals(a.targets(), same.targets());
        assertNotEquals(a.inputs(), Runge.sample(20, -1, 1, 0.1, 4).inputs());
        assertEquals(a.inputs(), Runge.sample(20, -1, 1, 0.5, 3).inputs(), "the noise does not move the inputs");
        Dataset longer = Runge.sample(30, -1, 1, 0.1, 3);
        assertEquals(a.targets(), longer.rows(0, 20).targets(), "a longer sample begins with the shorter");
    }

    /** Values from an independent implementation in Python: published results depend on them. */
    @Test
    void samplesNeverChange() {
        Dataset sample = Runge.sample(2, -1, 1, 0.1, 42);
        assertEquals(0.0599971540159705, sample.inputs().get(0), 1e-15);
        assertEquals(-0.4684437498882774, sample.inputs().get(1), 1e-15);
        assertEquals(0.806473403875104, sample.targets().get(0), 1e-14);
        assertEquals(0.21936954509078985, sample.targets().get(1), 1e-14);
    }

    @ParameterizedTest
    @CsvSource({"0, -1, 1, 0", "-5, -1, 1, 0", "1, 1, 1, 0", "1, 1, -1, 0", "1, NaN, 1, 0", "1, -1, NaN, 0",
        "1, -Infinity, 1, 0", "1, -1, Infinity, 0", "1, -1e308, 1e308, 0", "1, -1, 1, -0.1", "1, -1, 1, NaN",
        "1, -1, 1, Infinity"})
    void argumentsAreChecked(int n, double from, double to, double noise) {
        assertThrows(IllegalArgumentException.class, () -> Runge.sample(n, from, to, noise, 0));
    }
}
