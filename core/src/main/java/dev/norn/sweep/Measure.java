package dev.norn.sweep;

import dev.norn.metrics.Regression;
import dev.norn.train.Epoch;
import java.util.function.ToDoubleFunction;

/** What is kept of a training. Called by several threads at once. What it gives must follow from the training alone. */
@FunctionalInterface
public interface Measure {

    /**
     * {@code train_loss} and {@code test_loss}: mean per sample, without penalties, with the final weights. Of classifiers also
     * {@code train_accuracy} and {@code test_accuracy}.
     */
    Measure LOSS = (trained, results) -> {
        results.put("train_loss", trained.train().loss()).put("test_loss", trained.test().loss());
        if (!Double.isNaN(trained.test().accuracy())) {
            results.put("train_accuracy", trained.train().accuracy()).put("test_accuracy", trained.test().accuracy());
        }
    };

    /** {@code train_r2} and {@code test_r2}, the coefficients of determination. For targets that are values. */
    Measure R2 = (trained, results) -> results
            .put("train_r2", Regression.r2(trained.data().train().targets(), trained.train().predictions()))
            .put("test_r2", Regression.r2(trained.data().test().targets(), trained.test().predictions()));

    /**
     * {@code loss}, one for each epoch, as met during it; where the training validates, also {@code validation_loss}. See
     * {@link Epoch}.
     */
    Measure HISTORY = (trained, results) -> {
        results.put("loss", series(trained, Epoch::loss));
        if (!Double.isNaN(trained.history().last().validationLoss())) {
            results.put("validation_loss", series(trained, Epoch::validationLoss));
        }
    };

    /** Adds what it measures to the results. */
    void measure(Trained trained, Results results);

    /** This measure and then another. */
    default Measure and(Measure other) {
        return (trained, results) -> {
            measure(trained, results);
            other.measure(trained, results);
        };
    }

    private static double[] series(Trained trained, ToDoubleFunction<Epoch> figure) {
        return trained.history().epochs().stream().mapToDouble(figure).toArray();
    }
}
