package dev.norn.examples.regression;

import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.metrics.Regression;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The mean squared error on data that were left out, fold by fold.
 *
 * @param errors one for each fold
 */
public record CrossValidation(double[] errors) {

    /**
     * Fits k times.
     *
     * @param k how many folds, see {@link Dataset#fold}
     * @param seed of the division
     * @param fit makes a model of training data; scaling, if any, is a part of it
     */
    public static CrossValidation of(Dataset data, int k, long seed, Function<Dataset, LinearModel> fit) {
        LinearModel.check(data);
        data.fold(k, 0, seed); // for its checks
        return new CrossValidation(IntStream.range(0, k).mapToDouble(i -> {
            Split split = data.fold(k, i, seed);
            LinearModel model = fit.apply(split.train());
            return Regression.mse(split.test().targets(), model.predict(split.test().inputs()));
        }).toArray());
    }

    /** The mean over the folds. */
    public double mean() {
        return IntStream.range(0, errors.length).mapToDouble(i -> errors[i]).sum() / errors.length;
    }

    /** The sample standard deviation over the folds (divisor k - 1). */
    public double deviation() {
        double mean = mean();
        double squares = 0;
        for (double error : errors) {
            squares += (error - mean) * (error - mean);
        }
        return Math.sqrt(squares / (errors.length - 1));
    }
}
