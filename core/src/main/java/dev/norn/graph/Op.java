package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.List;

/**
 * What a {@link Tensor} is computed by. The set is closed: the reference interpreter is its definition,
 * {@link Gradients} has a rule for each, and a backend sees none of it but {@link Unary}, {@link Binary} and
 * {@link Reduction}. Operands of elementwise operations have one shape and type: broadcasting and conversion are
 * operations of their own.
 */
public sealed interface Op permits Unary, Binary, Op.Constant, Op.Literal, Op.Input, Op.Read, Op.Iota, Op.Uniform,
        Op.Where, Op.Cast, Op.Detach, Op.Broadcast, Op.Transpose, Op.View, Op.Concat, Op.Fold, Op.MatMul, Op.Gather {

    /** One number, everywhere. */
    record Constant(double value) implements Op {}

    /** Given numbers. */
    record Literal(NdArray value) implements Op {}

    /** A value that the caller sets before a run. */
    record Input(String name) implements Op {}

    /** A variable's value at the start of the step. */
    record Read(Variable variable) implements Op {}

    /** I32: each element is its own index along {@code axis}. */
    record Iota(int axis) implements Op {}

    /**
     * Uniform numbers in [0, 1). Element i is {@link dev.norn.random.Threefry} under the key {@code seed}, at the counter
     * (i, s), where s is {@code stream << 24 | counter & 0xFFFFFF} and {@code counter}, the operand, is an I32 scalar (the
     * step's number).
     */
    record Uniform(long seed, int stream) implements Op {}

    /** The first operand selects: where it is not 0 the second, else the third. */
    record Where() implements Op {}

    /** Conversion, as {@link DType#round} does it. To the operand's own type it is a copy. */
    record Cast(DType dtype) implements Op {}

    /** The operand, through which no gradient passes. */
    record Detach() implements Op {}

    /** Extents of 1 repeated; the rank stays. */
    record Broadcast() implements Op {}

    /** The two innermost axes exchanged. */
    record Transpose() implements Op {}

    /** A contiguous run of the operand's elements, from {@code offset}, under another shape. Costs nothing. */
    record View(int offset) implements Op {}

    /** The operands' elements one after another, as a vector. */
    record Concat() implements Op {}

    /** A fold over some axes, which stay with extent 1. {@code axes} is ascending. */
    record Fold(Reduction reduction, List<Integer> axes) implements Op {}

    /** op(A)·op(B) of two matrices, either transposed. */
    record MatMul(boolean transposeA, boolean transposeB) implements Op {}

    /**
     * Rows of the first operand, along its outermost axis, by the I32 vector that is the second; of its type, or F32 if that
     * is UNORM8. An index outside the table is taken as the nearest inside.
     */
    record Gather() implements Op {}
}
