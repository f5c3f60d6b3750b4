package dev.norn.metrics;

import java.util.Arrays;
import java.util.Locale;

/**
 * How often each class was taken for which: the counts behind the usual measures of a classifier (Fawcett, "An
 * introduction to ROC analysis", Pattern Recognition Letters 27, 2006). For a class, TP are its examples predicted as
 * it, FN its examples predicted otherwise, FP other examples predicted as it, TN the rest. A measure whose divisor is 0
 * (for instance the recall of a class without examples) is NaN, printed as "-".
 *
 * <p>A prediction may be {@link Classification#NONE}: it is counted in a column of its own, so it is wrong whatever the
 * truth. Not safe for use by several threads.
 */
public final class ConfusionMatrix {

    private final int classes;
    private final long[][] counts; // [truth][prediction], and NONE in the last column
    private long size;

    /** An empty matrix for classes 0 to {@code classes} - 1. */
    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, it is " + classes);
        }
        this.classes = classes;
        this.counts = new long[classes][classes + 1];
    }

    /** The matrix of predictions {@code predicted[i]} for examples of class {@code truth[i]}. */
    public static ConfusionMatrix of(int[] truth, int[] predicted, int classes) {
        if (truth.length != predicted.length) {
            throw new IllegalArgumentException(
                    truth.length + " true classes but " + predicted.length + " predicted ones");
        }
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        for (int i = 0; i < truth.length; i++) {
            matrix.add(truth[i], predicted[i]);
        }
        return matrix;
    }

    /**
     * Counts one example.
     *
     * @param truth     its class
     * @param predicted the class predicted, or {@link Classification#NONE}
     */
    public void add(int truth, int predicted) {
        if (truth < 0 || truth >= classes) {
            throw new IllegalArgumentException("true class " + truth + " (valid: 0 to " + (classes - 1) + ")");
        }
        if (predicted < Classification.NONE || predicted >= classes) {
            throw new IllegalArgumentException("predicted class " + predicted + " (valid: 0 to " + (classes - 1)
                    + ", or " + Classification.NONE + " for none)");
        }
        counts[truth][predicted == Classification.NONE ? classes : predicted]++;
        size++;
    }

    /** The number of classes. */
    public int classes() {
        return classes;
    }

    /** The number of examples. */
    public long size() {
        return size;
    }

    /** The number of examples of class {@code truth} predicted as {@code predicted} (or as none). */
    public long count(int truth, int predicted) {
        return counts[truth][predicted == Classification.NONE ? classes : predicted];
    }

    /** A copy of the counts [truth][prediction], without the examples for which no class was predicted. */
    public long[][] counts() {
        long[][] copy = new long[classes][];
        for (int k = 0; k < classes; k++) {
            copy[k] = Arrays.copyOf(counts[k], classes);
        }
        return copy;
    }

    /** The share of examples predicted rightly: Σ TP / n. */
    public double accuracy() {
        long right = 0;
        for (int k = 0; k < classes; k++) {
            right += counts[k][k];
        }
        return (double) right / size;
    }

    /** The true positive rate (recall, sensitivity) of class {@code k}: TP / (TP + FN). */
    public double truePositiveRate(int k) {
        return (double) counts[k][k] / actual(k);
    }

    /** The false positive rate (fall-out) of class {@code k}: FP / (FP + TN). */
    public double falsePositiveRate(int k) {
        return (double) (predicted(k) - counts[k][k]) / (size - actual(k));
    }

    /** The precision of class {@code k}: TP / (TP + FP). */
    public double precision(int k) {
        return (double) counts[k][k] / predicted(k);
    }

    /** The F1 score of class {@code k}, the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). */
    public double f1(int k) {
        return 2.0 * counts[k][k] / (actual(k) + predicted(k));
    }

    /**
     * Cohen's kappa: (a - e) / (1 - e), where a is the accuracy and e the accuracy expected by chance, the sum over the
     * classes of (share in the truth) · (share in the predictions) (Cohen, "A coefficient of agreement for nominal
     * scales", Educational and Psychological Measurement 20, 1960). 1 is full agreement, 0 no more than chance; NaN if
     * truth and predictions are one and the same class throughout.
     */
    public double kappa() {
        double n = size;
        double expected = 0;
        for (int k = 0; k < classes; k++) {
            expected += (double) actual(k) * predicted(k) / (n * n);
        }
        return (accuracy() - expected) / (1 - expected);
    }

    private long actual(int k) {
        long sum = 0;
        for (long count : counts[k]) {
            sum += count;
        }
        return sum;
    }

    private long predicted(int k) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[k];
        }
        return sum;
    }

    /**
     * A table with a row for each true class: how often it was predicted as each class (as none, if that occurred),
     * then its measures; below it, accuracy and kappa.
     */
    @Override
    public String toString() {
        boolean none = false;
        for (long[] row : counts) {
            none |= row[classes] > 0;
        }
        int columns = none ? classes + 1 : classes;
        String[][] cells = new String[classes + 1][columns + 5];
        String[] head = cells[0];
        head[0] = "truth";
        for (int c = 0; c < columns; c++) {
            head[c + 1] = c == classes ? "none" : Integer.toString(c);
        }
        String[] measures = {"TPR", "FPR", "precision", "F1"};
        System.arraycopy(measures, 0, head, columns + 1, measures.length);
        for (int k = 0; k < classes; k++) {
            String[] row = cells[k + 1];
            row[0] = Integer.toString(k);
            for (int c = 0; c < columns; c++) {
                row[c + 1] = Long.toString(counts[k][c]);
            }
            row[columns + 1] = number(truePositiveRate(k));
            row[columns + 2] = number(falsePositiveRate(k));
            row[columns + 3] = number(precision(k));
            row[columns + 4] = number(f1(k));
        }
        String summary = "accuracy " + number(accuracy()) + ", kappa " + number(kappa()) + ", n = " + size + "\n";
        return aligned(cells) + summary;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String aligned(String[][] cells) {
        int[] widths = new int[cells[0].length];
        for (String[] row : cells) {
            for (int c = 0; c < row.length; c++) {
                widths[c] = Math.max(widths[c], row[c].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : cells) {
            for (int c = 0; c < row.length; c++) {
                text.append(c == 0 ? "" : "  ").append(" ".repeat(widths[c] - row[c].length())).append(row[c]);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
