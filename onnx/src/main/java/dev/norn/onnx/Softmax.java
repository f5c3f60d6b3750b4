package dev.norn.onnx;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import java.util.List;

/** Finds {@link Tensor#softmax} in a graph: runtimes have it as one operation. */
final class Softmax {

    private Softmax() {}

    /** Whether {@code t} is exp(x - max x) / Σ exp(x - max x) along the innermost axis. */
    static boolean is(Tensor t) {
        if (t.op() != Binary.DIV || t.inputs().get(0).op() != Unary.EXP) {
            return false;
        }
        Tensor exponential = t.inputs().get(0);
        Tensor difference = exponential.inputs().get(0);
        return difference.op() == Binary.SUB
                && isFold(t.inputs().get(1), Reduction.SUM, exponential)
                && isFold(difference.inputs().get(1), Reduction.MAX, difference.inputs().get(0));
    }

    /** Whether {@code t} is the fold of {@code x}'s rows, broadcast to their length. */
    private static boolean isFold(Tensor t, Reduction reduction, Tensor x) {
        Tensor fold = t;
        while (fold.op() instanceof Op.Broadcast || fold.op() instanceof Op.Detach) {
            fold = fold.inputs().get(0);
        }
        return fold.op().equals(new Op.Fold(reduction, List.of(x.shape().rank() - 1))) && fold.inputs().get(0) == x;
    }
}
