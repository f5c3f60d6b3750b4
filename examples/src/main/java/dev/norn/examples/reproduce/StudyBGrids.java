package dev.norn.examples.reproduce;

import dev.norn.examples.reproduce.Task.Trainings;
import dev.norn.sweep.Grid;
import dev.norn.sweep.Measure;
import dev.norn.sweep.Point;
import dev.norn.sweep.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Study B's grids on Runge's function: architectures, penalties. */
final class StudyBGrids {

    private static final String[] ACTIVATIONS = {"sigmoid", "relu", "leaky-relu"};

    private final Size size;
    private final Samples samples = Samples.rungeB(1500);

    private StudyBGrids(Size size) {
        this.size = size;
    }

    static List<Experiment> experiments(Size size) {
        StudyBGrids study = new StudyBGrids(size);
        return List.of(study.architectures(), study.penalties());
    }

    /** Adam, batches of 20; rectifiers start with He's weights. */
    private static Point network(String activation) {
        return Networks.DEFAULT.with("activation", activation).with("init", activation.equals("sigmoid") ? "normal" : "he")
                .with("optimizer", "adam").with("batch", 20);
    }

    private static Experiment startChoice(Experiment experiment) {
        return experiment.choice("Where weights start", "sigmoid: N(0, 1), as in the study\u2019s other experiments; ReLU and leaky"
                + " ReLU: He\u2019s initial weights, biases 0, since the values of N(0, 1) weights grow with every layer of rectifiers");
    }

    private Experiment architectures() {
        Object[] layers = size.of(new Object[] {1, 2, 3, 4, 5, 6, 7}, new Object[] {1, 2, 4});
        Object[] nodes = size.of(new Object[] {2, 4, 8, 16, 32, 64, 128}, new Object[] {2, 8, 32});
        List<Point> points = new ArrayList<>();
        for (String activation : ACTIVATIONS) {
            points.addAll(StudyA.over(network(activation).with("eta", 0.01).with("epochs", size.of(300, 60)),
                    new Grid().axis("layers", layers).axis("nodes", nodes)));
        }
        Experiment experiment = startChoice(new Experiment(Study.B, "table 4, figures 14 to 16 and 25", "Architectures: 147 networks",
                "b-table4", "b-fig14-16", "b-fig14", "b-fig15", "b-fig16", "b-fig25"))
                .claim("1 to 7 layers of 2 to 128 nodes with sigmoid, ReLU and leaky ReLU; Adam, \u03b7 = 0.01, batch 20, 300 epochs. Best"
                        + " by test MSE: sigmoid 7\u00d78, ReLU 6\u00d716, leaky ReLU 6\u00d7128, all near 0.0108 to 0.0110, the noise"
                        + " itself.")
                .task(new Trainings("b-table4", samples, points, Measure.LOSS));
        String[] best = {"7\u00d78", "6\u00d716", "6\u00d7128"};
        double[][] published = {{.009542, .010844}, {.009662, .011041}, {.009575, .010839}};
        for (int i = 0; i < ACTIVATIONS.length; i++) {
            String activation = ACTIVATIONS[i];
            experiment.row(activation + ", best test MSE (" + best[i] + ")", published[i][1], new Rule.Least(1.05),
                    f -> described(best(f.rows("b-table4", "activation", activation)), "test_loss"));
            experiment.row(activation + ", training MSE of the best", published[i][0], new Rule.Least(1.05),
                    f -> described(best(f.rows("b-table4", "activation", activation)), "train_loss"));
        }
        experiment.statement("best test MSE of each activation", "0.0108 to 0.0110", new Rule.Holds("all are at most 0.0112"), f -> {
            List<Double> values = new ArrayList<>();
            for (String activation : ACTIVATIONS) {
                values.add(best(f.rows("b-table4", "activation", activation)).number("test_loss"));
            }
            return Measured.claim(values.stream().allMatch(v -> v <= 0.0112),
                    String.join(", ", values.stream().map(Texts::number).toList()));
        });
        for (String result : List.of("test_loss", "train_loss")) {
            for (String activation : ACTIVATIONS) {
                experiment.figure(f -> Plots.heat((result.equals("test_loss") ? "Test" : "Training") + " MSE, " + activation,
                        f.rows("b-table4", "activation", activation), new String[] {"layers", "layers"},
                        new String[] {"nodes", "nodes in each"}, row -> row.number(result), true, 3));
            }
        }
        return experiment;
    }

    private static Row best(List<Row> rows) {
        return rows.stream().filter(Row::done).min(Comparator.comparingDouble(row -> row.number("test_loss"))).orElseThrow();
    }

    private static Measured described(Row row, String result) {
        Point p = row.trial().point();
        return Measured.of(row.number(result)).with(p.integer("layers") + "\u00d7" + p.integer("nodes"));
    }

    private Experiment penalties() {
        Object[] lambdas = size.of(new Object[] {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0}, new Object[] {1e-6, 1e-3, 1.0});
        Object[] rates = size.of(new Object[] {.001, .01, .1, 1.0, 1.01, 1.1, 1.5, 2.0}, new Object[] {.001, .01, 1.0});
        String[] architectures = {"8-8-8-8-8-8-8", "16-16-16-16-16-16", "128-128-128-128-128-128"};
        int epochs = size.of(100, 10);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < ACTIVATIONS.length; i++) {
            points.addAll(StudyA.over(network(ACTIVATIONS[i]).with("hidden", architectures[i]).with("epochs", epochs),
                    new Grid().axis("penalty", "l1", "l2").axis("lambda", lambdas).axis("eta", rates)));
        }
        Experiment experiment = startChoice(new Experiment(Study.B, "table 5, figures 17 to 19", "Penalties: 336 networks",
                "b-table5", "b-fig17-19", "b-fig17", "b-fig18", "b-fig19"))
                .claim("The best architectures with L1 and L2, \u03bb from 1e-6 to 1, \u03b7 from 0.001 to 2. Best by test MSE: sigmoid L1"
                        + " 1e-6 \u03b7 0.001, ReLU L2 1e-6 \u03b7 0.01, leaky ReLU L1 1e-5 \u03b7 0.01. Penalties do not help; \u03b7"
                        + " \u2265 1 never learns.")
                .choice("How \u03bb enters", "\u03bb \u03a3 |w| (L1) and \u03bb/2 \u03a3 w\u00b2 (L2), added to the mean squared error; not"
                        + " divided by n, biases not penalized")
                .choice("Which architectures, and how many epochs", "the study\u2019s best: sigmoid 7\u00d78, ReLU 6\u00d716, leaky ReLU"
                        + " 6\u00d7128; " + epochs)
                .task(new Trainings("b-table5", samples, points, Measure.LOSS));
        String[] best = {"L1 1e-6 \u03b7 .001", "L2 1e-6 \u03b7 .01", "L1 1e-5 \u03b7 .01"};
        double[] published = {.011023, .011842, .011228};
        for (int i = 0; i < ACTIVATIONS.length; i++) {
            String activation = ACTIVATIONS[i];
            experiment.row(activation + ", best test MSE (" + best[i] + ")", published[i], new Rule.Least(1.05), f -> {
                Row row = best(f.rows("b-table5", "activation", activation));
                Point p = row.trial().point();
                return Measured.of(row.number("test_loss")).with(p.text("penalty").toUpperCase(Locale.ROOT) + " "
                        + Plots.label(p.number("lambda")) + " \u03b7 " + Plots.label(p.number("eta")));
            });
            for (String penalty : List.of("l1", "l2")) {
                experiment.figure(f -> Plots.heat("Test MSE, " + activation + ", " + penalty.toUpperCase(Locale.ROOT),
                        f.rows("b-table5", "activation", activation, "penalty", penalty), new String[] {"lambda", "\u03bb"},
                        new String[] {"eta", "\u03b7"}, row -> row.number("test_loss"), true, 10));
            }
        }
        return experiment;
    }
}
