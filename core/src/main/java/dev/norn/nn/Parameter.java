package dev.norn.nn;

import dev.norn.tensor.Shape;

/**
 * One of a layer's trainable tensors.
 *
 * @param name within the layer: {@code weight}, {@code bias}
 * @param shape its shape
 * @param initializer where it starts
 * @param penalized whether penalties and weight decay apply: to weights, not to biases
 */
public record Parameter(String name, Shape shape, Initializer initializer, boolean penalized) {}
