package dev.norn.examples;

import dev.norn.data.Dataset;
import dev.norn.metrics.Classification;
import dev.norn.metrics.ConfusionMatrix;
import dev.norn.train.Evaluation;
import dev.norn.train.Trainer;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** How well a model knows digits that it has not seen. */
record DigitTest(double loss, ConfusionMatrix matrix) {

    /** How many digits there are. */
    static final int CLASSES = 10;

    /** Tests a trainer's model. */
    static DigitTest of(Trainer trainer, Dataset digits) {
        Evaluation evaluation = trainer.evaluate(digits);
        return new DigitTest(evaluation.loss(), ConfusionMatrix.of(
                digits.targets().ints(), Classification.argmax(evaluation.predictions()), CLASSES));
    }

    void print(PrintWriter out) {
        out.printf(Locale.ROOT, "test      loss %.4f, accuracy %.2f %%, Cohen's kappa %.4f%n%n",
                loss, 100 * matrix.accuracy(), matrix.kappa());
        out.print(matrix);
    }

    /** What a saved model tells of it. */
    Map<String, String> provenance() {
        return Map.of("inputs", "pixels, row by row, from 0 (background) to 1 (ink)",
                "test_loss", Double.toString(loss), "test_accuracy", Double.toString(matrix.accuracy()));
    }

    Map<String, Object> results() {
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("test_loss", loss);
        results.put("test_accuracy", matrix.accuracy());
        results.put("test_kappa", matrix.kappa());
        results.put("true_positive_rate", IntStream.range(0, CLASSES).mapToObj(matrix::truePositiveRate).toList());
        results.put("false_positive_rate", IntStream.range(0, CLASSES).mapToObj(matrix::falsePositiveRate).toList());
        results.put("confusion_matrix", matrix.counts());
        return results;
    }
}
