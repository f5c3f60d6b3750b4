package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import org.junit.jupiter.api.Test;

class InitializerTest {

    private static final int IN = 200;
    private static final int OUT = 300;

    private static NdArray weights(Initializer initializer, DType dtype, long seed) {
        return new Model(IN, dtype, seed, new Dense(OUT, Activation.TANH, initializer, Initializer.ZEROS))
                .value("layers.0.weight");
    }

    /** Mean, variance and fourth moment, each within five of its standard errors. */
    private static void assertMoments(Initializer initializer, double variance, double kurtosis) {
        double[] w = weights(initializer, DType.F64, 5).doubles();
        int n = w.length;
        double mean = 0;
        double second = 0;
        double fourth = 0;
        for (double v : w) {
            mean += v / n;
            second += v * v / n;
            fourth += v * v * v * v / n;
        }
        assertEquals(0, mean, 5 * Math.sqrt(variance / n));
        assertEquals(variance, second, 5 * variance * Math.sqrt((kurtosis - 1) / n));
        assertEquals(kurtosis, fourth / (second * second), 0.1);
    }

    @Test
    void standardNormal() {
        assertMoments(Initializer.STANDARD_NORMAL, 1, 3);
    }

    /** Glorot and Bengio 2010, equation 16: the variance is 2 / (in + out); a uniform distribution's kurtosis is 9/5. */
    @Test
    void glorot() {
        assertMoments(Initializer.GLOROT, 2.0 / (IN + OUT), 1.8);
        double limit = Math.sqrt(6.0 / (IN + OUT));
        for (double v : weights(Initializer.GLOROT, DType.F64, 5).doubles()) {
            assertTrue(Math.abs(v) <= limit);
        }
    }

    /** He et al. 2015, equation 10: the variance is 2 / in. */
    @Test
    void he() {
        assertMoments(Initializer.HE, 2.0 / IN, 3);
    }

    @Test
    void zeros() {
        for (double v : weights(Initializer.ZEROS, DType.F64, 5).doubles()) {
            assertEquals(0, v);
        }
    }

    /** One seed, the same weights in either type, but for rounding. */
    @Test
    void typesDifferByRoundingAlone() {
        for (Initializer initializer : new Initializer[] {Initializer.GLOROT, Initializer.HE, Initializer.STANDARD_NORMAL}) {
            assertEquals(weights(initializer, DType.F64, 9).to(DType.F32), weights(initializer, DType.F32, 9));
        }
    }

    @Test
    void seedsDiffer() {
        assertEquals(weights(Initializer.HE, DType.F32, 1), weights(Initializer.HE, DType.F32, 1));
        assertNotEquals(weights(Initializer.HE, DType.F32, 1), weights(Initializer.HE, DType.F32, 2));
        assertNotEquals(weights(Initializer.HE, DType.F32, 1), weights(Initializer.HE, DType.F32, 1L + (1L << 32)));
    }

    /** Each parameter has a stream of its own: a layer more does not change the weights before it. */
    @Test
    void layersDoNotDependOnThoseAfter() {
        Model small = new Model(7, DType.F64, 3, new Dense(5, Activation.RELU), new Dense(4));
        Model large = new Model(7, DType.F64, 3, new Dense(5, Activation.RELU), new Dense(4), new Dense(3));
        assertEquals(small.value("layers.0.weight"), large.value("layers.0.weight"));
        assertEquals(small.value("layers.1.weight"), large.value("layers.1.weight"));
        NdArray first = new Model(5, DType.F64, 3, new Dense(5), new Dense(5)).value("layers.0.weight");
        NdArray second = new Model(5, DType.F64, 3, new Dense(5), new Dense(5)).value("layers.1.weight");
        assertNotEquals(first, second);
    }

    /** If this fails, results that somebody published with a seed can no longer be reproduced. */
    @Test
    void weightsOfASeedNeverChange() {
        Model model = new Model(2, DType.F64, 42, new Dense(2, Activation.TANH), new Dense(1, Activation.IDENTITY,
                Initializer.HE, Initializer.STANDARD_NORMAL));
        assertEquals(NdArray.vector(PUBLISHED), model.values());
    }

    private static final double[] PUBLISHED = {0.15684738927921263, 0.3108815881084527, -1.0220245157410903, 1.0408612778601094,
            -0.05752790199625101, 1.4067024079757422, 0.0, 0.0, 0.6196867649222769};
}
