package dev.norn.examples.reproduce;

import dev.norn.examples.report.Axis;
import dev.norn.examples.report.LineChart;
import dev.norn.examples.report.LineChart.Series;
import dev.norn.examples.report.LineChart.Style;
import dev.norn.examples.reproduce.Task.Trainings;
import dev.norn.metrics.ConfusionMatrix;
import dev.norn.sweep.Grid;
import dev.norn.sweep.Measure;
import dev.norn.sweep.Point;
import dev.norn.sweep.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Study B on MNIST. */
final class StudyBDigits {

    private static final String[] ACTIVATIONS = {"sigmoid", "relu", "leaky-relu"};
    private static final String[] FIGURES = {"figure 20", "figure 21", "figure 22"};

    private final Size size;
    private final Samples samples;

    private StudyBDigits(Size size) {
        this.size = size;
        this.samples = Samples.mixedDigits(size.of(70_000, 5_000));
    }

    static List<Experiment> experiments(Size size) {
        StudyBDigits study = new StudyBDigits(size);
        return List.of(study.architectures(), study.penalties(), study.classifier());
    }

    private static Experiment common(Experiment experiment) {
        return experiment
                .choice("Which digits", "all 70,000, divided 80 : 20: the study\u2019s 0.999875 is 55,993 of 56,000, and 0.96486 is"
                        + " 13,508 of 14,000")
                .choice("Where weights start", "Glorot\u2019s initial weights for sigmoid, He\u2019s for the others, biases 0; pixels"
                        + " from 0 to 1");
    }

    /** Adam with the study's β, batches of 1,000. */
    private Point network(String activation) {
        return Networks.DEFAULT.with("activation", activation).with("init", activation.equals("sigmoid") ? "glorot" : "he")
                .with("optimizer", "adam").with("beta2", 0.99).with("batch", 1000).with("epochs", size.of(30, 8));
    }

    private Experiment architectures() {
        Object[] layers = {1, 2};
        Object[] nodes = size.of(new Object[] {32, 64, 128}, new Object[] {32, 64});
        Object[] rates = size.of(new Object[] {0.001, 0.01, 0.1}, new Object[] {0.01});
        List<Point> points = new ArrayList<>();
        for (String activation : ACTIVATIONS) {
            points.addAll(StudyA.over(network(activation),
                    new Grid().axis("layers", layers).axis("nodes", nodes).axis("eta", rates)));
        }
        Experiment experiment = common(new Experiment(Study.B, "figures 20 to 22", "MNIST: layers, nodes and learning rates",
                "b-fig20-22", "b-fig20", "b-fig21", "b-fig22"))
                .claim("Three activations, 30 epochs, batch 1,000: the best network is 1\u00d7128 with sigmoid and \u03b7 = 0.01: training"
                        + " accuracy 0.999875, test 0.96486.")
                .choice("The grid", "1 and 2 layers of 32, 64 and 128 nodes, \u03b7 0.001, 0.01, 0.1")
                .task(new Trainings("b-fig20-22", samples, points, Measure.LOSS));
        experiment.row("1\u00d7128, sigmoid, \u03b7 0.01: training accuracy", .999875, new Rule.Most(0.001),
                f -> Measured.of(chosen(f).number("train_accuracy")));
        experiment.row("1\u00d7128, sigmoid, \u03b7 0.01: test accuracy", .96486, new Rule.Most(0.005),
                f -> Measured.of(chosen(f).number("test_accuracy")));
        experiment.statement("best of all by test accuracy", "1\u00d7128, sigmoid, \u03b7 0.01",
                new Rule.Holds("the study\u2019s best is within 0.005 of ours"), f -> {
                    Row best = f.rows("b-fig20-22").stream().filter(Row::done)
                            .max(Comparator.comparingDouble(row -> row.number("test_accuracy"))).orElseThrow();
                    Point p = best.trial().point();
                    double most = best.number("test_accuracy");
                    return Measured.claim(chosen(f).number("test_accuracy") >= most - 0.005, String.format(Locale.ROOT,
                            "%d\u00d7%d, %s, \u03b7 %s: %s", p.integer("layers"), p.integer("nodes"), p.text("activation"),
                            Plots.label(p.number("eta")), Texts.number(most)));
                });
        for (int i = 0; i < ACTIVATIONS.length; i++) {
            String activation = ACTIVATIONS[i];
            String title = activation + " (" + FIGURES[i] + ")";
            for (Object count : layers) {
                experiment.figure(f -> Plots.heat("Test accuracy, " + title + ", " + count + (count.equals(1) ? " layer" : " layers"),
                        f.rows("b-fig20-22", "activation", activation, "layers", count), new String[] {"nodes", "nodes"},
                        new String[] {"eta", "\u03b7"}, row -> row.number("test_accuracy"), false, Double.NaN));
            }
        }
        return experiment;
    }

    /** The study's best, or in a quick look the nearest there is. */
    private static Row chosen(Findings f) {
        List<Row> rows = f.rows("b-fig20-22", "activation", "sigmoid", "layers", 1, "eta", 0.01);
        return rows.get(rows.size() - 1);
    }

    private static final String LAMBDA = "\u03bb/(2n) \u03a3 w\u00b2 (L2) and \u03bb/n \u03a3 |w| (L1), n the 1,000 samples of a step,"
            + " added to the mean cross-entropy; biases not penalized. With \u03bb/2 \u03a3 w\u00b2, \u03bb = 0.03 leaves an accuracy of"
            + " 0.84, and with n = 56,000 the best \u03bb would be 1 or 2";

    /** One layer of 128, the study's best. */
    private Point chosen() {
        return network("sigmoid").with("hidden", size.of("128", "64")).with("eta", 0.01);
    }

    private Experiment penalties() {
        Object[] lambdas = size.of(new Object[] {1e-3, 1e-2, 3e-2, 1e-1, 1.0}, new Object[] {1e-3, 3e-2, 1.0});
        List<Point> points = StudyA.over(chosen(), new Grid().axis("penalty", "l1/n", "l2/n").axis("lambda", lambdas));
        return common(new Experiment(Study.B, "figure 23", "MNIST: penalties", "b-fig23"))
                .claim("1\u00d7128 with L1 and L2 over \u03bb: L2 with about 0.01 to 0.03 is the best.")
                .choice("How \u03bb enters", LAMBDA)
                .task(new Trainings("b-fig23", samples, points, Measure.LOSS))
                .statement("best \u03bb of L2 by test accuracy", "0.01 to 0.03",
                        new Rule.Holds("0.01 or 0.03 are within 0.001 of the best accuracy"), f -> {
                            List<Row> rows = f.rows("b-fig23", "penalty", "l2/n").stream().filter(Row::done).toList();
                            Row best = rows.stream().max(Comparator.comparingDouble(row -> row.number("test_accuracy"))).orElseThrow();
                            double most = best.number("test_accuracy");
                            boolean near = rows.stream().anyMatch(row -> row.trial().point().number("lambda") >= 0.01
                                    && row.trial().point().number("lambda") <= 0.03 && row.number("test_accuracy") >= most - 0.001);
                            return Measured.claim(near, Plots.label(best.trial().point().number("lambda")) + ", accuracy "
                                    + Texts.number(most));
                        })
                .figure(f -> new LineChart("Test accuracy over \u03bb", Axis.log("\u03bb"), Axis.linear("test accuracy"),
                        List.of(series(f, "l1/n", "L1"), series(f, "l2/n", "L2"))));
    }

    private static Series series(Findings f, String penalty, String name) {
        List<Row> rows = f.rows("b-fig23", "penalty", penalty).stream().filter(Row::done).toList();
        return new Series(name, rows.stream().mapToDouble(row -> row.trial().point().number("lambda")).toArray(),
                rows.stream().mapToDouble(row -> row.number("test_accuracy")).toArray(), Style.LINE);
    }

    private Experiment classifier() {
        Point point = chosen().with("penalty", "l2/n").with("lambda", 0.03);
        Experiment experiment = common(new Experiment(Study.B, "figure 24, table 7", "MNIST: the final model", "b-fig24", "b-table7"))
                .claim("1\u00d7128 sigmoid, L2 with \u03bb = 0.03, 30 epochs, batch 1,000: over 96 %; rates of the classes from 0.9374 (8) to"
                        + " 0.9856 (1).")
                .choice("How \u03bb enters", LAMBDA)
                .task(new Trainings("b-fig24", samples, List.of(point), Measure.LOSS.and(Measures.CONFUSION).and(Measures.CURVE)))
                .row("test accuracy", .96, new Rule.Most(0.005), f -> Measured.of(run(f).number("test_accuracy"))
                        .with("\u03ba " + Texts.number(run(f).number("kappa"))));
        experiment.row("true positive rate of 8, the study\u2019s least", .9374, new Rule.Most(0.01),
                f -> Measured.of(matrix(f).truePositiveRate(8)));
        experiment.row("true positive rate of 1, the study\u2019s greatest", .9856, new Rule.Most(0.01),
                f -> Measured.of(matrix(f).truePositiveRate(1)));
        for (int digit = 0; digit < 10; digit++) {
            int k = digit;
            experiment.statement("true positive rate of " + k, "0.9374 (8) to 0.9856 (1)", new Rule.Holds("it is at least 0.9374"), f -> {
                double rate = matrix(f).truePositiveRate(k);
                return Measured.claim(rate >= 0.9374, Texts.number(rate) + "; false positive rate "
                        + Texts.number(matrix(f).falsePositiveRate(k)));
            });
        }
        return experiment
                .figure(f -> Plots.confusion("Test digits: confusion matrix", run(f).results().series("confusion")))
                .figure(f -> Plots.histories("Training loss", "loss", f.rows("b-fig24"), "loss", row -> "1\u00d7128"));
    }

    private static Row run(Findings f) {
        return f.rows("b-fig24").get(0);
    }

    private static ConfusionMatrix matrix(Findings f) {
        return Measures.confusion(run(f).results().series("confusion"));
    }
}
