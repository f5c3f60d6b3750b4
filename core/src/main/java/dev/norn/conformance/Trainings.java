package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.EarlyStopping;
import dev.norn.train.Epoch;
import dev.norn.train.Evaluation;
import dev.norn.train.History;
import dev.norn.train.Sampling;
import dev.norn.train.Trainer;
import java.util.function.Consumer;

/** Whole trainings: the loss of every epoch and the weights at the end, on the backend and on the reference. */
final class Trainings {

    private static final int FEATURES = 6;
    private static final int CLASSES = 4;

    private final Check check;

    private Trainings(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        Trainings t = new Trainings(check);
        Dataset labelled = t.classes(53);
        Dataset more = t.classes(20);
        for (Sampling sampling : Sampling.values()) {
            t.classification("classification, " + sampling, labelled, more, b -> b.sampling(sampling).batchSize(10));
        }
        t.classification("full batch", labelled, null, b -> b.batchSize(0).optimizer(Optimizer.sgd()).learningRate(0.5));
        t.classification("drop last", labelled, more, b -> b.batchSize(16).dropLast(true));
        t.classification("AdamW, schedule, penalty", labelled, more, b -> b.batchSize(16)
                .optimizer(Optimizer.adamW(0.9, 0.999, 1e-8, 0.05)).schedule(Schedule.warmUp(4, Schedule.cosine(10, 0.1)))
                .penalty(Penalty.elasticNet(1e-3, 1e-2)));
        t.train("dropout", labelled, more, Loss.SOFTMAX_CROSS_ENTROPY, b -> b.batchSize(10),
                () -> new Layer[] {new Dropout(0.1), new Dense(16, Activation.TANH), new Dropout(0.5), new Dense(CLASSES)});
        t.train("early stopping", labelled, more, Loss.SOFTMAX_CROSS_ENTROPY,
                b -> b.batchSize(10).epochs(12).learningRate(0.3).earlyStopping(new EarlyStopping(2, 1e-4)),
                () -> new Layer[] {new Dense(8, Activation.SIGMOID), new Dense(CLASSES)});
        Dataset curve = Runge.sample(45, -1, 1, 0.1, 5).to(check.dtype);
        t.train("regression", curve, null, Loss.MSE, b -> b.batchSize(20).optimizer(Optimizer.momentum(0.9)),
                () -> new Layer[] {new Dense(20, Activation.TANH), new Dense(10, Activation.SILU), new Dense(1)});
        t.train("regression with RMSProp", curve, curve, Loss.MSE, b -> b.batchSize(9).optimizer(Optimizer.rmsProp(0.9, 1e-6)),
                () -> new Layer[] {new Dense(20, Activation.SIGMOID), new Dense(1)});
        t.train("a batch larger than the data", curve, null, Loss.MSE, b -> b.batchSize(1000),
                () -> new Layer[] {new Dense(5, Activation.GELU), new Dense(1)});
    }

    /** Clouds around as many centres as there are classes. */
    private Dataset classes(int n) {
        NdArray x = check.data.normal(n, FEATURES);
        NdArray labels = check.data.integers(0, CLASSES - 1, n);
        for (int i = 0; i < n; i++) {
            int at = i * FEATURES + labels.ints()[i];
            x.set(at, x.get(at) + 2);
        }
        return new Dataset(x, labels);
    }

    private void classification(String what, Dataset data, Dataset validation, Consumer<Trainer.Builder> settings) {
        train(what, data, validation, Loss.SOFTMAX_CROSS_ENTROPY, settings,
                () -> new Layer[] {new Dense(16, Activation.TANH), new Dense(CLASSES)});
    }

    private interface Layers {
        Layer[] make();
    }

    /** One training's outcome. */
    private record Outcome(History history, Evaluation evaluation, NdArray weights) {}

    private void train(String what, Dataset data, Dataset validation, Loss loss, Consumer<Trainer.Builder> settings,
            Layers layers) {
        try (Backend reference = Backends.open("reference", BackendOptions.DEFAULT)) {
            Outcome want = outcome(reference, data, validation, loss, settings, layers);
            Outcome got = outcome(check.backend(), data, validation, loss, settings, layers);
            check.that(got.history.epochs().size() == want.history.epochs().size() && got.history.best() == want.history.best(),
                    what, "expected " + want.history.epochs().size() + " epochs, the best " + want.history.best() + ", got "
                            + got.history.epochs().size() + " and " + got.history.best());
            for (int i = 0; i < Math.min(got.history.epochs().size(), want.history.epochs().size()); i++) {
                Epoch g = got.history.epochs().get(i);
                Epoch w = want.history.epochs().get(i);
                close(what + ", loss of epoch " + w.number(), g.loss(), w.loss());
                close(what + ", validation loss of epoch " + w.number(), g.validationLoss(), w.validationLoss());
                count(what + ", accuracy of epoch " + w.number(), g.accuracy(), w.accuracy(), data.size());
                count(what + ", validation accuracy of epoch " + w.number(), g.validationAccuracy(), w.validationAccuracy(),
                        validation == null ? 1 : validation.size());
            }
            close(what + ", evaluation", got.evaluation.loss(), want.evaluation.loss());
            arrays(what + ", weights", got.weights, want.weights);
            arrays(what + ", predictions", got.evaluation.predictions(), want.evaluation.predictions());
        } catch (RuntimeException | AssertionError e) {
            check.fail(what, "threw " + e);
        }
    }

    private Outcome outcome(Backend backend, Dataset data, Dataset validation, Loss loss, Consumer<Trainer.Builder> settings,
            Layers layers) {
        Model model = new Model(data.features(), check.dtype, 11, layers.make());
        Trainer.Builder builder = new Trainer.Builder(model, loss).learningRate(0.01).epochs(4).seed(23);
        settings.accept(builder);
        Trainer trainer = builder.build(backend);
        History history = trainer.fit(data, validation);
        return new Outcome(history, trainer.evaluate(data), model.values());
    }

    private double tolerance() {
        return check.dtype == DType.F32 ? Tolerance.TRAINING_F32 : Tolerance.TRAINING_F64;
    }

    private void close(String what, double got, double want) {
        boolean same = Double.isNaN(want) ? Double.isNaN(got) : Math.abs(got - want) <= tolerance() * Math.abs(want);
        check.that(same, what, "expected " + want + ", got " + got + ", tolerance " + tolerance() * Math.abs(want));
    }

    /** Shares of a count; with F32's rounding a sample may fall on the other side. */
    private void count(String what, double got, double want, int n) {
        double allowed = (check.dtype == DType.F32 ? 1.5 : 0.5) / n;
        boolean same = Double.isNaN(want) ? Double.isNaN(got) : Math.abs(got - want) <= allowed;
        check.that(same, what, "expected " + want + ", got " + got);
    }

    private void arrays(String what, NdArray got, NdArray want) {
        double greatest = 0;
        double farthest = 0;
        for (int i = 0; i < want.size(); i++) {
            greatest = Math.max(greatest, Math.abs(want.get(i)));
            double distance = Math.abs(got.get(i) - want.get(i));
            farthest = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(farthest, distance);
        }
        check.that(got.shape().equals(Shape.of(want.shape().dims())) && farthest <= tolerance() * greatest, what,
                "differ by " + farthest + ", tolerance " + tolerance() * greatest);
    }
}
