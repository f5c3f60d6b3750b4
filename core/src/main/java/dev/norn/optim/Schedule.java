package dev.norn.optim;

import dev.norn.graph.Tensor;

/**
 * How the learning rate changes with time: a factor on the rate that the user gave. Time is counted in steps (batches), so
 * it is part of the graph and a step can be replayed as it is.
 */
@FunctionalInterface
public interface Schedule {

    /**
     * The factor.
     *
     * @param t how many steps have been made before, a floating scalar: 0 in the first
     * @return a scalar of its type
     */
    Tensor factor(Tensor t);

    /** What it is, with its parameters, for instance {@code cosine(4690, 0.0)}; one of your own need not say. */
    default String name() {
        return "own";
    }

    /** 1. */
    static Schedule constant() {
        return new NamedSchedule("constant", t -> Tensor.scalar(t.dtype(), 1));
    }

    /**
     * γ^⌊t / every⌋.
     *
     * @param every steps between two drops
     * @param gamma what a drop multiplies by
     */
    static Schedule step(int every, double gamma) {
        checkSteps(every);
        checkGamma(gamma);
        // The half keeps a division that is not quite exact on the right side of a whole number.
        return new NamedSchedule("step(" + every + ", " + gamma + ")",
                t -> t.add(0.5).div(every).floor().mul(Math.log(gamma)).exp());
    }

    /** γᵗ, with γ such that {@code halfLife} steps halve the rate. */
    static Schedule exponential(double halfLife) {
        if (!(halfLife > 0)) {
            throw new IllegalArgumentException("the half-life must be positive, it is " + halfLife);
        }
        return new NamedSchedule("exponential(" + halfLife + ")", t -> t.mul(-Math.log(2) / halfLife).exp());
    }

    /**
     * From 1 down to {@code least} along half a cosine, over {@code steps} steps, and constant after (Loshchilov and Hutter
     * 2017, equation 5, without restarts).
     */
    static Schedule cosine(int steps, double least) {
        checkSteps(steps);
        return new NamedSchedule("cosine(" + steps + ", " + least + ")",
                t -> t.div(steps).minimum(1).mul(Math.PI).cos().add(1).mul((1 - least) / 2).add(least));
    }

    /** From 1 / steps up to 1 linearly over {@code steps} steps, then as {@code after} says, whose time begins there. */
    static Schedule warmUp(int steps, Schedule after) {
        checkSteps(steps);
        return new NamedSchedule("warm-up(" + steps + ", " + after.name() + ")",
                t -> Tensor.where(t.less(steps), t.add(1).div(steps), after.factor(t.sub(steps).maximum(0))));
    }

    private static void checkSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, they are " + steps);
        }
    }

    private static void checkGamma(double gamma) {
        if (!(gamma > 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("gamma must be positive and finite, it is " + gamma);
        }
    }
}

/** One of Norn's. */
record NamedSchedule(String name, Schedule formula) implements Schedule {
    @Override
    public Tensor factor(Tensor t) {
        return formula.factor(t);
    }
}
