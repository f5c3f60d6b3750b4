package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.data.Mnist;
import dev.norn.train.Trainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tests a saved model. */
@Command(
        name = "evaluate",
        description = "Tests a saved model as its training did: one of mnist with the test digits, one of runge with the samples that"
                + " its options, which are in the file, give again. On the same backend, the results are those of the training, to"
                + " the last digit.",
        sortOptions = false)
final class EvaluateCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "A model that --save wrote.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Folder with other digits: four files as mnist takes them (default: the digits included).")
    private Path data;

    @Mixin
    private ComputeOptions compute;

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        json.open();
        SavedModel saved = new SavedModel(file);
        if (saved.isOfRunge() && data != null) {
            throw new ParameterException(spec.commandLine(), "--data has no meaning with a model of runge");
        }
        Dataset digits = saved.isOfRunge() ? null : digits(saved);
        try (Backend backend = compute.open(saved)) {
            PrintWriter out = json.text();
            out.println("backend   " + backend.device());
            out.println("model     " + saved.model());
            Trainer trainer = saved.trainer(backend);
            Map<String, Object> report = saved.report(backend);
            if (saved.isOfRunge()) {
                RungeTest test = RungeTest.of(trainer, saved.samples());
                test.print(out);
                report.putAll(test.results());
            } else {
                DigitTest test = DigitTest.of(trainer, digits);
                test.print(out);
                report.putAll(test.results());
            }
            json.write(report);
        }
    }

    private Dataset digits(SavedModel saved) {
        Dataset digits = (data == null ? IncludedDigits.load() : Mnist.load(data)).test();
        if (saved.model().inputs() != digits.features() || saved.model().outputs() != DigitTest.CLASSES) {
            throw new DataException(saved + " takes " + saved.model().inputs() + " numbers and gives " + saved.model().outputs()
                    + "; the digits have " + digits.features() + " pixels and are of " + DigitTest.CLASSES + " classes");
        }
        return digits;
    }
}
