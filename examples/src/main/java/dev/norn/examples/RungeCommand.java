package dev.norn.examples;

import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.io.AtomicFile;
import dev.norn.metrics.Regression;
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
    private Scale scale;

    @Option(names = "--plot", paramLabel = "FILE",
            description = "Draw samples, function and fit: a .png or .svg file; for one backend.")
    private Path plot;

    @Mixin
    private TrainingOptions options;

    /** What is done to inputs first. */
    enum Scale {
        NONE, CENTER, STANDARD;

        StandardScaler scaler(NdArray train) {
            return switch (this) {
                case NONE -> StandardScaler.of(new double[1], new double[] {1});
                case CENTER -> StandardScaler.centering(train);
                case STANDARD -> StandardScaler.fit(train);
            };
        }

        NdArray apply(NdArray inputs, NdArray train) {
            return this == NONE ? inputs : scaler(train).transform(inputs);
        }
    }

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
        AtomicFile json = options.jsonFile();
        AtomicFile file = options.saving.file();
        RungePlot drawing = plot == null ? null : drawing();
        Split data = Runge.sample(samples, range.from(), range.to(), noise, options.seed).split(testSplit, options.seed);
        if (!options.backend.isOne()) {
            return new Comparison(options, spec.commandLine(), "test MSE").run(training -> {
                Fits fits = train(training, data);
                return new Comparison.Outcome(
                        String.format(Locale.ROOT, "%.6f", fits.test.mse), fits.report(training));
            }, json);
        }
        try (Training training = Training.on(options.backend.names().get(0), options)) {
            Fits fits = train(training, data);
            PrintWriter out = spec.commandLine().getOut();
            training.summarize(out);
            fits.print(out);
            if (file != null) {
                training.save(file, spec.name(), provenance(data.train().inputs(), fits));
            }
            if (drawing != null) {
                NdArray x = grid();
                drawing.write(data, x, f(x), predict(training, x, data.train().inputs()));
            }
            if (json != null) {
                json.write(JsonReport.of(fits.report(training)));
            }
        }
        return 0;
    }

    private Fits train(Training training, Split data) {
        NdArray train = data.train().inputs();
        training.fit(new Dataset(scale.apply(train, train), data.train().targets()), 1, Loss.MSE,
                spec.commandLine().getErr());
        return new Fits(new Fit(data.train(), predict(training, train, train)),
                new Fit(data.test(), predict(training, data.test().inputs(), train)));
    }

    private Map<String, String> provenance(NdArray train, Fits fits) {
        StandardScaler scaler = scale.scaler(train);
        return Map.of("inputs", "(x - input_mean) / input_scale",
                "input_mean", Double.toString(scaler.mean()[0]), "input_scale", Double.toString(scaler.scale()[0]),
                "test_mse", Double.toString(fits.test.mse), "test_r2", Double.toString(fits.test.r2));
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

    private NdArray predict(Training training, NdArray inputs, NdArray train) {
        return training.trainer().predict(scale.apply(inputs, train)).to(DType.F64);
    }

    private NdArray grid() {
        NdArray x = NdArray.zeros(DType.F64, Shape.of(GRID, 1));
        for (int i = 0; i < GRID; i++) {
            x.set(i, range.from() + (range.to() - range.from()) * i / (GRID - 1));
        }
        return x;
    }

    /** The function without noise. */
    private static NdArray f(NdArray x) {
        NdArray y = NdArray.zeros(DType.F64, x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.set(i, Runge.f(x.get(i)));
        }
        return y;
    }

    /** How well the model fits what it was trained with, and what it has not seen. */
    private record Fits(Fit train, Fit test) {

        void print(PrintWriter out) {
            train.print(out, "train   ");
            test.print(out, "test    ");
        }

        Map<String, Object> report(Training training) {
            Map<String, Object> report = training.report();
            train.report(report, "train");
            test.report(report, "test");
            return report;
        }
    }

    /** How well predictions fit: samples as they are, and the function without noise. */
    private record Fit(double mse, double r2, double pureMse, double pureR2) {

        Fit(Dataset data, NdArray predicted) {
            this(Regression.mse(data.targets(), predicted), Regression.r2(data.targets(), predicted),
                    Regression.mse(f(data.inputs()), predicted), Regression.r2(f(data.inputs()), predicted));
        }

        void print(PrintWriter out, String title) {
            out.printf(Locale.ROOT, "%s  MSE %.6f, R2 %.4f; against the function without noise: MSE %.6f, R2 %.4f%n",
                    title, mse, r2, pureMse, pureR2);
        }

        void report(Map<String, Object> report, String prefix) {
            report.put(prefix + "_mse", mse);
            report.put(prefix + "_r2", r2);
            report.put(prefix + "_mse_without_noise", pureMse);
            report.put(prefix + "_r2_without_noise", pureR2);
        }
    }
}
