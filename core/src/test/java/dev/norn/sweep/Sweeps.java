package dev.norn.sweep;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.optim.Optimizer;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;
import java.nio.file.Path;
import java.util.List;

/** A small sweep that others are made from. */
final class Sweeps {

    static final List<Point> POINTS = new Grid().axis("nodes", 1, 3).axis("rate", 0.01, 0.1).points();
    static final Dataset DATA = Runge.sample(60, -1, 1, 0.1, 1);

    private Sweeps() {}

    static Training training(Point point, long seed, dev.norn.data.Split data) {
        Model model = new Model(1, DType.F64, seed, new Dense(point.integer("nodes"), Activation.TANH), new Dense(1));
        return new Training(new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.adam(0.9, 0.999, 1e-8))
                .learningRate(point.number("rate")).batchSize(20).epochs(4).seed(seed), data);
    }

    /** Eight runs on the reference backend. */
    static Sweep.Builder small() {
        return of(POINTS, Sweeps::training);
    }

    static Sweep.Builder of(List<Point> points, Recipe recipe) {
        return new Sweep.Builder("small", points, recipe).data(DATA, 0.25).seeds(1, 2)
                .backend(Backends.provider("reference"), BackendOptions.DEFAULT)
                .measure(Measure.LOSS.and(Measure.R2).and(Measure.HISTORY));
    }

    /** What must be the same in every run of a sweep: all but times. */
    static List<String> lasting(Table table) {
        return table.rows().stream()
                .map(row -> row.trial() + " " + row.outcome() + " " + row.reason() + " " + row.results()).toList();
    }

    /** Runs the small sweep with a results file, its argument, and is there to be killed. */
    public static void main(String[] args) {
        small().workers(2).resultsFile(Path.of(args[0])).build().run();
    }
}
