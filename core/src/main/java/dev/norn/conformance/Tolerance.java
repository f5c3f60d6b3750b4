package dev.norn.conformance;

import dev.norn.graph.Binary;
import dev.norn.graph.Unary;
import dev.norn.tensor.DType;

/**
 * How exact an operation has to be: the only place where a number is allowed. What follows for a whole program,
 * {@link ErrorBounds} works out.
 *
 * <p>Arithmetic, comparisons and conversions are correctly rounded, as IEEE 754 demands: on exact operands a backend has
 * the same bits as the reference. The other functions may be off by a few units in the last place, as far as the OpenCL 1.2
 * specification (section 7.4) allows it, which the vector library of the JDK and CUDA keep too. A sum of n terms may be
 * made in any order: each order is within n u Σ|x| (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition,
 * 2002, equation 4.4), and exact where the terms are multiples of a power of two so great that no partial sum rounds.
 */
final class Tolerance {

    /** Most relative difference between the losses of two trainings, step by step the same but for rounding. */
    static final double TRAINING_F64 = 1e-9;
    static final double TRAINING_F32 = 1e-4;

    /**
     * Most difference between the losses of one step of two trainings of hundreds of steps, relative to the loss. What a step's
     * rounding does to the weights, later steps carry on; while the loss falls, that was not seen to grow beyond a few units in
     * the last place of the loss. In F32, SIMD kernels and OpenCL on a CPU were seen to differ by up to 6e-7 from the
     * reference in any of the steps of {@code verify}'s trainings, and a backend whose functions are all as inexact as granted
     * below by 2e-6; in F64, by 2e-15. A learning rate wrong by a thousandth shows within the first steps.
     */
    static double curve(DType dtype) {
        return dtype == DType.F32 ? 5e-6 : 1e-9;
    }

    private Tolerance() {}

    /** Most difference, relative to the greater of the result and 1, from a formula of some ten operations, iterated. */
    static double formula(DType dtype) {
        return 200 * unit(dtype);
    }

    /** The unit roundoff: a rounding changes x by at most u|x|. */
    static double unit(DType dtype) {
        return switch (dtype) {
            case F32 -> 0x1p-24;
            case F64 -> 0x1p-53;
            case I32, UNORM8 -> 0;
        };
    }

    /** Integers up to 2 to this power are exact. */
    static int precision(DType dtype) {
        return dtype == DType.F32 ? 24 : 53;
    }

    /** The greatest finite number. */
    static double greatest(DType dtype) {
        return dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
    }

    /** Half the distance between numbers next to 0. */
    static double smallest(DType dtype) {
        return dtype == DType.F32 ? Float.MIN_VALUE : dtype == DType.F64 ? Double.MIN_VALUE : 0;
    }

    /** A result this small may be anything that is as small: few libraries keep the last bits of subnormal results. */
    static double subnormal(DType dtype) {
        return dtype == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    }

    /** Most units in the last place that a result may be from the right one; 0: correctly rounded. */
    static int ulps(Unary fn, DType dtype) {
        return switch (fn) {
            case NEG, ABS, SIGN, FLOOR, RELU -> 0;
            case SQRT -> dtype == DType.F32 ? 3 : 1;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS -> 4;
            case TANH -> 6;
            // exp, an addition and a division.
            case SIGMOID -> 8;
            case ERF -> 16;
        };
    }

    /** As {@link #ulps(Unary, DType)}. */
    static int ulps(Binary fn, DType dtype) {
        return switch (fn) {
            case ADD, SUB, MUL, MAX, MIN, LESS, LESS_OR_EQUAL, EQUAL -> 0;
            case DIV -> dtype == DType.F32 ? 3 : 1;
            case POW -> 16;
        };
    }
}
