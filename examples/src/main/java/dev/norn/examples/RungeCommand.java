package dev.norn.examples;

import dev.norn.io.AtomicFile;
import dev.norn.nn.Loss;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
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

/** Fits a curve. */
@Command(
        name = "runge",
        description = "Fits Runge's function, 1 / (1 + 25 x^2), to samples with noise.",
        sortOptions = false,
        defaultValueProvider = RungeCommand.Defaults.class)
final class RungeCommand implements Callable<Integer> {

    private static final int GRID = 501; // points of a drawn curve

    @Spec
    private CommandSpec spec;

    @Option(names = "--samples", paramLabel = "N", defaultValue = "1500",
            description = "How many, for training and test together (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--noise", paramLabel = "X", defaultValue = "0.1",
            description = "Standard deviation of the samples' errors (default: ${DEFAULT-VALUE}).")
    private double noise;

    @Option(names = "--range", paramLabel = "FROM,TO", converter = Numbers.RangeConverter.class, defaultValue = "-1,1",
            description = "Where the inputs lie (default: ${DEFAULT-VALUE}).")
    private Numbers.Range range;

    @Option(names = "--test-split", paramLabel = "SHARE", defaultValue = "0.2",
            description = "Share of the samples to test with (default: ${DEFAULT-VALUE}).")
    private double testSplit;

    @Option(names = "--scale", paramLabel = "NAME", converter = Choice.OfScale.class,
            completionCandidates = Choice.OfScale.class, defaultValue = "standard",
            description = "Inputs as the model sees them: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}: mean 0 and"
                    + " standard deviation 1 over the training samples).")
    private RungeData.Scale scale;

    @Option(names = "--plot", paramLabel = "FILE",
            description = "Draw samples, function and fit: a .png or .svg file; for one backend.")
    private Path plot;

    @Mixin
    private TrainingOptions options;

    static final class Defaults extends OptionDefaults {
        Defaults() {
            super(Map.of(
                    "--hidden", "50,100",
                    "--activation", "sigmoid",
                    "--learning-rate", "0.001",
                    "--schedule", "cosine", // a constant rate ends wherever the last steps threw it
                    "--batch-size", "20",
                    "--epochs", "300"));
        }
    }

    @Override
    public Integer call() {
        check();
        options.json.open();
        AtomicFile file = options.saving.file();
        RungePlot drawing = plot == null ? null : drawing();
        options.record("samples", samples);
        options.record("noise", noise);
        options.record("range", range.toString());
        options.record("test_split", testSplit);
        options.record("scale", Choice.name(scale));
        RungeData data = RungeData.of(samples, range, noise, testSplit, scale, options.seed);
        if (!options.backend.isOne()) {
            return new Comparison(options, spec.commandLine(), "test MSE").run(training -> {
                RungeTest test = train(training, data);
                return new Comparison.Outcome(
                        String.format(Locale.ROOT, "%.6f", test.test().mse()), training.report(test.results()));
            });
        }
        try (Training training = Training.on(options.backend.names().get(0), options)) {
            RungeTest test = train(training, data);
            PrintWriter out = options.json.text();
            training.summarize(out);
            test.print(out);
            if (file != null) {
                training.save(file, spec.name(), test.provenance(data));
            }
            if (drawing != null) {
                NdArray x = grid();
                drawing.write(data.split(), x, RungeTest.f(x), training.trainer().predict(data.scaled(x)).to(DType.F64));
            }
            options.json.write(training.report(test.results()));
        }
        return 0;
    }

    private RungeTest train(Training training, RungeData data) {
        training.fit(data.train(), 1, Loss.MSE, spec.commandLine().getErr());
        return RungeTest.of(training.trainer(), data);
    }

    private void check() {
        options.check();
        if (!options.backend.isOne() && plot != null) {
            throw options.error("--plot has no meaning with --backend " + options.backend + "; it is for one backend");
        }
        options.require(samples >= 2, "--samples", "at least 2", samples);
        options.require(noise >= 0 && Double.isFinite(noise), "--noise", "finite and not negative", noise);
        options.requireShare("--test-split", testSplit);
        options.require(plot == null || plot.toString().endsWith(".png") || isVector(), "--plot", "a file that ends in .png or .svg", plot);
        long tests = Math.round(samples * testSplit);
        options.require(tests >= 1 && tests < samples, "--test-split",
                "such that both sides of the " + samples + " samples get some", testSplit);
    }

    private boolean isVector() {
        return plot.toString().endsWith(".svg");
    }

    private RungePlot drawing() {
        AtomicFile file = new AtomicFile(plot);
        try {
            return RungePlot.of(file, isVector());
        } catch (LinkageError | InternalError | RuntimeException e) {
            throw new OutputException("cannot draw " + plot + ": this Java lacks graphics or fonts (" + e
                    + "); one that is not called headless has them, and the system's fontconfig", e);
        }
    }

    private NdArray grid() {
        NdArray x = NdArray.zeros(DType.F64, Shape.of(GRID, 1));
        for (int i = 0; i < GRID; i++) {
            x.set(i, range.from() + (range.to() - range.from()) * i / (GRID - 1));
        }
        return x;
    }
}
