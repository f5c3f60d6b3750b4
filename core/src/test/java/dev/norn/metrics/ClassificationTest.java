package dev.norn.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassificationTest {

    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void argmaxTakesTheFirstOfEquals(DType dtype) {
        NdArray scores = NdArray.of(Shape.of(8, 3),
                1.0, 2, 3,
                3, 2, 1,
                5, 5, 5,
                -1, 4, 4,
                -INF, -INF, -INF,
                -INF, INF, 0,
                -0.0, 0.0, -1,
                -3, -2, -1);
        assertArrayEquals(new int[] {2, 0, 0, 1, 0, 1, 0, 2}, Classification.argmax(scores.to(dtype)));
    }

    @Test
    void argmaxOfARowWithNaNIsNone() {
        NdArray scores = NdArray.of(Shape.of(4, 3), NAN, 2, 3, 1, NAN, 3, 1, 2, NAN, 1, 2, 3);
        int none = Classification.NONE;
        assertArrayEquals(new int[] {none, none, none, 2}, Classification.argmax(scores));
    }

    @Test
    void argmaxOfFew() {
        assertArrayEquals(new int[0], Classification.argmax(NdArray.zeros(DType.F32, Shape.of(0, 3))));
        NdArray column = NdArray.of(Shape.of(2, 1), 7, NAN);
        assertArrayEquals(new int[] {0, Classification.NONE}, Classification.argmax(column));
        for (Shape shape : new Shape[] {Shape.of(3), Shape.of(3, 0), Shape.of(1, 2, 3)}) {
            var e = assertThrows(IllegalArgumentException.class,
                    () -> Classification.argmax(NdArray.zeros(DType.F32, shape)));
            assertTrue(e.getMessage().contains("F32" + shape), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class,
                () -> Classification.argmax(NdArray.zeros(DType.I32, Shape.of(2, 2))));
    }

    @Test
    void threshold() {
        NdArray scores = NdArray.of(Shape.of(5, 1), 0.2, 0.5, 0.7, NAN, -INF);
        assertArrayEquals(new int[] {0, 1, 1, Classification.NONE, 0}, Classification.threshold(scores, 0.5));
        assertThrows(IllegalArgumentException.class,
                () -> Classification.threshold(NdArray.zeros(DType.F32, Shape.of(2, 2)), 0.5));
    }

    @Test
    void accuracy() {
        assertEquals(0.75, Classification.accuracy(new int[] {0, 1, 2, 1}, new int[] {0, 1, 2, 2}));
        assertEquals(0.5, Classification.accuracy(new int[] {0, 1}, new int[] {0, Classification.NONE}));
        assertThrows(IllegalArgumentException.class, () -> Classification.accuracy(new int[2], new int[3]));
        assertThrows(IllegalArgumentException.class, () -> Classification.accuracy(new int[0], new int[0]));
    }

    /** Values of scikit-learn 1.9; one true class has probability 0. */
    @Test
    void logLossAgreesWithScikitLearn() {
        NdArray p = NdArray.of(Shape.of(4, 3), .9, .1, 0, .2, .5, .3, .1, .1, .8, 1, 0, 0);
        NdArray labels = NdArray.of(Shape.of(4), 0, 2, 2, 1);
        assertEquals(9.394032565103782, Classification.logLoss(p, labels), 1e-14);
        assertEquals(4.368715286254883, Classification.logLoss(p.to(DType.F32), labels), 1e-6);
    }

    @Test
    void logLossOfCertaintyAndOfIgnorance() {
        NdArray labels = NdArray.of(Shape.of(2), 0, 1);
        assertEquals(0.0, Classification.logLoss(NdArray.of(Shape.of(2, 2), 1.0, 0, 0, 1), labels));
        assertEquals(Math.log(2), Classification.logLoss(NdArray.of(Shape.of(2, 2), .5, .5, .5, .5), labels), 1e-15);
        assertEquals(0.0, Classification.logLoss(NdArray.of(Shape.of(2, 2), 1.0000002f, 0, 0, 1), labels));
        assertEquals(NAN, Classification.logLoss(NdArray.of(Shape.of(2, 2), NAN, 0, 0, 1), labels));
    }

    @Test
    void logLossRejectsWhatIsNoProbability() {
        NdArray labels = NdArray.of(Shape.of(2), 0, 1);
        for (double bad : new double[] {-0.01, 1.001, INF, -INF}) {
            var e = assertThrows(IllegalArgumentException.class,
                    () -> Classification.logLoss(NdArray.of(Shape.of(2, 2), 1, 0, bad, 1), labels));
            assertTrue(e.getMessage().startsWith("row 1, column 0 is " + bad), e.getMessage());
        }
        NdArray p = NdArray.of(Shape.of(2, 2), 1.0, 0, 0, 1);
        for (int bad : new int[] {-1, 2}) {
            var e = assertThrows(IllegalArgumentException.class,
                    () -> Classification.logLoss(p, NdArray.of(Shape.of(2), 0, bad)));
            assertEquals("label 1 is " + bad + "; valid are 0 to 1", e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> Classification.logLoss(p, NdArray.vector(0, 1)));
        assertThrows(IllegalArgumentException.class, () -> Classification.logLoss(p, NdArray.of(Shape.of(1), 0)));
        assertThrows(IllegalArgumentException.class, () -> Classification.logLoss(
                NdArray.zeros(DType.F64, Shape.of(0, 2)), NdArray.zeros(DType.I32, Shape.of(0))));
    }
}
