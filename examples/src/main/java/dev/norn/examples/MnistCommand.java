package dev.norn.examples;

import dev.norn.data.Mnist;
import dev.norn.data.Split;
import dev.norn.io.AtomicFile;
import dev.norn.metrics.Classification;
import dev.norn.metrics.ConfusionMatrix;
import dev.norn.nn.Loss;
import dev.norn.train.Evaluation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a classifier of handwritten digits. */
@Command(
        name = "mnist",
        description = "Trains a classifier of handwritten digits (MNIST, which is included) and tests it.",
        sortOptions = false,
        defaultValueProvider = MnistCommand.Defaults.class)
final class MnistCommand implements Callable<Integer> {

    private static final int CLASSES = 10;

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Folder with other digits: the four files train-images-idx3-ubyte, train-labels-idx1-ubyte,"
                    + " t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, with or without .gz (default: the digits"
                    + " included).")
    private Path data;

    @Mixin
    private TrainingOptions options;

    static final class Defaults extends OptionDefaults {
        Defaults() {
            super(Map.of(
                    "--hidden", "128,64",
                    "--activation", "relu",
                    "--dropout", "0.1",
                    "--learning-rate", "0.002",
                    "--schedule", "cosine",
                    "--batch-size", "128",
                    "--epochs", "20"));
        }
    }

    @Override
    public Integer call() {
        options.check();
        AtomicFile json = options.jsonFile();
        AtomicFile file = options.saving.file();
        if (!options.backend.isOne()) {
            Split digits = digits();
            return new Comparison(options, spec.commandLine(), "accuracy").run(training -> {
                Test test = train(training, digits);
                return new Comparison.Outcome(
                        String.format(Locale.ROOT, "%.2f %%", 100 * test.matrix.accuracy()), test.report(training));
            }, json);
        }
        try (Training training = Training.on(options.backend.names().get(0), options)) {
            Test test = train(training, digits());
            PrintWriter out = spec.commandLine().getOut();
            training.summarize(out);
            test.print(out);
            if (file != null) {
                training.save(file, spec.name(), test.provenance());
            }
            if (json != null) {
                json.write(JsonReport.of(test.report(training)));
            }
        }
        return 0;
    }

    private Split digits() {
        return data == null ? IncludedDigits.load() : Mnist.load(data);
    }

    private Test train(Training training, Split digits) {
        training.fit(digits.train(), CLASSES, Loss.SOFTMAX_CROSS_ENTROPY, spec.commandLine().getErr());
        Evaluation test = training.trainer().evaluate(digits.test());
        return new Test(test.loss(), ConfusionMatrix.of(
                digits.test().targets().ints(), Classification.argmax(test.predictions()), CLASSES));
    }

    /** How well a model knows digits that it has not seen. */
    private record Test(double loss, ConfusionMatrix matrix) {

        void print(PrintWriter out) {
            out.printf(Locale.ROOT, "test      loss %.4f, accuracy %.2f %%, Cohen's kappa %.4f%n%n",
                    loss, 100 * matrix.accuracy(), matrix.kappa());
            out.print(matrix);
        }

        Map<String, String> provenance() {
            return Map.of("inputs", "pixels, row by row, from 0 (background) to 1 (ink)",
                    "test_loss", Double.toString(loss), "test_accuracy", Double.toString(matrix.accuracy()));
        }

        Map<String, Object> report(Training training) {
            Map<String, Object> report = training.report();
            report.put("test_loss", loss);
            report.put("test_accuracy", matrix.accuracy());
            report.put("test_kappa", matrix.kappa());
            report.put("true_positive_rate",
                    IntStream.range(0, CLASSES).mapToObj(matrix::truePositiveRate).toList());
            report.put("false_positive_rate",
                    IntStream.range(0, CLASSES).mapToObj(matrix::falsePositiveRate).toList());
            report.put("confusion_matrix", matrix.counts());
            return report;
        }
    }
}
