package dev.norn.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.random.RandomStream;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionMatrixTest {

    private static final int[] TRUTH = {0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 0, 1, 2, 2, 1};
    private static final int[] PREDICTED = {0, 1, 1, 1, 2, 2, 2, 0, 2, 1, 0, 1, 2, 1, 1};

    private static ConfusionMatrix example() {
        return ConfusionMatrix.of(TRUTH, PREDICTED, 4);
    }

    /** Values of scikit-learn 1.9. */
    @Test
    void agreesWithScikitLearn() {
        ConfusionMatrix m = example();
        assertArrayEquals(new long[][] {{2, 1, 0, 0}, {0, 4, 1, 0}, {1, 1, 4, 0}, {0, 1, 0, 0}}, m.counts());
        assertEquals(0.5033112582781456, m.kappa(), 1e-15);
        assertEquals(10 / 15.0, m.accuracy(), 1e-15);
        double[] precision = {2 / 3.0, 4 / 7.0, 4 / 5.0, Double.NaN};
        double[] recall = {2 / 3.0, 4 / 5.0, 4 / 6.0, 0};
        double[] f1 = {2 / 3.0, 2 / 3.0, 8 / 11.0, 0};
        double[] fpr = {1 / 12.0, 3 / 10.0, 1 / 9.0, 0};
        for (int k = 0; k < 4; k++) {
            assertEquals(precision[k], m.precision(k), 1e-15);
            assertEquals(recall[k], m.truePositiveRate(k), 1e-15);
            assertEquals(f1[k], m.f1(k), 1e-15);
            assertEquals(fpr[k], m.falsePositiveRate(k), 1e-15);
        }
    }

    /** Of 50 proposals both readers accept 20 and reject 15: agreement 0.7, by chance 0.5, so kappa is 0.4. */
    @Test
    void kappaByHand() {
        ConfusionMatrix m = new ConfusionMatrix(2);
        int[][] counts = {{20, 5}, {10, 15}};
        for (int t = 0; t < 2; t++) {
            for (int p = 0; p < 2; p++) {
                for (int i = 0; i < counts[t][p]; i++) {
                    m.add(t, p);
                }
            }
        }
        assertEquals(0.4, m.kappa(), 1e-15);
        assertEquals(50, m.size());
    }

    @Test
    void kappaAtItsEnds() {
        assertEquals(1, ConfusionMatrix.of(new int[] {0, 1, 2}, new int[] {0, 1, 2}, 3).kappa());
        assertEquals(-1, ConfusionMatrix.of(new int[] {0, 1}, new int[] {1, 0}, 2).kappa());
        assertEquals(0, ConfusionMatrix.of(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1}, 2).kappa());
        assertEquals(Double.NaN, ConfusionMatrix.of(new int[] {1, 1, 1}, new int[] {1, 1, 1}, 3).kappa());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 10})
    void identitiesOnRandomPredictions(int classes) {
        RandomStream random = new RandomStream(classes, 0);
        int n = 1009;
        int[] truth = new int[n];
        int[] predicted = new int[n];
        for (int i = 0; i < n; i++) {
            truth[i] = random.nextInt(classes);
            predicted[i] = random.nextInt(classes + 1) - 1; // NONE among them
        }
        ConfusionMatrix m = ConfusionMatrix.of(truth, predicted, classes);
        assertEquals(n, m.size());
        assertEquals(classes, m.classes());
        assertEquals(Classification.accuracy(truth, predicted), m.accuracy());
        for (int k = 0; k < classes; k++) {
            int tp = 0;
            int fp = 0;
            int fn = 0;
            int tn = 0;
            for (int i = 0; i < n; i++) {
                if (truth[i] == k) {
                    tp += predicted[i] == k ? 1 : 0;
                    fn += predicted[i] == k ? 0 : 1;
                } else {
                    fp += predicted[i] == k ? 1 : 0;
                    tn += predicted[i] == k ? 0 : 1;
                }
            }
            assertEquals(tp / (double) (tp + fn), m.truePositiveRate(k));
            assertEquals(fp / (double) (fp + tn), m.falsePositiveRate(k));
            assertEquals(tp / (double) (tp + fp), m.precision(k));
            assertEquals(2.0 * tp / (2 * tp + fp + fn), m.f1(k));
        }
    }

    @Test
    void noPredictionIsWrongWhateverTheTruth() {
        ConfusionMatrix m = ConfusionMatrix.of(new int[] {0, 1, 1}, new int[] {0, Classification.NONE, 1}, 2);
        assertEquals(3, m.size());
        assertEquals(2 / 3.0, m.accuracy());
        assertEquals(0.5, m.truePositiveRate(1));
        assertEquals(0, m.falsePositiveRate(0));
        assertEquals(1, m.precision(1));
        assertEquals(1, m.count(1, Classification.NONE));
        assertArrayEquals(new long[][] {{1, 0}, {0, 1}}, m.counts());
        // Chance agreement 1/3 · 1/3 + 2/3 · 1/3.
        assertEquals((2 / 3.0 - 1 / 3.0) / (1 - 1 / 3.0), m.kappa(), 1e-15);
        assertTrue(m.toString().contains("none"));
    }

    @Test
    void emptyMatrixIsNotANumber() {
        ConfusionMatrix m = new ConfusionMatrix(2);
        assertEquals(0, m.size());
        for (double value : new double[] {m.accuracy(), m.kappa(), m.truePositiveRate(0), m.falsePositiveRate(1),
            m.precision(0), m.f1(1)}) {
            assertEquals(Double.NaN, value);
        }
        assertTrue(m.toString().endsWith("accuracy -, kappa -, n = 0\n"), m.toString());
    }

    @Test
    void tableIsAlignedInAnyLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("""
                    truth  0  1  2  3     TPR     FPR  precision      F1
                        0  2  1  0  0  0.6667  0.0833     0.6667  0.6667
                        1  0  4  1  0  0.8000  0.3000     0.5714  0.6667
                        2  1  1  4  0  0.6667  0.1111     0.8000  0.7273
                        3  0  1  0  0  0.0000  0.0000          -  0.0000
                    accuracy 0.6667, kappa 0.5033, n = 15
                    """, example().toString());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void countsAreACopy() {
        ConfusionMatrix m = example();
        m.counts()[0][0] = 99;
        assertEquals(2, m.count(0, 0));
    }

    @Test
    void classesOutOfRangeAreErrors() {
        ConfusionMatrix m = new ConfusionMatrix(3);
        for (int bad : new int[] {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            var e = assertThrows(IllegalArgumentException.class, () -> m.add(bad, 0));
            assertTrue(e.getMessage().contains(bad + " (valid: 0 to 2"), e.getMessage());
        }
        for (int bad : new int[] {-2, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            var e = assertThrows(IllegalArgumentException.class, () -> m.add(0, bad));
            assertTrue(e.getMessage().contains(bad + " (valid: 0 to 2"), e.getMessage());
        }
        assertEquals(0, m.size());
        assertThrows(IllegalArgumentException.class, () -> new ConfusionMatrix(0));
        assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(new int[1], new int[2], 2));
    }
}
