package dev.norn.examples.reproduce;

import dev.norn.data.Dataset;
import dev.norn.examples.report.Axis;
import dev.norn.examples.report.Figure;
import dev.norn.examples.report.LineChart;
import dev.norn.examples.report.LineChart.Series;
import dev.norn.examples.report.LineChart.Style;
import dev.norn.examples.report.Pictures;
import dev.norn.examples.reproduce.Task.Calculation;
import dev.norn.examples.reproduce.Task.Peer;
import dev.norn.examples.reproduce.Task.Trainings;
import dev.norn.metrics.Regression;
import dev.norn.sweep.Grid;
import dev.norn.sweep.Measure;
import dev.norn.sweep.Point;
import dev.norn.sweep.Row;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Study A: Runge's function on [-1, 1], scaled; MNIST. */
final class StudyA {

    private static final int OLS_DEGREE = 13;

    private final Size size;
    private final Samples samples;
    private final Point base = Networks.DEFAULT.with("init", "glorot");

    private StudyA(Size size) {
        this.size = size;
        this.samples = Samples.rungeA(size.of(500, 250));
    }

    static List<Experiment> experiments(Size size) {
        StudyA study = new StudyA(size);
        return List.of(study.data(), study.activations(), study.networks(), study.times(), study.peer(), study.optimizers(),
                study.penalties(), study.digits(), study.classifier());
    }

    private Experiment of(String id, String source, String title) {
        return new Experiment(Study.A, source, title, id);
    }

    private Experiment data() {
        return of("a-fig2", "figure 2", "Runge\u2019s function, and samples of it")
                .claim("The data: f(x) = 1 / (1 + 25 x\u00b2) with normally distributed noise.")
                .choice("How many samples", samples.raw().train().size() + samples.raw().test().size()
                        + ": so many that networks come as near to the function as the study\u2019s do (a-fig6), and no more,"
                        + " for the time that trainings take")
                .choice("Whether N(0, 0.1) names the variance or the standard deviation", "the standard deviation, as in study B")
                .task(new Calculation("a-data", backend -> Calculations.data(samples)))
                .row("standard deviation of the noise", 0.1, new Rule.Near(1.1), f -> f.number("a-data", "noise"))
                .figure(f -> new LineChart("Training samples, and the function", Axis.linear("x"), Axis.linear("y"),
                        List.of(Plots.points(samples), Plots.function(samples))));
    }

    private Experiment activations() {
        return of("a-fig4", "figure 4", "The activations and their derivatives")
                .claim("ReLU, leaky ReLU, ELU, sigmoid, tanh; softmax.")
                .choice("The slope of leaky ReLU below 0", "0.01")
                .task(new Calculation("a-activations", Calculations::activations))
                .statement("derivatives, from the graph, against those written by hand", "a plot of them",
                        new Rule.Holds("they are nowhere further apart than 1e-5 (F32)"), f -> {
                            double apart = f.results("a-activations").number("apart");
                            return Measured.claim(apart <= 1e-5, "at most " + Texts.number(apart) + " apart");
                        })
                .row("greatest slope of the sigmoid", 0.25, new Rule.Near(1.001), f -> Measured.of(
                        Calculations.greatest(f.results("a-activations").series("sigmoid_slope"))))
                .row("greatest slope of tanh", 1, new Rule.Near(1.001), f -> Measured.of(
                        Calculations.greatest(f.results("a-activations").series("tanh_slope"))))
                .figure(f -> activations(f, "The activations", ""))
                .figure(f -> activations(f, "Their derivatives", "_slope"))
                .figure(f -> new LineChart("Softmax of (z, 0, 1)", Axis.linear("z"), Axis.linear("probability"),
                        IntStream.range(0, 3).mapToObj(part -> new Series(List.of("of z", "of 0", "of 1").get(part),
                                f.results("a-activations").series("z"), f.results("a-activations").series("softmax_" + part),
                                Style.LINE)).toList()));
    }

    private static LineChart activations(Findings f, String caption, String suffix) {
        return new LineChart(caption, Axis.linear("z"), Axis.linear(""), Calculations.ACTIVATIONS.stream()
                .map(a -> new Series(a.name(), f.results("a-activations").series("z"),
                        f.results("a-activations").series(a.name() + suffix), Style.LINE)).toList());
    }

    private Experiment networks() {
        Point network = base.with("optimizer", "adam").with("eta", 1e-3).with("epochs", size.of(1000, 300));
        return of("a-fig5", "figure 5", "Least squares against networks of one and two hidden layers")
                .claim("The network 100-100 beats least squares of degree 13; one layer of 50 underfits; least squares takes"
                        + " 0.0011 s, the network 4.58 s for 1,000 epochs.")
                .choice("The optimizer", "Adam, \u03b7 = 0.001, all samples in each step: with it, one layer underfits as in the"
                        + " study; with \u03b7 = 0.01 it would not")
                .choice("Where weights start", "Glorot\u2019s initial weights, biases 0")
                .task(new Calculation("a-ols", backend -> Calculations.leastSquares(samples, OLS_DEGREE)))
                .task(new Trainings("a-fig5", samples, List.of(network.with("hidden", "50"), network.with("hidden", "100-100")),
                        Measure.LOSS.and(Measures.fit(samples))))
                .statement("MSE against the function: 100-100 and least squares", "100-100 beats least squares",
                        new Rule.Holds("100-100 has the lesser error"), f -> {
                            double own = f.row("a-fig5", "hidden", "100-100").number("test_mse_true");
                            double ols = f.results("a-ols").number("test_mse_true");
                            return Measured.claim(own < ols, Texts.number(own) + " and " + Texts.number(ols));
                        })
                .statement("MSE against the function: 50 and 100-100", "one layer underfits",
                        new Rule.Holds("50 has more than twice the error"), f -> {
                            double one = f.row("a-fig5", "hidden", "50").number("test_mse_true");
                            double two = f.row("a-fig5", "hidden", "100-100").number("test_mse_true");
                            return Measured.claim(one > 2 * two, Texts.number(one) + " and " + Texts.number(two));
                        })
                .row("time of least squares, s", 0.0011, new Rule.Least(2), f -> f.number("a-ols", "seconds"))
                .row("time of 100-100, 1,000 epochs, s", 4.58, new Rule.Least(1.25), f -> Measured.of(
                        f.row("a-fig5", "hidden", "100-100").trainingSeconds()).with("one core"))
                .figure(f -> Plots.fits("The fits", samples, List.of(
                        Plots.fit("least squares, degree 13", samples, f.results("a-ols").series("fit")),
                        Plots.fit("50", samples, f.row("a-fig5", "hidden", "50").results().series("fit")),
                        Plots.fit("100-100", samples, f.row("a-fig5", "hidden", "100-100").results().series("fit")))));
    }

    private Experiment times() {
        Point network = base.with("hidden", "100-100").with("eta", 5e-3).with("epochs", size.of(500, 50));
        Object[] repetitions = IntStream.rangeClosed(1, size.of(50, 3)).boxed().toArray();
        List<Point> points = withBeta(over(network,
                new Grid().axis("repetition", repetitions).axis("optimizer", "sgd", "rmsprop", "adam")));
        Experiment experiment = of("a-table1", "table 1", "What an optimizer costs")
                .claim("50 trainings of 100-100 with each: plain SGD takes 1.673 s, RMSProp 1.4 times, Adam 1.7 times that.")
                .choice("Samples in a step", "all: the study\u2019s 3.3 ms an epoch are too few for many steps in NumPy")
                .choice("How time is measured", "the steps alone, in F32, one core for each training; the trainings of the"
                        + " optimizers take turns")
                .task(new Trainings("a-table1", samples, points, Measure.LOSS));
        String[] names = {"sgd", "rmsprop", "adam"};
        double[] published = {1.673, 2.379, 2.811};
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            experiment.row(name + ", mean time of 500 epochs, s", published[i], new Rule.Least(1.25), f -> {
                double[] seconds = seconds(f, name);
                return Measured.of(mean(seconds)).with("\u00b1 " + Texts.number(error(seconds)) + " of the mean, " + seconds.length
                        + " trainings");
            });
        }
        for (int i = 1; i < names.length; i++) {
            String name = names[i];
            experiment.row(name + ", its time over that of sgd", i == 1 ? 1.4 : 1.7, new Rule.Least(1.15),
                    f -> Measured.of(mean(seconds(f, name)) / mean(seconds(f, "sgd"))));
        }
        return experiment;
    }

    private static double[] seconds(Findings f, String optimizer) {
        return f.rows("a-table1", "optimizer", optimizer).stream().filter(Row::done).mapToDouble(Row::trainingSeconds).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** The standard deviation of the mean. */
    private static double error(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1) / values.length);
    }

    private Experiment peer() {
        Point network = base.with("hidden", "100-100").with("activation", "tanh").with("optimizer", "adam").with("eta", 1e-3)
                .with("penalty", "l2").with("lambda", 1e-4).with("epochs", size.of(1000, 300));
        return of("a-fig6", "figure 6", "Own network against scikit-learn\u2019s")
                .claim("100-100 with tanh, Adam, \u03b7 = 0.001 and a small L2 penalty: R\u00b2 0.9995 in 11.5 s; scikit-learn\u2019s"
                        + " MLPRegressor 0.9932 in 0.4 s.")
                .choice("What R\u00b2 is of", "the function without noise, at the test samples: against noisy samples nothing can"
                        + " exceed 1 \u2212 0.01 / 0.09 \u2248 0.89")
                .choice("\u03bb, and its convention", "1e-4, in \u03bb/2 \u03a3 w\u00b2 added to the mean squared error; scikit-learn"
                        + " halves the error and adds \u03b1/(2n) \u03a3 w\u00b2, so its \u03b1 is n \u03bb/2")
                .choice("Epochs and batch", "1,000, all samples in each step, of both")
                .task(new Trainings("a-fig6", samples, List.of(network), Measure.LOSS.and(Measures.fit(samples)).and(Measures.CURVE)))
                .task(new Peer("a-fig6-sklearn", "sklearn", samples, network))
                .row("own, R\u00b2", 0.9995, new Rule.Most(0.005),
                        f -> Measured.of(f.row("a-fig6", "hidden", "100-100").number("test_r2_true")))
                .row("own, time, s", 11.5, new Rule.Least(1.25),
                        f -> Measured.of(f.row("a-fig6", "hidden", "100-100").trainingSeconds()).with("one core"))
                .row("scikit-learn, R\u00b2", 0.9932, new Rule.Most(0.01), f -> f.has("a-fig6-sklearn")
                        ? Measured.of(Regression.r2(Samples.truth(samples.raw().test().inputs()),
                                Samples.column(f.results("a-fig6-sklearn").series("test"))))
                        : Measured.none(f.missing("a-fig6-sklearn")))
                .row("scikit-learn, time, s", 0.4, new Rule.Near(3), f -> f.number("a-fig6-sklearn", "seconds"))
                .figure(f -> {
                    List<Series> fits = new ArrayList<>(List.of(
                            Plots.fit("own", samples, f.row("a-fig6", "hidden", "100-100").results().series("fit"))));
                    if (f.has("a-fig6-sklearn")) {
                        fits.add(Plots.fit("scikit-learn", samples, f.results("a-fig6-sklearn").series("fit")));
                    }
                    return Plots.fits("The fits", samples, fits);
                });
    }

    private Experiment optimizers() {
        int[] epochs = size.of(new int[] {100, 250, 500, 1000, 2500, 5000}, new int[] {50, 100, 250, 500});
        int most = epochs[epochs.length - 1];
        Grid grid = new Grid().axis("optimizer", "sgd", "rmsprop", "adam").axis("eta", 1e-5, 1e-4, 1e-3, 1e-2);
        List<Point> points = withBeta(over(base.with("hidden", "100-100").with("init", "normal").with("epochs", most)
                .with("watch", "test"), grid));
        Experiment experiment = of("a-fig7", "figure 7", "Learning rate and epochs for three optimizers")
                .claim("MSE and R\u00b2 over \u03b7 and epochs: the adaptive methods are good by 250 epochs.")
                .choice("The activation, and where weights start", "sigmoid, N(0, 1); one training of "
                        + most + " epochs gives the figures of all lesser numbers of epochs")
                .task(new Trainings("a-fig7", samples, points, Measure.LOSS.and(Measures.CURVE)))
                .statement("least test MSE of each at 250 epochs: sgd, rmsprop, adam", "adaptive methods are good by 250 epochs",
                        new Rule.Holds("both adaptive ones are below 0.02, and below plain SGD"), f -> {
                            double[] least = new double[3];
                            String[] names = {"sgd", "rmsprop", "adam"};
                            for (int i = 0; i < 3; i++) {
                                least[i] = f.rows("a-fig7", "optimizer", names[i]).stream().filter(Row::done)
                                        .mapToDouble(row -> at(row, 250)).min().orElse(Double.NaN);
                            }
                            return Measured.claim(Math.max(least[1], least[2]) < Math.min(0.02, least[0]),
                                    Texts.number(least[0]) + ", " + Texts.number(least[1]) + ", " + Texts.number(least[2]));
                        });
        for (String optimizer : List.of("sgd", "rmsprop", "adam")) {
            experiment.figure(f -> overEpochs("Test MSE, " + optimizer, f.rows("a-fig7", "optimizer", optimizer), epochs, false));
            experiment.figure(f -> overEpochs("Test R\u00b2, " + optimizer, f.rows("a-fig7", "optimizer", optimizer), epochs, true));
        }
        return experiment;
    }

    private Figure overEpochs(String caption, List<Row> rows, int[] epochs, boolean r2) {
        Dataset test = samples.raw().test();
        double variance = variance(test.targets());
        double[][] values = new double[rows.size()][epochs.length];
        for (int r = 0; r < rows.size(); r++) {
            for (int c = 0; c < epochs.length; c++) {
                double mse = rows.get(r).done() ? at(rows.get(r), epochs[c]) : Double.NaN;
                values[r][c] = r2 ? 1 - mse / variance : mse;
            }
        }
        return Plots.heat(caption, "\u03b7", rows.stream().map(row -> Plots.label(row.trial().point().number("eta"))).toList(),
                "epochs", IntStream.of(epochs).mapToObj(Integer::toString).toList(), values, !r2, Double.NaN);
    }

    private static double variance(NdArray values) {
        double mean = IntStream.range(0, values.size()).mapToDouble(values::get).average().orElseThrow();
        return IntStream.range(0, values.size()).mapToDouble(i -> Math.pow(values.get(i) - mean, 2)).average().orElseThrow();
    }

    /** The test loss after so many epochs. */
    private static double at(Row row, int epoch) {
        int index = Arrays.binarySearch(row.results().series("epoch"), epoch);
        return row.results().series("validation_loss")[index];
    }

    private Experiment penalties() {
        Object[] lambdas = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0};
        Object[] rates = {1e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3};
        Grid grid = new Grid().axis("penalty", "l1", "l2").axis("lambda", lambdas).axis("eta", rates);
        Point network = base.with("hidden", "100-100").with("init", "normal").with("step", "sum").with("epochs", size.of(1000, 100));
        Experiment experiment = of("a-fig8", "figure 8", "L1 and L2 penalties")
                .claim("Good for \u03bb \u2264 1e-3 and \u03b7 \u2264 5e-5, with a sharp transition.")
                .choice("Optimizer, batch and epochs", "plain gradient descent on all samples, 1,000 epochs, sigmoid, N(0, 1) initial"
                        + " weights and biases")
                .choice("What the gradient is of", "the sum over the samples, not the mean: so a rate of 5e-5 is near the greatest with"
                        + " which descent is stable (2 over the curvature, about 60 times the 400 samples), as the study has it; with"
                        + " the mean, or with Adam, such a rate would hardly move a weight")
                .choice("How \u03bb enters", "\u03bb \u03a3 |w| (L1) and \u03bb/2 \u03a3 w\u00b2 (L2), added to the mean squared error;"
                        + " so in the sum \u03bb is multiplied by n, too; biases are not penalized")
                .task(new Trainings("a-fig8", samples, over(network, grid), Measure.LOSS));
        for (String penalty : List.of("l1", "l2")) {
            experiment.statement(penalty.toUpperCase(Locale.ROOT) + ": least test MSE for each \u03bb, 1e-5 to 1",
                    "good for \u03bb \u2264 1e-3, sharp transition",
                    new Rule.Holds("it stays below 0.012 up to 1e-3, and doubles within a factor of 10 further on"), f -> {
                        double[] least = Arrays.stream(lambdas).mapToDouble(lambda -> f
                                .rows("a-fig8", "penalty", penalty, "lambda", lambda).stream()
                                .mapToDouble(row -> row.number("test_loss")).filter(Double::isFinite).min().orElse(Double.NaN))
                                .toArray();
                        boolean good = Arrays.stream(least).limit(3).allMatch(v -> v < 0.012);
                        boolean sharp = IntStream.range(3, least.length).anyMatch(i -> least[i] > 2 * least[i - 1]);
                        return Measured.claim(good && sharp, String.join(", ",
                                Arrays.stream(least).mapToObj(v -> Plots.small().apply(v)).toList()));
                    });
            experiment.figure(f -> Plots.heat("Test MSE, " + penalty.toUpperCase(Locale.ROOT), f.rows("a-fig8", "penalty", penalty),
                    new String[] {"lambda", "\u03bb"}, new String[] {"eta", "\u03b7"}, row -> row.number("test_loss"), true, Double.NaN));
        }
        experiment.statement("test MSE for each \u03b7, 1e-6 to 1e-3, with the least \u03bb of L2", "good for \u03b7 \u2264 5e-5, sharp"
                + " transition", new Rule.Holds("it is below 0.012 at 5e-5, and more than twice that, or diverged, at the next"), f -> {
                    double[] errors = Arrays.stream(rates).mapToDouble(rate ->
                            f.row("a-fig8", "penalty", "l2", "lambda", 1e-5, "eta", rate).number("test_loss")).toArray();
                    return Measured.claim(errors[2] < 0.012 && !(errors[3] < 2 * errors[2]), String.join(", ",
                            Arrays.stream(errors).mapToObj(v -> Double.isNaN(v) ? "diverged" : Plots.small().apply(v)).toList()));
                });
        return experiment;
    }

    private Experiment digits() {
        Samples digits = Samples.digits(60_000, 10_000);
        return of("a-fig9", "figure 9", "Four digits")
                .claim("What MNIST looks like: 28 \u00d7 28 pixels, 256 shades of grey, ten classes.")
                .statement("the data", "a picture of four digits", new Rule.Holds("images have 784 pixels from 0 to 1, labels are 0 to 9"),
                        f -> {
                            Dataset train = digits.raw().train();
                            NdArray x = train.inputs();
                            double most = IntStream.range(0, 784 * 100).mapToDouble(x::get).max().orElseThrow();
                            boolean[] seen = new boolean[10];
                            IntStream.of(train.targets().ints()).forEach(label -> seen[label] = true);
                            int classes = (int) IntStream.range(0, 10).filter(k -> seen[k]).count();
                            return Measured.claim(train.features() == 784 && most == 1 && classes == 10, String.format(Locale.ROOT,
                                    "%,d digits of %d pixels, %d classes", train.size(), train.features(), classes));
                        })
                .figure(f -> {
                    Dataset train = digits.raw().train();
                    return new Pictures("The first four digits", IntStream.range(0, 4).mapToObj(i -> {
                        NdArray row = train.inputs().rows(i, i + 1).to(DType.F64);
                        return new Pictures.Picture(Integer.toString(train.targets().ints()[i]), 28,
                                row.doubles());
                    }).toList());
                });
    }

    private Experiment classifier() {
        Samples digits = Samples.digits(size.of(60_000, 5_000), size.of(10_000, 2_000));
        Point network = base.with("hidden", "128-64").with("activation", "leaky-relu").with("init", "he").with("optimizer", "adam")
                .with("eta", 1e-3).with("batch", 128).with("epochs", size.of(1000, 20)).with("watch", "stop");
        return of("a-fig10", "figure 10", "Handwritten digits")
                .claim("784-128-64 with leaky ReLU and softmax, Adam, \u03b7 = 0.001, up to 1,000 epochs: accuracy 0.92.")
                .choice("Batch size, and when to stop", "128; a tenth of the training digits is held back, and training ends when the"
                        + " loss on them has not fallen for five epochs: the weights of the best epoch are kept")
                .choice("Where weights start", "He\u2019s initial weights, biases 0; pixels from 0 to 1")
                .task(new Trainings("a-fig10", digits, List.of(network), Measure.LOSS.and(Measures.CONFUSION).and(Measures.CURVE)))
                .row("test accuracy", 0.92, new Rule.Most(0.005), f -> {
                    Row row = f.row("a-fig10", "hidden", "128-64");
                    return Measured.of(row.number("test_accuracy")).with("\u03ba " + Texts.number(row.number("kappa")));
                })
                .figure(f -> Plots.confusion("Test digits: confusion matrix",
                        f.row("a-fig10", "hidden", "128-64").results().series("confusion")))
                .figure(f -> Plots.histories("Loss on the digits held back", "loss", f.rows("a-fig10"), "validation_loss",
                        row -> "128-64"));
    }

    /** RMSProp with its usual β. */
    private static List<Point> withBeta(List<Point> points) {
        return points.stream().map(point -> point.text("optimizer").equals("rmsprop") ? point.with("beta2", 0.9) : point).toList();
    }

    /** Points of a grid, over what they have in common. */
    static List<Point> over(Point base, Grid grid) {
        return grid.points().stream().map(point -> {
            Point whole = base;
            for (var entry : point.values().entrySet()) {
                whole = whole.with(entry.getKey(), entry.getValue());
            }
            return whole;
        }).toList();
    }
}
