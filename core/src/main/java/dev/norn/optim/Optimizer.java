package dev.norn.optim;

import dev.norn.graph.Tensor;

/**
 * How parameters follow from gradients. One of your own is one expression:
 *
 * <pre>{@code
 * Optimizer signSgd = u -> u.parameters().sub(u.rate().mul(u.gradient().sign()));
 * }</pre>
 */
@FunctionalInterface
public interface Optimizer {

    /** θ after the step. */
    Tensor apply(Update update);

    /** What it is, with its parameters, for instance {@code adam(0.9, 0.999, 1.0E-8)}; one of your own need not say. */
    default String name() {
        return "own";
    }

    /** Gradient descent: θ ← θ - η g. On mini-batches it is called stochastic (Robbins and Monro 1951). */
    static Optimizer sgd() {
        return new NamedOptimizer("sgd", u -> u.parameters().sub(u.rate().mul(u.gradient())));
    }

    /**
     * With momentum (Polyak 1964, in PyTorch's form): v ← μ v + g, θ ← θ - η v.
     *
     * @param momentum μ, in [0, 1)
     */
    static Optimizer momentum(double momentum) {
        check("momentum", momentum);
        return new NamedOptimizer("momentum(" + momentum + ")", u -> {
            Tensor v = u.remember("momentum", u.recall("momentum").mul(momentum).add(u.gradient()));
            return u.parameters().sub(u.rate().mul(v));
        });
    }

    /**
     * RMSProp (Tieleman and Hinton 2012, lecture 6.5): v ← ρ v + (1 - ρ) g², θ ← θ - η g / (√v + ε).
     *
     * @param rho ρ, in [0, 1); 0.9 is usual
     * @param epsilon ε, positive; 1e-8 is usual
     */
    static Optimizer rmsProp(double rho, double epsilon) {
        check("rho", rho);
        checkEpsilon(epsilon);
        return new NamedOptimizer("rmsprop(" + rho + ", " + epsilon + ")", u -> {
            Tensor g = u.gradient();
            Tensor v = u.remember("mean square", u.recall("mean square").mul(rho).add(u.gradientSquared().mul(1 - rho)));
            return u.parameters().sub(u.rate().mul(g).div(v.sqrt().add(epsilon)));
        });
    }

    /**
     * Adam (Kingma and Ba 2015, algorithm 1): m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
     * θ ← θ - η m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
     *
     * @param beta1 β₁, in [0, 1); 0.9 is usual
     * @param beta2 β₂, in [0, 1); 0.999 is usual
     * @param epsilon ε, positive; 1e-8 is usual
     */
    static Optimizer adam(double beta1, double beta2, double epsilon) {
        check("beta1", beta1);
        check("beta2", beta2);
        checkEpsilon(epsilon);
        return new NamedOptimizer("adam(" + beta1 + ", " + beta2 + ", " + epsilon + ")",
                u -> u.parameters().sub(adamStep(u, beta1, beta2, epsilon)));
    }

    /**
     * AdamW (Loshchilov and Hutter 2019, algorithm 2): Adam's step, and apart from it θ ← θ - η λ θ for weights, not for
     * biases.
     *
     * @param decay λ, not negative; 0.01 is usual
     */
    static Optimizer adamW(double beta1, double beta2, double epsilon, double decay) {
        check("beta1", beta1);
        check("beta2", beta2);
        checkEpsilon(epsilon);
        if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("decay must be finite and not negative, it is " + decay);
        }
        return new NamedOptimizer("adamw(" + beta1 + ", " + beta2 + ", " + epsilon + ", " + decay + ")", u -> {
            Tensor decayed = u.rate().mul(decay).mul(u.decayMask()).mul(u.parameters());
            return u.parameters().sub(adamStep(u, beta1, beta2, epsilon)).sub(decayed);
        });
    }

    private static Tensor adamStep(Update u, double beta1, double beta2, double epsilon) {
        Tensor g = u.gradient();
        Tensor m = u.remember("first moment", u.recall("first moment").mul(beta1).add(g.mul(1 - beta1)));
        Tensor v = u.remember("second moment", u.recall("second moment").mul(beta2).add(u.gradientSquared().mul(1 - beta2)));
        // The corrections are scalars, computed once a step: √v̂ + ε = √v / √(1 - β₂ᵗ) + ε.
        Tensor size = u.rate().div(correction(u, beta1));
        Tensor scale = correction(u, beta2).sqrt().rdiv(1);
        return size.mul(m).div(v.sqrt().mul(scale).add(epsilon));
    }

    /** 1 - βᵗ as -expm1(t log β): in F32 the difference itself would lose its digits. */
    private static Tensor correction(Update u, double beta) {
        return beta == 0 ? Tensor.scalar(u.gradient().dtype(), 1) : u.step().mul(Math.log(beta)).expm1().neg();
    }

    private static void check(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be at least 0 and less than 1, it is " + value);
        }
    }

    private static void checkEpsilon(double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("epsilon must be positive and finite, it is " + value);
        }
    }
}

/** One of Norn's. */
record NamedOptimizer(String name, Optimizer formula) implements Optimizer {
    @Override
    public Tensor apply(Update update) {
        return formula.apply(update);
    }
}
