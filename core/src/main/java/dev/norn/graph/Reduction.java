package dev.norn.graph;

/** The ways to reduce many numbers to one; each is commutative and associative but for rounding. */
public enum Reduction {
    SUM,
    /** The greatest; NaN if any is. */
    MAX,
    /** The smallest; NaN if any is. */
    MIN;

    /** The reduction of no numbers at all, which changes nothing when it is combined with another number. */
    public double identity() {
        return switch (this) {
            case SUM -> 0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    /** The reduction of two numbers in float64: the definition that every backend is held to. */
    public double apply(double a, double b) {
        return switch (this) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    /** The reduction of two integers; a sum wraps around. */
    public int apply(int a, int b) {
        return switch (this) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }
}
