package dev.norn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {

    /** Abramowitz and Stegun, "Handbook of Mathematical Functions", table 7.1, and further digits by mpmath. */
    @ParameterizedTest
    @CsvSource({
        "1e-300, 1.1283791670955126e-300",
        "1e-8, 1.1283791670955126e-8",
        "0.1, 0.1124629160182848922",
        "0.46875, 0.4926134732179379916",
        "0.5, 0.5204998778130465377",
        "1, 0.8427007929497148693",
        "1.5, 0.9661051464753107271",
        "2, 0.9953222650189527342",
        "3, 0.9999779095030014146",
        "4, 0.9999999845827420998",
        "5, 0.9999999999984625402",
        "5.9, 1",
        "7, 1",
        "1e300, 1",
        "Infinity, 1",
    })
    void knownValues(double x, double expected) {
        assertEquals(expected, Erf.erf(x), 7e-16 * expected);
        assertEquals(-Erf.erf(x), Erf.erf(-x));
    }

    @Test
    void specialValues() {
        assertEquals(0.0, Erf.erf(0.0));
        assertEquals(-0.0, Erf.erf(-0.0));
        assertEquals(Double.NaN, Erf.erf(Double.NaN));
    }

    @Test
    void agreesWithItsSeries() {
        for (double x = 0.01; x < 3; x += 0.01) {
            double term = x;
            double sum = 0;
            for (int n = 0; n < 100; n++) {
                sum += term / (2 * n + 1);
                term *= -x * x / (n + 1);
            }
            // The series alternates with terms as great as exp(x²).
            assertEquals(sum * 2 / Math.sqrt(Math.PI), Erf.erf(x), 1e-15 * Math.exp(x * x));
        }
    }
}
