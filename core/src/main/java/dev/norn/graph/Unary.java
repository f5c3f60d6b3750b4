package dev.norn.graph;

import java.util.function.DoubleUnaryOperator;

/**
 * The elementwise operations of one operand: meaning, derivative and C spelling, one line each. All but {@link #NEG},
 * {@link #ABS} and {@link #SIGN} need a floating type.
 */
public enum Unary implements Op {
    NEG(x -> -x, "-$x", (x, y, g) -> g.neg()),
    ABS(Math::abs, "N_ABS($x)", (x, y, g) -> g.mul(x.sign())),
    /** -1, 0 or 1; its derivative is taken as 0. */
    SIGN(Math::signum, "N_SIGN($x)", (x, y, g) -> null),
    /** The largest integer not above x; its derivative is taken as 0. */
    FLOOR(Math::floor, "N_FLOOR($x)", (x, y, g) -> null),
    SQRT(Math::sqrt, "N_SQRT($x)", (x, y, g) -> g.mul(0.5).div(y)),
    EXP(Math::exp, "N_EXP($x)", (x, y, g) -> g.mul(y)),
    /** exp(x) - 1, exact near 0. */
    EXPM1(Math::expm1, "N_EXPM1($x)", (x, y, g) -> g.mul(y.add(1))),
    LOG(Math::log, "N_LOG($x)", (x, y, g) -> g.div(x)),
    /** log(1 + x), exact near 0. */
    LOG1P(Math::log1p, "N_LOG1P($x)", (x, y, g) -> g.div(x.add(1))),
    SIN(Math::sin, "N_SIN($x)", (x, y, g) -> g.mul(x.cos())),
    COS(Math::cos, "N_COS($x)", (x, y, g) -> g.mul(x.sin().neg())),
    TANH(Math::tanh, "N_TANH($x)", (x, y, g) -> g.mul(y.mul(y).rsub(1))),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(x -> 1 / (1 + Math.exp(-x)), "N_SIGMOID($x)", (x, y, g) -> g.mul(y.mul(y.rsub(1)))),
    /** max(x, 0); its derivative at 0 is taken as 0, as PyTorch does. */
    RELU(x -> Math.max(x, 0.0), "N_RELU($x)", (x, y, g) -> g.mul(y.greater(0))),
    /** The error function, 2/√π ∫₀ˣ exp(-t²) dt. */
    ERF(Erf::erf, "N_ERF($x)", (x, y, g) -> g.mul(x.mul(x).neg().exp().mul(2 / Math.sqrt(Math.PI))));

    private final DoubleUnaryOperator meaning;
    private final String c;
    private final Derivative derivative;

    Unary(DoubleUnaryOperator meaning, String c, Derivative derivative) {
        this.meaning = meaning;
        this.c = c;
        this.derivative = derivative;
    }

    /** The operation in float64: the definition that every backend is held to. */
    public double apply(double x) {
        return meaning.applyAsDouble(x);
    }

    /** The operation on integers, which wraps around. */
    public int apply(int x) {
        return switch (this) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Integer.signum(x);
            default -> throw new IllegalArgumentException(this + " is not defined on integers");
        };
    }

    /** The expression in the C dialect of the device package; {@code $x} stands for the operand. */
    public String c() {
        return c;
    }

    /**
     * The gradient with respect to the operand.
     *
     * @param x the operand
     * @param y this operation's result on it
     * @param gradient the gradient with respect to {@code y}
     * @return of the operand's shape, or null where it is zero everywhere
     */
    Tensor derive(Tensor x, Tensor y, Tensor gradient) {
        return derivative.of(x, y, gradient);
    }

    /** Whether the operation is defined on integers. */
    public boolean onIntegers() {
        return this == NEG || this == ABS || this == SIGN;
    }

    /** Whether it costs many arithmetic instructions, so that computing it twice is worse than storing it. */
    public boolean isCostly() {
        return switch (this) {
            case NEG, ABS, SIGN, FLOOR, RELU -> false;
            default -> true;
        };
    }

    private interface Derivative {
        Tensor of(Tensor x, Tensor y, Tensor gradient);
    }
}
