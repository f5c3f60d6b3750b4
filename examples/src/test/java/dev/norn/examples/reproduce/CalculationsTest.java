package dev.norn.examples.reproduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.metrics.ConfusionMatrix;
import dev.norn.sweep.Results;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalculationsTest {

    private static final Samples SAMPLES = Samples.rungeB(200);

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void gradients(String name) {
        try (Backend backend = Backends.open(name, BackendOptions.DEFAULT)) {
            Results results = Backpropagation.compare(backend, SAMPLES.scaled().train(), 5, 4);
            for (String activation : new String[] {"sigmoid", "relu", "leaky-relu"}) {
                double size = results.number("size_" + activation);
                assertTrue(size > 1e-3, activation);
                assertTrue(results.number("max_" + activation) <= 1e-13 * size, activation + ": " + results);
                assertTrue(results.number("mean_" + activation) <= results.number("max_" + activation));
            }
        }
    }

    @Test
    void activations() {
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
            Results results = Calculations.activations(backend);
            assertTrue(results.number("apart") < 1e-6, results.toString());
            for (int i = 0; i < results.series("z").length; i++) {
                double sum = results.series("softmax_0")[i] + results.series("softmax_1")[i] + results.series("softmax_2")[i];
                assertEquals(1, sum, 1e-6);
            }
        }
    }

    /** A higher degree fits what it is fitted to better; the noise is what was asked for. */
    @Test
    void leastSquares() {
        double three = Calculations.leastSquares(SAMPLES, 3).number("train_loss");
        double eight = Calculations.leastSquares(SAMPLES, 8).number("train_loss");
        assertTrue(eight < three && eight > 0.005 && eight < 0.02, three + " " + eight);
        assertEquals(0.1, Calculations.data(SAMPLES).number("noise"), 0.02);
    }

    @Test
    void penalized() {
        Results results = Calculations.penalized(SAMPLES, new int[] {8}, new double[] {1e-9, 1e-3, 10});
        double ols = Calculations.leastSquares(SAMPLES, 8).number("test_loss");
        for (String name : new String[] {"ridge", "lasso"}) {
            double[] test = results.series(name + "_test");
            assertEquals(ols, test[0], name.equals("ridge") ? 0.001 : 0.003);
            assertTrue(test[2] > 3 * test[1], name + " " + test[1] + " " + test[2]);
            assertEquals(3, results.series(name + "_folds").length);
        }
    }

    @Test
    void samples() {
        assertEquals(160, SAMPLES.scaled().train().size());
        double[] grid = SAMPLES.grid();
        assertEquals(0, grid[0]);
        assertEquals(1, grid[grid.length - 1]);
        assertEquals(-1, Samples.rungeA(10).grid()[0]);
    }

    @Test
    void thinnedEpochs() {
        assertArrayEquals(new int[] {1}, Measures.thinned(1));
        int[] epochs = Measures.thinned(99_999);
        assertEquals(1, epochs[0]);
        assertEquals(99_999, epochs[epochs.length - 1]);
        assertTrue(epochs.length < 250, "" + epochs.length);
        for (int i = 1; i < epochs.length; i++) {
            assertTrue(epochs[i] > epochs[i - 1]);
        }
        for (int round : new int[] {10, 100, 250, 500, 1000, 2500, 5000}) {
            assertTrue(Arrays.binarySearch(epochs, round) >= 0, "" + round);
        }
    }

    @Test
    void confusionThereAndBack() {
        double[] counts = new double[100];
        counts[0] = 3;
        counts[12] = 2;
        counts[99] = 1;
        ConfusionMatrix matrix = Measures.confusion(counts);
        assertEquals(3, matrix.count(0, 0));
        assertEquals(2, matrix.count(1, 2));
        assertEquals(1, matrix.count(9, 9));
        assertEquals(6, matrix.size());
    }
}
