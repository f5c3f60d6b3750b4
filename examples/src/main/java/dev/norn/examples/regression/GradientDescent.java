package dev.norn.examples.regression;

import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Initializer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;

/**
 * Linear regression as a network of one layer, for any optimizer: what {@link LinearModel} says is minimized, from θ = 0. Its
 * results are read by {@link LinearModel#of}. The subgradient of |θ| does not lead to coefficients that are exactly 0; and
 * where inputs are not scaled, it may take very long.
 */
public final class GradientDescent {

    private GradientDescent() {}

    /** Least squares. */
    public static Trainer.Builder leastSquares(int features, DType dtype) {
        return ridge(features, dtype, 0);
    }

    /** Ridge: 1/n ‖y - X θ - b‖² + λ‖θ‖². */
    public static Trainer.Builder ridge(int features, DType dtype, double lambda) {
        LinearModel.checkLambda(lambda);
        return trainer(features, dtype, Penalty.l2(2 * lambda));
    }

    /** Lasso: 1/n ‖y - X θ - b‖² + λ‖θ‖₁. */
    public static Trainer.Builder lasso(int features, DType dtype, double lambda) {
        LinearModel.checkLambda(lambda);
        return trainer(features, dtype, Penalty.l1(lambda));
    }

    private static Trainer.Builder trainer(int features, DType dtype, Penalty penalty) {
        Dense layer = new Dense(1, Activation.IDENTITY, Initializer.ZEROS, Initializer.ZEROS);
        return new Trainer.Builder(new Model(features, dtype, 0, layer), Loss.MSE).penalty(penalty);
    }
}
