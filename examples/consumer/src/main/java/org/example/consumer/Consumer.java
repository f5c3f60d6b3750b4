package org.example.consumer;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Predictor;
import dev.norn.optim.Optimizer;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;
import java.util.Locale;

/**
 * Lists the backends; trains a network on Runge's function with the one that the first argument names, or else the system
 * property {@code norn.backend}, or else the environment variable {@code NORN_BACKEND}, or else the fastest; and predicts.
 */
public final class Consumer {

    private Consumer() {}

    public static void main(String[] args) {
        for (BackendProvider provider : Backends.providers()) {
            System.out.println("there is " + provider.name() + ": " + provider.probe().description());
        }
        try (Backend backend = args.length == 0 ? Backends.open() : Backends.open(args[0], BackendOptions.DEFAULT)) {
            System.out.println("trains on " + backend.device());
            fit(backend);
        } catch (BackendException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void fit(Backend backend) {
        Split split = Runge.sample(1000, -1, 1, 0.05, 1).split(0.2, 1);
        Model model = new Model(1, DType.F32, 1, new Dense(50, Activation.TANH), new Dense(1));
        Trainer trainer = new Trainer.Builder(model, Loss.MSE)
                .optimizer(Optimizer.adam(0.9, 0.999, 1e-8)).learningRate(0.01)
                .batchSize(20).epochs(30)
                .build(backend);
        trainer.fit(split.train());
        System.out.println("test loss " + trainer.evaluate(split.test()).loss());
        float[] x = {-1, -0.5f, 0, 0.5f, 1};
        float[] y = new float[x.length];
        try (Predictor predictor = model.compile(backend)) {
            predictor.predict(x, x.length, y);
        }
        for (int i = 0; i < x.length; i++) {
            System.out.println(String.format(Locale.ROOT, "f(%.1f) = %.4f, predicted %.4f",
                    x[i], 1 / (1 + 25 * x[i] * x[i]), y[i]));
        }
    }
}
