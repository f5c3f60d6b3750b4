package dev.norn.nn;

import dev.norn.graph.Tensor;

/** What is added to the loss for each weight matrix W; biases are never penalized. */
@FunctionalInterface
public interface Penalty {

    /** Nothing. */
    Penalty NONE = new NamedPenalty("none", w -> null);

    /** The penalty of a weight matrix: a scalar, or null for none. */
    Tensor of(Tensor w);

    /** What it is, with its parameters, for instance {@code elastic-net(0.0, 0.001)}; one of your own need not say. */
    default String name() {
        return "own";
    }

    /** λ Σ |w|. Its derivative at 0 is taken as 0. */
    static Penalty l1(double lambda) {
        return elasticNet(lambda, 0);
    }

    /** λ/2 Σ w², so that its derivative is λ w (Goodfellow, Bengio and Courville 2016, equation 7.2). */
    static Penalty l2(double lambda) {
        return elasticNet(0, lambda);
    }

    /** l1 Σ |w| + l2/2 Σ w² (Zou and Hastie 2005). */
    static Penalty elasticNet(double l1, double l2) {
        if (!(l1 >= 0 && l1 < Double.POSITIVE_INFINITY && l2 >= 0 && l2 < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("penalties must be finite and not negative, they are " + l1 + " and " + l2);
        }
        if (l1 == 0 && l2 == 0) {
            return NONE;
        }
        return new NamedPenalty("elastic-net(" + l1 + ", " + l2 + ")", w -> l2 == 0 ? w.abs().sum().mul(l1)
                : l1 == 0 ? w.square().sum().mul(l2 / 2)
                : w.abs().mul(l1).add(w.square().mul(l2 / 2)).sum());
    }
}

/** One of Norn's. */
record NamedPenalty(String name, Penalty formula) implements Penalty {
    @Override
    public Tensor of(Tensor w) {
        return formula.of(w);
    }
}
