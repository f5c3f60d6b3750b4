package dev.norn.nn;

import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * What training makes small. A loss takes the network's raw outputs z, [batch, outputs]; where it has a link function
 * (sigmoid, softmax) it applies it itself, in a form that does not overflow, so the last layer has none.
 */
public interface Loss {

    /** Mean squared error: per sample, the mean over outputs of (z - t)². */
    Loss MSE = new MeanSquaredError();

    /** Binary cross-entropy of σ(z) against t in [0, 1]: per sample, the mean over outputs. */
    Loss BINARY_CROSS_ENTROPY = new BinaryCrossEntropy();

    /** Cross-entropy of softmax(z) against class labels (I32 [batch]) or distributions ([batch, classes]). */
    Loss SOFTMAX_CROSS_ENTROPY = new SoftmaxCrossEntropy();

    /** The losses that come with Norn. */
    static List<Loss> all() {
        return List.of(MSE, BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY);
    }

    /** What users call it. */
    String name();

    /**
     * The loss of each sample, [batch].
     *
     * @param z raw outputs, [batch, outputs]
     * @param target [batch, outputs] of z's type, or I32 [batch]
     */
    Tensor perSample(Tensor z, Tensor target);

    /** What the raw outputs predict: values, probabilities. Of z's shape. */
    default Tensor predict(Tensor z) {
        return z;
    }

    /** 1 for each sample that is classified rightly, [batch] of z's type; null if the loss is not of a classification. */
    default Tensor correct(Tensor z, Tensor target) {
        return null;
    }
}

/** L = 1/n Σ (z - t)². */
final class MeanSquaredError implements Loss {
    @Override
    public String name() {
        return "mse";
    }

    @Override
    public Tensor perSample(Tensor z, Tensor target) {
        return z.sub(Targets.like(z, target, name())).square().mean(1);
    }
}

/** L = max(z, 0) - z t + log(1 + exp(-|z|)), which is -t log σ(z) - (1 - t) log(1 - σ(z)) without overflow. */
final class BinaryCrossEntropy implements Loss {
    @Override
    public String name() {
        return "binary-cross-entropy";
    }

    @Override
    public Tensor perSample(Tensor z, Tensor target) {
        Tensor t = Targets.like(z, target, name());
        return z.softplus().sub(z.mul(t)).mean(1);
    }

    @Override
    public Tensor predict(Tensor z) {
        return z.sigmoid();
    }

    /** A sample is right if every output is on the right side of 0. */
    @Override
    public Tensor correct(Tensor z, Tensor target) {
        Tensor t = Targets.like(z, target, name());
        return z.greater(0).equal(t.greater(0.5)).min(1);
    }
}

/** L = log Σⱼ exp(zⱼ) - Σⱼ tⱼ zⱼ, for Σ t = 1. */
final class SoftmaxCrossEntropy implements Loss {
    @Override
    public String name() {
        return "softmax-cross-entropy";
    }

    @Override
    public Tensor perSample(Tensor z, Tensor target) {
        Tensor chosen = target.dtype() == DType.I32
                ? Targets.atLabel(z, target).where(z, 0)
                : z.mul(Targets.like(z, target, name()));
        return z.logSumExp().reshape(-1).sub(chosen.sum(1));
    }

    @Override
    public Tensor predict(Tensor z) {
        return z.softmax();
    }

    @Override
    public Tensor correct(Tensor z, Tensor target) {
        Tensor label = target.dtype() == DType.I32 ? target : target.argmax();
        return z.argmax().equal(label).cast(z.dtype());
    }
}

/** Targets as the losses want them. */
final class Targets {

    private Targets() {}

    /** The target, which must have the outputs' shape; a vector is taken as a single column. */
    static Tensor like(Tensor z, Tensor target, String loss) {
        Tensor t = target.shape().rank() == 1 && z.shape().dim(1) == 1 ? target.reshape(-1, 1) : target;
        if (!t.shape().equals(z.shape()) || t.dtype() != z.dtype()) {
            throw new IllegalArgumentException(loss + ": the network's output is " + z.dtype() + z.shape()
                    + ", the target " + target.dtype() + target.shape() + "; they must agree");
        }
        return t;
    }

    /** 1 in the column that the label names, 0 elsewhere; [batch, classes]. */
    static Tensor atLabel(Tensor z, Tensor labels) {
        if (labels.shape().rank() != 1 || labels.shape().dim(0) != z.shape().dim(0)) {
            throw new IllegalArgumentException("labels must be I32 [" + z.shape().dim(0) + "], they are " + labels.shape());
        }
        return Tensor.iota(z.shape(), 1).equal(labels.reshape(-1, 1)).cast(z.dtype());
    }
}
