package dev.norn.schedule;

import dev.norn.graph.Op;
import dev.norn.graph.Reduction;
import dev.norn.tensor.DType;

/**
 * One value of a kernel's {@link Body}, in single assignment: {@code args} are indices of earlier instructions. A
 * {@code strides} array has an entry for each of the body's dimensions: how far an index moves when that coordinate grows
 * by one (0: does not depend on it).
 */
public sealed interface Instr {

    /** The type of the value. */
    DType dtype();

    /** The element at {@code slot.offset() + Σ strides·coordinates}. */
    record Load(DType dtype, Slot slot, int[] strides) implements Instr {}

    /** A number. */
    record Const(DType dtype, double value) implements Instr {}

    /** I32: {@code Σ strides·coordinates}. */
    record Index(int[] strides) implements Instr {
        @Override
        public DType dtype() {
            return DType.I32;
        }
    }

    /**
     * An elementwise operation: a {@link dev.norn.graph.Unary}, a {@link dev.norn.graph.Binary}, {@link Op.Where} or
     * {@link Op.Cast}.
     */
    record Compute(DType dtype, Op fn, int... args) implements Instr {}

    /**
     * The random number of {@link Op.Uniform}: Threefry under the key {@code seed} at the counter
     * ({@code Σ strides·coordinates}, {@code stream << 24 | value of counter & 0xFFFFFF}).
     */
    record Random(DType dtype, long seed, int stream, int counter, int[] strides) implements Instr {}

    /** The matrix product's element. Only in the epilogue of {@link Kernel.MatMul}. */
    record Product(DType dtype) implements Instr {}

    /** {@code arg} folded along the body's fold dimension. Only in {@link Kernel.Rows} and {@link Kernel.Reduce}. */
    record Fold(DType dtype, Reduction reduction, int arg) implements Instr {}
}
