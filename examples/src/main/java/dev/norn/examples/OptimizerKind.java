package dev.norn.examples;

import dev.norn.optim.Optimizer;

/** The optimizers that can be asked for, and which options each has. */
enum OptimizerKind {
    /** Gradient descent: every step uses all samples. */
    GD,
    SGD,
    MOMENTUM,
    RMSPROP,
    ADAM,
    ADAMW;

    private static final double EPSILON = 1e-8;

    boolean takesBatchSize() {
        return this != GD;
    }

    boolean takesMomentum() {
        return this == MOMENTUM;
    }

    boolean takesBeta1() {
        return this == ADAM || this == ADAMW;
    }

    boolean takesBeta2() {
        return takesBeta1() || this == RMSPROP;
    }

    boolean takesWeightDecay() {
        return this == ADAMW;
    }

    /** The optimizer; what it does not take is not looked at. */
    Optimizer with(double momentum, double beta1, double beta2, double weightDecay) {
        return switch (this) {
            case GD, SGD -> Optimizer.sgd();
            case MOMENTUM -> Optimizer.momentum(momentum);
            case RMSPROP -> Optimizer.rmsProp(beta2, EPSILON);
            case ADAM -> Optimizer.adam(beta1, beta2, EPSILON);
            case ADAMW -> Optimizer.adamW(beta1, beta2, EPSILON, weightDecay);
        };
    }
}
