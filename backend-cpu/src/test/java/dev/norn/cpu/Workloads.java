package dev.norn.cpu;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Trainer;

/** Small trainings that the tests of this module share. */
final class Workloads {

    private Workloads() {}

    static Backend open(int threads) {
        return Backends.open("cpu", BackendOptions.DEFAULT.withThreads(threads));
    }

    /** A classifier whose products, rows and updates are large enough to be divided among threads. */
    static Model classifier(DType dtype, long seed) {
        return new Model(96, dtype, seed, new Dense(300, Activation.TANH), new Dropout(0.1), new Dense(7));
    }

    /** Points around seven corners. */
    static Dataset corners(int n, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[] x = new double[n * 96];
        int[] y = new int[n];
        for (int i = 0; i < n; i++) {
            y[i] = random.nextInt(7);
            for (int j = 0; j < 96; j++) {
                x[i * 96 + j] = (j % 7 == y[i] ? 1 : 0) + 0.5 * random.nextGaussian();
            }
        }
        return new Dataset(NdArray.of(Shape.of(n, 96), x), NdArray.of(Shape.of(n), y));
    }

    static Trainer.Builder training(Model model) {
        return new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).seed(5).batchSize(250).epochs(3);
    }
}
