package dev.norn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegressionTest {

    private static final NdArray TRUTH = NdArray.of(Shape.of(3, 2), 0.5, 1, -1, 1, 7, -6);
    private static final NdArray PREDICTED = NdArray.of(Shape.of(3, 2), 0.0, 2, -1, 2, 8, -5);

    /** Values of scikit-learn 1.9. */
    @Test
    void agreesWithScikitLearn() {
        assertEquals(0.7083333333333334, Regression.mse(TRUTH, PREDICTED), 1e-15);
        assertEquals(0.8416254115301732, Regression.rmse(TRUTH, PREDICTED), 1e-15);
        assertEquals(0.75, Regression.mae(TRUTH, PREDICTED), 1e-15);
        assertEquals(0.9368005266622779, Regression.r2(TRUTH, PREDICTED), 1e-15);
        assertEquals(0.9486081370449679,
                Regression.r2(NdArray.vector(3, -0.5, 2, 7), NdArray.vector(2.5, 0.0, 2, 8)), 1e-15);
    }

    @Test
    void typesMayDiffer() {
        NdArray f32 = PREDICTED.to(DType.F32);
        assertEquals(Regression.mse(TRUTH, PREDICTED), Regression.mse(TRUTH, f32));
        assertEquals(Regression.r2(TRUTH, PREDICTED), Regression.r2(TRUTH.to(DType.F32), f32));
    }

    /** 0.1 · 3 / 3 is not 0.1: the truth is constant although its rounded mean differs from it. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 5, 0.1, -1e300, 1e-310})
    void constantTruth(double value) {
        NdArray truth = NdArray.vector(value, value, value);
        assertEquals(1, Regression.r2(truth, truth.copy()));
        assertEquals(0, Regression.r2(truth, NdArray.vector(value, value, value + 1 + Math.abs(value) / 2)));
        assertEquals(Double.NaN, Regression.r2(truth, NdArray.vector(value, value, Double.NaN)));
    }

    @Test
    void oneValue() {
        assertEquals(4, Regression.mse(NdArray.vector(1), NdArray.vector(3)));
        assertEquals(0, Regression.r2(NdArray.vector(1), NdArray.vector(3)));
        assertEquals(9, Regression.mse(NdArray.of(Shape.SCALAR, 1.0), NdArray.of(Shape.SCALAR, 4.0)));
    }

    @Test
    void predictingTheMeanIsZero() {
        RandomStream random = new RandomStream(1, 0);
        double[] truth = new double[997];
        double mean = 0;
        for (int i = 0; i < truth.length; i++) {
            truth[i] = random.nextGaussian();
            mean += truth[i] / truth.length;
        }
        double[] predicted = new double[truth.length];
        java.util.Arrays.fill(predicted, mean);
        assertEquals(0, Regression.r2(NdArray.vector(truth), NdArray.vector(predicted)), 1e-14);
        assertEquals(1, Regression.r2(NdArray.vector(truth), NdArray.vector(truth)));
    }

    @Test
    void notANumberComesThrough() {
        NdArray nan = NdArray.vector(1, Double.NaN);
        NdArray fine = NdArray.vector(1, 2);
        assertEquals(Double.NaN, Regression.mse(fine, nan));
        assertEquals(Double.NaN, Regression.rmse(nan, fine));
        assertEquals(Double.NaN, Regression.mae(fine, nan));
        assertEquals(Double.NaN, Regression.r2(fine, nan));
        assertEquals(Double.NaN, Regression.r2(nan, fine));
        assertEquals(Double.POSITIVE_INFINITY, Regression.mse(fine, NdArray.vector(1, 1e200)));
    }

    @Test
    void shapesMustBeEqual() {
        var e = assertThrows(IllegalArgumentException.class,
                () -> Regression.mse(NdArray.vector(1, 2), NdArray.vector(1, 2).reshape(2, 1)));
        assertEquals("truth has shape [2], predicted has [2, 1]", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Regression.mae(NdArray.vector(), NdArray.vector()));
        assertThrows(IllegalArgumentException.class, () -> Regression.r2(NdArray.vector(), NdArray.vector()));
    }
}
