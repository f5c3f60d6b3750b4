package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.conformance.Group;
import dev.norn.conformance.LossCurves;
import dev.norn.conformance.Result;
import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.DoubleStream;

/**
 * Trains as the examples do, on the backend that is judged and on the reference, from one seed, and compares the losses of
 * all steps.
 *
 * @param name as a group of the conformance suite
 * @param data of a seed
 * @param hidden units and activation of the layer between
 */
record TrainingCheck(String name, LongFunction<Dataset> data, Loss loss, Dense hidden, int outputs, int batch, int epochs,
        double learningRate) implements Group {

    private static final int DIGITS = 2_000;

    /** As many digits as the reference can take in a few seconds. */
    static final TrainingCheck MNIST = new TrainingCheck("training-mnist",
            seed -> IncludedDigits.load().train().rows(0, DIGITS), Loss.SOFTMAX_CROSS_ENTROPY,
            new Dense(128, Activation.RELU), 10, 32, 3, 1e-3);

    static final TrainingCheck RUNGE = new TrainingCheck("training-runge",
            seed -> Runge.sample(500, -1, 1, 0.1, seed), Loss.MSE, new Dense(50, Activation.SIGMOID), 1, 20, 20, 1e-2);

    /** Those that {@code verify} makes. */
    static List<Group> all() {
        return List.of(MNIST, RUNGE);
    }

    @Override
    public Result run(Backend backend, DType dtype, long seed) {
        try (Backend reference = Backends.open("reference", BackendOptions.DEFAULT)) {
            Dataset samples = data.apply(seed);
            return LossCurves.compare(name, dtype, losses(samples, backend, dtype, seed), losses(samples, reference, dtype, seed));
        } catch (RuntimeException e) {
            return new Result(0, List.of(name + ": threw " + e + " [" + dtype + ", seed " + seed + "]"));
        }
    }

    /** The loss of every step. */
    double[] losses(Dataset samples, Backend backend, DType dtype, long seed) {
        Model model = new Model(samples.features(), dtype, seed, hidden, new Dense(outputs));
        DoubleStream.Builder losses = DoubleStream.builder();
        new Trainer.Builder(model, loss)
                .learningRate(learningRate).batchSize(batch).epochs(epochs).seed(seed)
                .stepLoss(losses::add)
                .build(backend)
                .fit(samples);
        return losses.build().toArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
