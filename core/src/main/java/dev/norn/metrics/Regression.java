package dev.norn.metrics;

import dev.norn.tensor.NdArray;

/**
 * How far predicted values lie from true ones. Both arrays have the same shape, with at least one element; sums are F64
 * whatever their types. A NaN in either array makes the result NaN.
 */
public final class Regression {

    private Regression() {}

    /** The mean squared error: the mean of (truth - predicted)². */
    public static double mse(NdArray truth, NdArray predicted) {
        check(truth, predicted);
        double sum = 0;
        for (int i = 0; i < truth.size(); i++) {
            double error = truth.get(i) - predicted.get(i);
            sum += error * error;
        }
        return sum / truth.size();
    }

    /** The root of the mean squared error, in the unit of the values. */
    public static double rmse(NdArray truth, NdArray predicted) {
        return Math.sqrt(mse(truth, predicted));
    }

    /** The mean absolute error: the mean of |truth - predicted|. */
    public static double mae(NdArray truth, NdArray predicted) {
        check(truth, predicted);
        double sum = 0;
        for (int i = 0; i < truth.size(); i++) {
            sum += Math.abs(truth.get(i) - predicted.get(i));
        }
        return sum / truth.size();
    }

    /**
     * The coefficient of determination, R² = 1 - SSres / SStot: 1 is exact, 0 as good as always predicting the mean of
     * the truth, below 0 worse than that. For a matrix [n, outputs] it is the mean of the outputs' R². A constant truth
     * has SStot = 0; as in scikit-learn's {@code r2_score}, R² is then 1 if the prediction is exact and 0 if not.
     */
    public static double r2(NdArray truth, NdArray predicted) {
        check(truth, predicted);
        int outputs = truth.shape().rank() < 2 ? 1 : truth.size() / truth.shape().dim(0);
        double sum = 0;
        for (int c = 0; c < outputs; c++) {
            sum += r2(truth, predicted, c, outputs);
        }
        return sum / outputs;
    }

    private static double r2(NdArray truth, NdArray predicted, int column, int outputs) {
        double mean = 0;
        boolean constant = true;
        for (int i = column; i < truth.size(); i += outputs) {
            mean += truth.get(i);
            constant &= truth.get(i) == truth.get(column);
        }
        mean /= truth.size() / outputs;
        double residual = 0;
        double total = 0;
        for (int i = column; i < truth.size(); i += outputs) {
            double error = truth.get(i) - predicted.get(i);
            double deviation = truth.get(i) - mean;
            residual += error * error;
            total += deviation * deviation;
        }
        if (constant && !Double.isNaN(residual)) {
            return residual == 0 ? 1 : 0; // by the truth itself: the rounded mean can leave SStot above 0
        }
        return 1 - residual / total;
    }

    private static void check(NdArray truth, NdArray predicted) {
        if (!truth.shape().equals(predicted.shape())) {
            throw new IllegalArgumentException(
                    "truth has shape " + truth.shape() + ", predicted has " + predicted.shape());
        }
        if (truth.size() == 0) {
            throw new IllegalArgumentException("a metric needs at least one value, the shape is " + truth.shape());
        }
    }
}
