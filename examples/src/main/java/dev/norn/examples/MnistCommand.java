package dev.norn.examples;

import dev.norn.data.Mnist;
import dev.norn.data.Split;
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
        AtomicFile json = options.json == null ? null : new AtomicFile(options.json);
        try (Training training = new Training(options)) {
            Split digits = data == null ? IncludedDigits.load() : Mnist.load(data);
            training.fit(digits.train(), CLASSES, Loss.SOFTMAX_CROSS_ENTROPY, spec.commandLine().getErr());
            Evaluation test = training.trainer().evaluate(digits.test());
            ConfusionMatrix matrix = ConfusionMatrix.of(
                    digits.test().targets().ints(), Classification.argmax(test.predictions()), CLASSES);

            PrintWriter out = spec.commandLine().getOut();
            training.summarize(out);
            out.printf(Locale.ROOT, "test      loss %.4f, accuracy %.2f %%, Cohen's kappa %.4f%n%n",
                    test.loss(), 100 * matrix.accuracy(), matrix.kappa());
            out.print(matrix);
            if (json != null) {
                json.write(JsonReport.of(report(training, test, matrix)));
            }
        }
        return 0;
    }

    private static Map<String, Object> report(Training training, Evaluation test, ConfusionMatrix matrix) {
        Map<String, Object> report = training.report();
        report.put("test_loss", test.loss());
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
