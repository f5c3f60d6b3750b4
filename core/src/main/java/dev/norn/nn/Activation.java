package dev.norn.nn;

import dev.norn.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A layer's nonlinearity. Anything that can be said with tensors will do; its derivative and its kernels follow:
 *
 * <pre>{@code
 * Activation swish = Activation.of("swish", z -> z.mul(z.sigmoid()));
 * }</pre>
 */
public final class Activation {

    /** z. */
    public static final Activation IDENTITY = norns("identity", z -> z);

    /** 1 / (1 + exp(-z)). */
    public static final Activation SIGMOID = norns("sigmoid", Tensor::sigmoid);

    /** tanh z. */
    public static final Activation TANH = norns("tanh", Tensor::tanh);

    /** max(z, 0). */
    public static final Activation RELU = norns("relu", Tensor::relu);

    /** z where z is positive, 0.01 z elsewhere (Maas, Hannun and Ng 2013). */
    public static final Activation LEAKY_RELU = leakyRelu(0.01);

    /** z where z is positive, exp(z) - 1 elsewhere (Clevert, Unterthiner and Hochreiter 2016, α = 1). */
    public static final Activation ELU = norns("elu", z -> Tensor.where(z.greater(0), z, z.minimum(0).expm1()));

    /** z Φ(z), Φ the normal distribution function; exact, by erf (Hendrycks and Gimpel 2016). */
    public static final Activation GELU =
            norns("gelu", z -> z.mul(0.5).mul(z.mul(Math.sqrt(0.5)).erf().add(1)));

    /** z σ(z), σ the sigmoid (Elfwing, Uchibe and Doya 2018). */
    public static final Activation SILU = norns("silu", z -> z.mul(z.sigmoid()));

    /** exp(zᵢ) / Σⱼ exp(zⱼ) along each row. */
    public static final Activation SOFTMAX = norns("softmax", Tensor::softmax);

    private static final List<Activation> ALL =
            List.of(IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, GELU, SILU, SOFTMAX);

    private static final String SLOPE = "slope";

    private final String name;
    private final Map<String, Double> parameters;
    private final boolean own;
    private final UnaryOperator<Tensor> function;

    private Activation(String name, Map<String, Double> parameters, boolean own, UnaryOperator<Tensor> function) {
        this.name = name;
        this.parameters = parameters;
        this.own = own;
        this.function = function;
    }

    private static Activation norns(String name, UnaryOperator<Tensor> function) {
        return new Activation(name, Map.of(), false, function);
    }

    /** An activation of your own: a tensor of the operand's shape and type. */
    public static Activation of(String name, UnaryOperator<Tensor> function) {
        return new Activation(name, Map.of(), true, function);
    }

    /** z where z is positive, {@code slope} z elsewhere. */
    public static Activation leakyRelu(double slope) {
        return new Activation("leaky-relu", Map.of(SLOPE, slope), false,
                z -> Tensor.where(z.greater(0), z, z.mul(slope)));
    }

    /**
     * The activation of Norn's that has this name, with these {@link #parameters}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Activation named(String name, Map<String, Double> parameters) {
        for (Activation one : ALL) {
            if (one.name.equals(name) && one.parameters.keySet().equals(parameters.keySet())) {
                return one.parameters.equals(parameters) ? one : leakyRelu(parameters.get(SLOPE));
            }
        }
        throw new IllegalArgumentException("Norn has no activation " + name + parameters.keySet() + "; it has "
                + ALL.stream().map(one -> one.name + (one.parameters.isEmpty() ? "" : one.parameters.keySet())).toList());
    }

    /** The activations that come with Norn. */
    public static List<Activation> all() {
        return ALL;
    }

    /** What users call it. */
    public String name() {
        return name;
    }

    /** What makes it one of many with its name, by name: the {@code slope} of a leaky ReLU. Most have none. */
    public Map<String, Double> parameters() {
        return parameters;
    }

    /** Whether it was made by {@link #of}: a name like one of Norn's does not make it that. */
    public boolean isOwn() {
        return own;
    }

    /** The activation of {@code z}, of the same shape. */
    public Tensor apply(Tensor z) {
        return function.apply(z);
    }

    @Override
    public String toString() {
        return name;
    }
}
