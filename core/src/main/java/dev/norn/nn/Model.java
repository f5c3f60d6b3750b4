package dev.norn.nn;

import dev.norn.backend.Backend;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers, one after another, and their weights. All parameters lie side by side in one variable, the penalized ones first:
 * an optimizer's step is one expression over one vector, however many layers there are.
 *
 * <pre>{@code
 * Model model = new Model(784, DType.F32, 42,
 *         new Dense(128, Activation.SIGMOID),
 *         new Dropout(0.2),
 *         new Dense(10));
 * }</pre>
 */
public final class Model {

    private final int inputs;
    private final DType dtype;
    private final List<Layer> layers;
    private final List<Placed> placed = new ArrayList<>();
    private final int outputs;
    private final int penalizedSize;
    private final Variable parameters;
    private final List<Tensor> tensors;

    /**
     * A parameter and where it lies.
     *
     * @param layer index of its layer
     * @param parameter what it is
     * @param offset of its first element in the vector of all parameters
     */
    public record Placed(int layer, Parameter parameter, int offset) {

        /** For instance {@code layers.0.weight}. */
        public String name() {
            return "layers." + layer + "." + parameter.name();
        }
    }

    /**
     * A model with initial weights.
     *
     * @param inputs how many numbers a sample has
     * @param dtype F32 or F64, of weights and computation
     * @param seed of the initial weights: the same on every backend, and for F32 and F64 but for rounding
     */
    public Model(int inputs, DType dtype, long seed, Layer... layers) {
        if (inputs < 1) {
            throw new IllegalArgumentException("a model needs at least 1 input, it has " + inputs);
        }
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("a model computes in F32 or F64, not " + dtype);
        }
        if (layers.length == 0) {
            throw new IllegalArgumentException("a model needs at least one layer");
        }
        this.inputs = inputs;
        this.dtype = dtype;
        this.layers = List.of(layers);
        int offset = place(0, true);
        this.penalizedSize = offset;
        offset = place(offset, false);
        int width = inputs;
        for (Layer layer : layers) {
            width = layer.outputs(width);
        }
        this.outputs = width;
        this.parameters = Variable.of("parameters", initial(seed, offset));
        this.tensors = placed.stream().map(p -> parameters.read().view(p.offset, p.parameter.shape())).toList();
    }

    private int place(int start, boolean penalized) {
        int offset = start;
        int width = inputs;
        for (int i = 0; i < layers.size(); i++) {
            for (Parameter p : layers.get(i).parameters(width)) {
                if (p.penalized() == penalized) {
                    placed.add(new Placed(i, p, offset));
                    offset = Math.addExact(offset, p.shape().size());
                }
            }
            width = layers.get(i).outputs(width);
        }
        return offset;
    }

    private NdArray initial(long seed, int size) {
        NdArray values = NdArray.zeros(dtype, Shape.of(size));
        int width = inputs;
        int index = 0;
        for (int i = 0; i < layers.size(); i++) {
            int out = layers.get(i).outputs(width);
            for (Parameter p : layers.get(i).parameters(width)) {
                RandomStream random = new RandomStream(seed, Streams.parameter(index++));
                int offset = find(i, p).offset;
                for (int j = 0; j < p.shape().size(); j++) {
                    values.set(offset + j, p.initializer().next(random, width, out));
                }
            }
            width = out;
        }
        return values;
    }

    private Placed find(int layer, Parameter parameter) {
        return placed.stream().filter(p -> p.layer == layer && p.parameter.name().equals(parameter.name()))
                .findFirst().orElseThrow();
    }

    /** How many numbers a sample has. */
    public int inputs() {
        return inputs;
    }

    /** How many numbers a prediction has. */
    public int outputs() {
        return outputs;
    }

    /** The type of weights and computation. */
    public DType dtype() {
        return dtype;
    }

    /** The layers. */
    public List<Layer> layers() {
        return layers;
    }

    /** The parameters and where they lie. */
    public List<Placed> parameters() {
        return List.copyOf(placed);
    }

    /** How many numbers are trained. */
    public int parameterCount() {
        return parameters.shape().size();
    }

    /** How many of them, at the start of the vector, are penalized. */
    public int penalizedCount() {
        return penalizedSize;
    }

    /** All parameters as one vector. Training in a session changes the session's copy; {@link #values} is the model's. */
    public Variable variable() {
        return parameters;
    }

    /** The model's weights in host memory, one vector; not a copy. Sessions that begin later begin with them. */
    public NdArray values() {
        return parameters.initial();
    }

    /** A copy of one parameter's values, by its {@link Placed#name}. */
    public NdArray value(String name) {
        Placed p = named(name);
        NdArray value = NdArray.zeros(dtype, p.parameter.shape());
        System.arraycopy(values().data(), p.offset, value.data(), 0, value.size());
        return value;
    }

    /** Sets one parameter's values, by its {@link Placed#name}: of its shape, and of the model's type. */
    public void setValue(String name, NdArray value) {
        Placed p = named(name);
        if (value.dtype() != dtype || !value.shape().equals(p.parameter.shape())) {
            throw new IllegalArgumentException("the parameter \"" + name + "\" is " + dtype + p.parameter.shape()
                    + ", it cannot be " + value.dtype() + value.shape());
        }
        System.arraycopy(value.data(), 0, values().data(), p.offset, value.size());
    }

    private Placed named(String name) {
        return placed.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("there is no parameter \"" + name + "\"; there are "
                        + placed.stream().map(Placed::name).toList()));
    }

    /** The parameters as tensors, in the order of {@link #parameters}; each time the same, so gradients find them. */
    public List<Tensor> tensors() {
        return tensors;
    }

    /**
     * The raw outputs.
     *
     * @param x [batch, inputs]
     * @param tensors the parameters, as {@link #tensors} gives them
     * @return [batch, outputs]
     */
    public Tensor apply(Tensor x, List<Tensor> tensors, Pass pass) {
        if (x.shape().rank() != 2 || x.shape().dim(1) != inputs || x.dtype() != dtype) {
            throw new IllegalArgumentException("the model takes " + dtype + "[batch, " + inputs + "], not "
                    + x.dtype() + x.shape());
        }
        Tensor h = x;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            List<Tensor> own = new ArrayList<>();
            for (Parameter p : layer.parameters(h.shape().dim(1))) {
                own.add(tensors.get(placed.indexOf(find(i, p))));
            }
            h = layer.apply(h, own, pass.forLayer(i));
        }
        return h;
    }

    /**
     * Makes the model ready to predict its raw outputs, with the weights it has now.
     *
     * @param backend stays the caller's to close, after the predictor
     * @throws dev.norn.backend.BackendException if the device lacks the model's type, or memory
     */
    public Predictor compile(Backend backend) {
        return new Predictor(this, z -> z, backend);
    }

    /**
     * Makes the model ready to predict what the loss makes of its raw outputs: probabilities, where the loss has a link
     * function. Otherwise as {@link #compile(Backend)}.
     */
    public Predictor compile(Backend backend, Loss loss) {
        return new Predictor(this, loss::predict, backend);
    }

    /** The most numbers that a sample has on its way through. */
    int widest() {
        int width = inputs;
        int widest = width;
        for (Layer layer : layers) {
            width = layer.outputs(width);
            widest = Math.max(widest, width);
        }
        return widest;
    }

    /** For instance {@code 784-128-10, 101,770 parameters, F32}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(inputs);
        int width = inputs;
        for (Layer layer : layers) {
            width = layer.outputs(width);
            if (layer instanceof Dense) {
                text.append('-').append(width);
            }
        }
        return text + String.format(java.util.Locale.ROOT, ", %,d parameters, %s", parameterCount(), dtype);
    }
}
