package dev.norn.examples.reproduce;

import dev.norn.metrics.Classification;
import dev.norn.metrics.ConfusionMatrix;
import dev.norn.metrics.Regression;
import dev.norn.sweep.Measure;
import dev.norn.tensor.NdArray;
import dev.norn.train.Epoch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What is kept of trainings. */
final class Measures {

    private static final int CLASSES = 10;

    private Measures() {}

    /**
     * {@code epoch} and, at each of these, {@code loss}, as it was met in training; {@code validation_loss}, where the training
     * validates. Thinned, as a drawing on a logarithmic axis needs it.
     */
    static final Measure CURVE = (trained, results) -> {
        List<Epoch> all = trained.history().epochs();
        Epoch[] kept = IntStream.of(thinned(all.size())).mapToObj(e -> all.get(e - 1)).toArray(Epoch[]::new);
        results.put("epoch", Arrays.stream(kept).mapToDouble(Epoch::number).toArray());
        results.put("loss", Arrays.stream(kept).mapToDouble(Epoch::loss).toArray());
        if (!Double.isNaN(all.get(0).validationLoss())) {
            results.put("validation_loss", Arrays.stream(kept).mapToDouble(Epoch::validationLoss).toArray());
        }
    };

    /** {@code confusion}: how many of each class were taken for which, row by row. */
    static final Measure CONFUSION = (trained, results) -> {
        int[] predicted = Classification.argmax(trained.test().predictions());
        ConfusionMatrix matrix = ConfusionMatrix.of(trained.data().test().targets().ints(), predicted, CLASSES);
        results.put("kappa", matrix.kappa());
        results.put("confusion", IntStream.range(0, CLASSES * CLASSES)
                .mapToDouble(i -> matrix.count(i / CLASSES, i % CLASSES)).toArray());
    };

    /** The matrix back from {@link #CONFUSION}. */
    static ConfusionMatrix confusion(double[] counts) {
        ConfusionMatrix matrix = new ConfusionMatrix(CLASSES);
        for (int i = 0; i < counts.length; i++) {
            for (int k = 0; k < counts[i]; k++) {
                matrix.add(i / CLASSES, i % CLASSES);
            }
        }
        return matrix;
    }

    /** {@code test_mse_true} and {@code test_r2_true}: against Runge's function without noise, at the test samples. */
    static Measure truth(Samples samples) {
        return (trained, results) -> {
            NdArray truth = Samples.truth(samples.raw().test().inputs());
            NdArray predicted = trained.test().predictions();
            results.put("test_mse_true", Regression.mse(truth, predicted));
            results.put("test_r2_true", Regression.r2(truth, predicted));
        };
    }

    /** {@link #truth}, and {@code fit}: the model at {@link Samples#grid}. */
    static Measure fit(Samples samples) {
        return truth(samples).and((trained, results) -> {
            NdArray fit = trained.trainer().predict(samples.scaled(Samples.column(samples.grid())));
            results.put("fit", IntStream.range(0, fit.size()).mapToDouble(fit::get).toArray());
        });
    }

    /** Every epoch up to 10, then about forty for each power of ten, with the round ones among them; and the last. */
    static int[] thinned(int epochs) {
        DoubleStream even = IntStream.iterate(0, i -> i + 1).limit(401).mapToDouble(i -> Math.rint(Math.pow(10, i / 40.0)));
        DoubleStream round = DoubleStream.iterate(10, power -> power * 10).limit(8)
                .flatMap(power -> DoubleStream.of(power, 2 * power, 2.5 * power, 5 * power));
        return DoubleStream.concat(DoubleStream.concat(even, round), DoubleStream.of(epochs))
                .filter(e -> e <= epochs).mapToInt(e -> (int) e).sorted().distinct().toArray();
    }
}
