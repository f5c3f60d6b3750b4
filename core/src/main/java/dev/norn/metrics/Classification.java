package dev.norn.metrics;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/** From the scores of a classifier to classes, and how good they are. */
public final class Classification {

    /**
     * In place of a class: none was predicted, because a score was NaN. It equals no label, so it counts as wrong
     * everywhere.
     */
    public static final int NONE = -1;

    private Classification() {}

    /**
     * The column of each row's greatest score; of equal ones, the first. A row with a NaN in it gives {@link #NONE}.
     * For the one score of a binary classifier, see {@link #threshold}.
     *
     * @param scores [n, classes], floating; probabilities or logits
     * @return n classes
     */
    public static int[] argmax(NdArray scores) {
        checkMatrix(scores);
        int n = scores.shape().dim(0);
        int classes = scores.shape().dim(1);
        int[] result = new int[n];
        for (int r = 0; r < n; r++) {
            int best = 0;
            for (int c = 0; c < classes && best != NONE; c++) {
                double score = scores.get(r * classes + c);
                if (Double.isNaN(score)) {
                    best = NONE;
                } else if (score > scores.get(r * classes + best)) {
                    best = c;
                }
            }
            result[r] = best;
        }
        return result;
    }

    /**
     * Class 1 where a binary classifier's one score is at least {@code limit}, else 0; {@link #NONE} for NaN.
     *
     * @param scores [n, 1], floating
     * @param limit  0.5 for probabilities, 0 for logits
     * @return n classes
     */
    public static int[] threshold(NdArray scores, double limit) {
        checkMatrix(scores);
        if (scores.shape().dim(1) != 1) {
            throw new IllegalArgumentException("threshold needs one score a row, scores are " + scores.shape()
                    + "; for several, use argmax");
        }
        int[] result = new int[scores.size()];
        for (int r = 0; r < result.length; r++) {
            double score = scores.get(r);
            result[r] = Double.isNaN(score) ? NONE : score >= limit ? 1 : 0;
        }
        return result;
    }

    /** The share of predictions that equal the truth. At least one. */
    public static double accuracy(int[] truth, int[] predicted) {
        if (truth.length != predicted.length || truth.length == 0) {
            throw new IllegalArgumentException("accuracy needs as many true classes as predicted ones, at least one;"
                    + " there are " + truth.length + " and " + predicted.length);
        }
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            right += truth[i] == predicted[i] ? 1 : 0;
        }
        return (double) right / truth.length;
    }

    /**
     * The mean of -ln p, where p is the probability that was given to the true class (cross-entropy, in nats). As in
     * scikit-learn's {@code log_loss}, p is taken as at least the type's epsilon (2⁻²³ for F32, 2⁻⁵² for F64), so that
     * one confident error does not make the mean infinite. A NaN probability of a true class makes it NaN.
     *
     * @param probabilities [n, classes], floating, n at least 1, each from 0 to 1 or NaN
     * @param labels        [n], I32
     * @throws IllegalArgumentException if a probability is outside 0 to 1 (logits?) by more than rounding
     */
    public static double logLoss(NdArray probabilities, NdArray labels) {
        checkMatrix(probabilities);
        int n = probabilities.shape().dim(0);
        int classes = probabilities.shape().dim(1);
        if (labels.dtype() != DType.I32 || !labels.shape().equals(Shape.of(n)) || n == 0) {
            throw new IllegalArgumentException("logLoss needs one I32 label a row, at least one; probabilities are "
                    + probabilities.shape() + ", labels are " + labels.dtype() + labels.shape());
        }
        double least = probabilities.dtype() == DType.F32 ? Math.ulp(1f) : Math.ulp(1d);
        double slack = 64 * least; // how far a softmax may round above 1
        double sum = 0;
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < classes; c++) {
                double p = probabilities.get(r * classes + c);
                if (p < 0 || p > 1 + slack) {
                    throw new IllegalArgumentException("row " + r + ", column " + c + " is " + p
                            + ", not a probability; logits must pass through softmax first");
                }
            }
            int label = labels.ints()[r];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "label " + r + " is " + label + "; valid are 0 to " + (classes - 1));
            }
            double p = probabilities.get(r * classes + label);
            sum -= Math.log(Math.min(1, Math.max(least, p)));
        }
        return sum / n;
    }

    private static void checkMatrix(NdArray scores) {
        Shape shape = scores.shape();
        if (!scores.dtype().isFloating() || shape.rank() != 2 || shape.dim(1) == 0) {
            throw new IllegalArgumentException(
                    "scores must be [n, classes] of F32 or F64 with at least one class, they are " + scores.dtype()
                            + shape);
        }
    }
}
