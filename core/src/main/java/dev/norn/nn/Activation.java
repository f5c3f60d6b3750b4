package dev.norn.nn;

import dev.norn.graph.Tensor;
import java.util.List;
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
    public static final Activation IDENTITY = of("identity", z -> z);

    /** 1 / (1 + exp(-z)). */
    public static final Activation SIGMOID = of("sigmoid", Tensor::sigmoid);

    /** tanh z. */
    public static final Activation TANH = of("tanh", Tensor::tanh);

    /** max(z, 0). */
    public static final Activation RELU = of("relu", Tensor::relu);

    /** z where z is positive, 0.01 z elsewhere (Maas, Hannun and Ng 2013). */
    public static final Activation LEAKY_RELU = leakyRelu(0.01);

    /** z where z is positive, exp(z) - 1 elsewhere (Clevert, Unterthiner and Hochreiter 2016, α = 1). */
    public static final Activation ELU = of("elu", z -> Tensor.where(z.greater(0), z, z.minimum(0).expm1()));

    /** z Φ(z), Φ the normal distribution function; exact, by erf (Hendrycks and Gimpel 2016). */
    public static final Activation GELU =
            of("gelu", z -> z.mul(0.5).mul(z.mul(Math.sqrt(0.5)).erf().add(1)));

    /** z σ(z), σ the sigmoid (Elfwing, Uchibe and Doya 2018). */
    public static final Activation SILU = of("silu", z -> z.mul(z.sigmoid()));

    /** exp(zᵢ) / Σⱼ exp(zⱼ) along each row. */
    public static final Activation SOFTMAX = of("softmax", Tensor::softmax);

    private static final List<Activation> ALL =
            List.of(IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, GELU, SILU, SOFTMAX);

    private final String name;
    private final UnaryOperator<Tensor> function;

    private Activation(String name, UnaryOperator<Tensor> function) {
        this.name = name;
        this.function = function;
    }

    /** An activation of your own: a tensor of the operand's shape and type. */
    public static Activation of(String name, UnaryOperator<Tensor> function) {
        return new Activation(name, function);
    }

    /** z where z is positive, {@code slope} z elsewhere. */
    public static Activation leakyRelu(double slope) {
        return of("leaky-relu", z -> Tensor.where(z.greater(0), z, z.mul(slope)));
    }

    /** The activations that come with Norn. */
    public static List<Activation> all() {
        return ALL;
    }

    /** What users call it. */
    public String name() {
        return name;
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
