package dev.norn.nn;

import dev.norn.graph.Tensor;
import dev.norn.tensor.Shape;
import java.util.List;

/**
 * A fully connected layer: f(x W + b), with x [batch, in], W [in, out], b [out].
 *
 * @param units out
 * @param activation f
 * @param weights where W starts
 * @param biases where b starts
 */
public record Dense(int units, Activation activation, Initializer weights, Initializer biases) implements Layer {

    public Dense {
        if (units < 1) {
            throw new IllegalArgumentException("a dense layer needs at least 1 unit, it has " + units);
        }
    }

    /** With Glorot's weights and biases of 0. */
    public Dense(int units, Activation activation) {
        this(units, activation, Initializer.GLOROT, Initializer.ZEROS);
    }

    /** Without nonlinearity: an output layer whose loss takes logits. */
    public Dense(int units) {
        this(units, Activation.IDENTITY);
    }

    @Override
    public int outputs(int inputs) {
        return units;
    }

    @Override
    public List<Parameter> parameters(int inputs) {
        return List.of(
                new Parameter("weight", Shape.of(inputs, units), weights, true),
                new Parameter("bias", Shape.of(units), biases, false));
    }

    @Override
    public Tensor apply(Tensor x, List<Tensor> parameters, Pass pass) {
        return activation.apply(x.matmul(parameters.get(0)).add(parameters.get(1)));
    }
}
