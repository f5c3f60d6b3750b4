package dev.norn.schedule;

import dev.norn.graph.Op;
import dev.norn.graph.Tensor;

/** How the scheduler sees the operations. */
enum Nodes {
    /** In memory before the step begins. */
    SOURCE,
    /** A view: other tensor's memory. */
    ALIAS,
    /** Known from the coordinates alone; needs no memory. */
    INDEXED,
    /** Another way to address its operand. */
    MOVE,
    ELEMENTWISE,
    FOLD,
    MATMUL,
    GATHER,
    CONCAT;

    static Nodes of(Tensor t) {
        Op op = t.op();
        if (op instanceof Op.Literal || op instanceof Op.Input || op instanceof Op.Read) {
            return SOURCE;
        }
        if (op instanceof Op.View) {
            return ALIAS;
        }
        if (op instanceof Op.Constant || op instanceof Op.Iota) {
            return INDEXED;
        }
        if (op instanceof Op.Broadcast || op instanceof Op.Transpose) {
            return MOVE;
        }
        if (op instanceof Op.Fold) {
            return FOLD;
        }
        if (op instanceof Op.MatMul) {
            return MATMUL;
        }
        if (op instanceof Op.Gather) {
            return GATHER;
        }
        return op instanceof Op.Concat ? CONCAT : ELEMENTWISE;
    }

    /** Whether a tensor is a copy of another, made to have memory of its own. */
    static boolean isCopy(Tensor t) {
        return t.op() instanceof Op.Cast && t.dtype() == t.inputs().get(0).dtype();
    }

    /** The tensor whose memory {@code t} is, or is a part of. */
    static Tensor base(Tensor t) {
        Tensor b = t;
        while (b.op() instanceof Op.View) {
            b = b.inputs().get(0);
        }
        return b;
    }

    /** Where in its {@link #base} {@code t} begins. */
    static int offset(Tensor t) {
        int offset = 0;
        for (Tensor b = t; b.op() instanceof Op.View view; b = b.inputs().get(0)) {
            offset += view.offset();
        }
        return offset;
    }
}
