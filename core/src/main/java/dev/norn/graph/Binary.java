package dev.norn.graph;

import java.util.function.DoubleBinaryOperator;

/**
 * The elementwise operations of two operands of one type and shape: meaning, derivatives and C spelling, one line each.
 * {@link #DIV} and {@link #POW} need a floating type. Comparisons give 1 or 0 in the operands' type, and 0 where an
 * operand is NaN; their derivative is 0.
 */
public enum Binary implements Op {
    ADD((a, b) -> a + b, "$a + $b", (a, b, y, g) -> g, (a, b, y, g) -> g),
    SUB((a, b) -> a - b, "$a - $b", (a, b, y, g) -> g, (a, b, y, g) -> g.neg()),
    MUL((a, b) -> a * b, "$a * $b", (a, b, y, g) -> g.mul(b), (a, b, y, g) -> g.mul(a)),
    DIV((a, b) -> a / b, "$a / $b", (a, b, y, g) -> g.div(b), (a, b, y, g) -> g.mul(y).div(b).neg()),
    /**
     * a to the power b; the derivative with respect to b is defined for positive a only. Where |a| is 1 and b infinite or
     * NaN, backends may differ: Java has NaN there, C mostly 1.
     */
    POW(Math::pow, "N_POW($a, $b)",
            // b = 0 is set apart: there a^-1 may be infinite, and 0 times that is no derivative.
            (a, b, y, g) -> b.where(g.mul(b).mul(a.pow(b.sub(1))), 0), (a, b, y, g) -> g.mul(y).mul(a.log())),
    /** The greater; NaN if either is. The gradient goes to a where they are equal. */
    MAX(Math::max, "N_MAX($a, $b)",
            (a, b, y, g) -> g.mul(b.lessOrEqual(a)), (a, b, y, g) -> g.mul(a.less(b))),
    /** The smaller; NaN if either is. The gradient goes to a where they are equal. */
    MIN(Math::min, "N_MIN($a, $b)",
            (a, b, y, g) -> g.mul(a.lessOrEqual(b)), (a, b, y, g) -> g.mul(b.less(a))),
    LESS((a, b) -> a < b ? 1 : 0, "$a < $b", (a, b, y, g) -> null, (a, b, y, g) -> null),
    LESS_OR_EQUAL((a, b) -> a <= b ? 1 : 0, "$a <= $b", (a, b, y, g) -> null, (a, b, y, g) -> null),
    EQUAL((a, b) -> a == b ? 1 : 0, "$a == $b", (a, b, y, g) -> null, (a, b, y, g) -> null);

    private final DoubleBinaryOperator meaning;
    private final String c;
    private final Derivative left;
    private final Derivative right;

    Binary(DoubleBinaryOperator meaning, String c, Derivative left, Derivative right) {
        this.meaning = meaning;
        this.c = c;
        this.left = left;
        this.right = right;
    }

    /** The operation in float64: the definition that every backend is held to. */
    public double apply(double a, double b) {
        return meaning.applyAsDouble(a, b);
    }

    /** The operation on integers, which wraps around. */
    public int apply(int a, int b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            case EQUAL -> a == b ? 1 : 0;
            case DIV, POW -> throw new IllegalArgumentException(this + " is not defined on integers");
        };
    }

    /** The expression in the C dialect of the device package; {@code $a} and {@code $b} stand for the operands. */
    public String c() {
        return c;
    }

    /** The gradient with respect to the first operand, or null where it is zero everywhere. */
    Tensor deriveLeft(Tensor a, Tensor b, Tensor y, Tensor gradient) {
        return left.of(a, b, y, gradient);
    }

    /** The gradient with respect to the second operand, or null where it is zero everywhere. */
    Tensor deriveRight(Tensor a, Tensor b, Tensor y, Tensor gradient) {
        return right.of(a, b, y, gradient);
    }

    /** Whether the operation is defined on integers. */
    public boolean onIntegers() {
        return this != DIV && this != POW;
    }

    /** Whether the order of the operands does not matter. */
    public boolean isCommutative() {
        return switch (this) {
            case ADD, MUL, MAX, MIN, EQUAL -> true;
            default -> false;
        };
    }

    /** Whether it costs many arithmetic instructions, so that computing it twice is worse than storing it. */
    public boolean isCostly() {
        return this == POW || this == DIV;
    }

    private interface Derivative {
        Tensor of(Tensor a, Tensor b, Tensor y, Tensor gradient);
    }
}
