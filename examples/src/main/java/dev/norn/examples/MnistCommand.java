package dev.norn.examples;

import dev.norn.data.Mnist;
import dev.norn.data.Split;
import dev.norn.io.AtomicFile;
import dev.norn.nn.Loss;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
        options.json.open();
        AtomicFile file = options.saving.file();
        if (data == null) {
            IncludedDigits.prefetch();
        } else {
            options.record("data", data.toString());
        }
        if (!options.backend.isOne()) {
            Split digits = digits();
            return new Comparison(options, spec.commandLine(), "accuracy").run(training -> {
                DigitTest test = train(training, digits);
                return new Comparison.Outcome(
                        String.format(Locale.ROOT, "%.2f %%", 100 * test.matrix().accuracy()), training.report(test.results()));
            });
        }
        try (Training training = Training.on(options.backend.names().get(0), options)) {
            Split digits = digits();
            if (training.device().backend().equals("cpu")) { // no other backend has anything from it
                Rehearsal.end();
            }
            DigitTest test = train(training, digits);
            PrintWriter out = options.json.text();
            training.summarize(out);
            test.print(out);
            if (file != null) {
                training.save(file, spec.name(), test.provenance());
            }
            options.json.write(training.report(test.results()));
        }
        return 0;
    }

    private Split digits() {
        return data == null ? IncludedDigits.load() : Mnist.load(data);
    }

    private DigitTest train(Training training, Split digits) {
        training.fit(digits.train(), DigitTest.CLASSES, Loss.SOFTMAX_CROSS_ENTROPY, spec.commandLine().getErr());
        return DigitTest.of(training.trainer(), digits.test());
    }
}
