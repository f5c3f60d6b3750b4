package dev.norn.optim;

import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an {@link Optimizer} works with: one step over the vector of all parameters. */
public final class Update {

    private final State state;
    private final Tensor gradient;
    private final Tensor rate;
    private final Tensor step;
    private final Map<Variable, Tensor> assignments = new LinkedHashMap<>();

    /** What an optimizer remembers from step to step, by name. Shared by all programs that train the same parameters. */
    public static final class State {
        private final Variable parameters;
        private final int penalized;
        private final Map<String, Variable> variables = new LinkedHashMap<>();

        /**
         * @param parameters the vector to train
         * @param penalized how many of its first elements weight decay applies to
         */
        public State(Variable parameters, int penalized) {
            this.parameters = parameters;
            this.penalized = penalized;
        }

        /** All that has been remembered so far. */
        public Map<String, Variable> variables() {
            return Map.copyOf(variables);
        }
    }

    /**
     * @param gradient of the parameters' shape
     * @param rate the learning rate, a scalar of the parameters' type
     * @param step the step's number, 1 for the first, a scalar of the parameters' type
     */
    public Update(State state, Tensor gradient, Tensor rate, Tensor step) {
        this.state = state;
        this.gradient = gradient;
        this.rate = rate;
        this.step = step;
    }

    /** θ, a vector. */
    public Tensor parameters() {
        return state.parameters.read();
    }

    /** g, the gradient, of θ's shape. */
    public Tensor gradient() {
        return gradient;
    }

    /**
     * g², element by element; 0 where g is below 2⁻⁵⁶ (in F64, 2⁻⁵⁰⁰): not far below that g², or the small share of it that
     * goes into a mean, is subnormal. The root of such a mean is nothing beside any usual ε.
     */
    public Tensor gradientSquared() {
        return zeroBelow(gradient.dtype() == DType.F32 ? 0x1p-56 : 0x1p-500, gradient).square();
    }

    /** η, the learning rate, a scalar. */
    public Tensor rate() {
        return rate;
    }

    /** t, the step's number, 1 for the first, a scalar. */
    public Tensor step() {
        return step;
    }

    /** 1 for the elements of θ that weight decay applies to (weights), 0 for the others (biases). */
    public Tensor decayMask() {
        return Tensor.iota(state.parameters.shape(), 0).less(state.penalized).cast(gradient.dtype());
    }

    private Variable variable(String name) {
        return state.variables.computeIfAbsent(name,
                n -> Variable.zeros(n, state.parameters.dtype(), state.parameters.shape()));
    }

    /** What {@link #remember} stored last under a name, of θ's shape; zeros at first. */
    public Tensor recall(String name) {
        return variable(name).read();
    }

    /**
     * Keeps a value of θ's shape for the next step, and returns what is kept: the value, but 0 for elements below 2⁻¹²⁰ (in F64,
     * 2⁻¹⁰⁰⁰). A mean whose gradient has become 0, as that of a dead unit, would otherwise fade into the subnormal numbers and,
     * because of rounding, stay there; processors compute with them many times slower.
     */
    public Tensor remember(String name, Tensor value) {
        Tensor kept = zeroBelow(value.dtype() == DType.F32 ? 0x1p-120 : 0x1p-1000, value);
        assignments.put(variable(name), kept);
        return kept;
    }

    /**
     * All that is to be assigned, with {@code optimizer}'s new parameters. Of those, elements below 2⁻⁶³ (in F64, 2⁻⁵¹¹) become
     * 0: a penalty takes away a share of the weights of a unit that is not needed in each step, and then products of
     * such weights, of their gradients and of the unit's outputs would be subnormal.
     */
    public Map<Variable, Tensor> by(Optimizer optimizer) {
        Tensor next = optimizer.apply(this);
        assignments.put(state.parameters, zeroBelow(next.dtype() == DType.F32 ? 0x1p-63 : 0x1p-511, next));
        return assignments;
    }

    private static Tensor zeroBelow(double least, Tensor value) {
        return Tensor.where(value.abs().less(least), Tensor.scalar(value.dtype(), 0), value);
    }
}
