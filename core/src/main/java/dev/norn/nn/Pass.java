package dev.norn.nn;

import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;

/**
 * Which way through the network: for training, with random draws, or for inference, without.
 *
 * @param seed the user's seed
 * @param step I32 scalar that differs from step to step; null for inference
 * @param layer the layer's index: each has a random stream of its own
 */
public record Pass(long seed, Tensor step, int layer) {

    /** Without randomness. */
    public static final Pass INFERENCE = new Pass(0, null, 0);

    /** A pass for training. */
    public static Pass training(long seed, Tensor step) {
        return new Pass(seed, step, 0);
    }

    /** Whether this is for training. */
    public boolean isTraining() {
        return step != null;
    }

    /** Uniform numbers in [0, 1), others for each layer and step. */
    public Tensor uniform(DType dtype, Shape shape) {
        return Tensor.uniform(dtype, shape, seed, layer, step);
    }

    Pass forLayer(int index) {
        return new Pass(seed, step, index);
    }
}
