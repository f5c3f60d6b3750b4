package dev.norn.schedule;

import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * An equivalent, smaller graph: constants computed, identities removed, equal values shared, transpositions and views
 * absorbed, folds over several runs of axes taken apart. What no root needs is not in the result.
 */
final class Simplifier {

    /** Equal keys, equal values: the operands are compared by identity, they are unique themselves. */
    private record Key(Object op, DType dtype, Shape shape, List<Integer> inputs) {}

    private final Map<Key, Tensor> unique = new HashMap<>();
    private final Map<Tensor, Integer> ids = new IdentityHashMap<>();
    private final Map<Tensor, Tensor> simplified = new IdentityHashMap<>();

    private Simplifier() {}

    static Program simplify(Program program) {
        Simplifier s = new Simplifier();
        for (Tensor t : Graphs.topological(program.roots())) {
            List<Tensor> inputs = t.inputs().stream().map(s.simplified::get).toList();
            s.simplified.put(t, s.rebuild(t, inputs));
        }
        return program.withRoots(program.roots().stream().map(s.simplified::get).toList());
    }

    /** The one tensor that stands for all with this operation on these (simplified) operands. */
    private Tensor share(Tensor t) {
        List<Integer> inputs = new ArrayList<>(t.inputs().stream().map(ids::get).toList());
        if (t.op() instanceof Binary fn && fn.isCommutative()) {
            inputs.sort(null);
        }
        Object op = t.op() instanceof Op.Literal literal ? new Identity(literal.value()) : t.op();
        Tensor first = unique.putIfAbsent(new Key(op, t.dtype(), t.shape(), inputs), t);
        if (first != null) {
            return first;
        }
        ids.put(t, ids.size());
        return t;
    }

    private record Identity(Object object) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Identity that && object == that.object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }

    /** {@code t} on simplified operands: simplified itself, and shared. */
    private Tensor rebuild(Tensor t, List<Tensor> inputs) {
        Tensor better = rule(t, inputs);
        return better != null ? shareAll(better) : share(t.withInputs(inputs));
    }

    /** A rule may build several new tensors at once; those it found are shared already. */
    private Tensor shareAll(Tensor t) {
        if (ids.containsKey(t)) {
            return t;
        }
        List<Tensor> inputs = t.inputs().stream().map(this::shareAll).toList();
        return rebuild(t, inputs);
    }

    private static boolean isConstant(Tensor t, double value) {
        return t.op() instanceof Op.Constant c && Double.compare(c.value(), value) == 0;
    }

    /** What a sum of t's type is not changed by. */
    private static double none(Tensor t) {
        return t.dtype() == DType.I32 ? 0.0 : -0.0;
    }

    private static double constant(Tensor t) {
        return ((Op.Constant) t.op()).value();
    }

    private static boolean allConstant(List<Tensor> inputs) {
        return !inputs.isEmpty() && inputs.stream().allMatch(x -> x.op() instanceof Op.Constant);
    }

    /** What {@code t} on these operands can be replaced by, or null. */
    private static Tensor rule(Tensor t, List<Tensor> in) {
        Op op = t.op();
        if (op instanceof Unary fn) {
            if (allConstant(in)) {
                double c = constant(in.get(0));
                return Tensor.full(t.dtype(), t.shape(), t.dtype() == DType.I32 ? fn.apply((int) c) : fn.apply(c));
            }
            return fn == Unary.NEG && in.get(0).op() == Unary.NEG ? in.get(0).inputs().get(0) : null;
        }
        if (op instanceof Binary fn) {
            return binary(t, fn, in);
        }
        if (op instanceof Op.Where && in.get(0).op() instanceof Op.Constant c) {
            return c.value() != 0 ? in.get(1) : in.get(2);
        }
        if (op instanceof Op.Detach) {
            return in.get(0);
        }
        if (op instanceof Op.Cast cast) {
            Tensor x = in.get(0);
            return x.dtype() == cast.dtype() ? x
                    : x.op() instanceof Op.Constant c ? Tensor.full(cast.dtype(), t.shape(), c.value()) : null;
        }
        if (op instanceof Op.Broadcast) {
            Tensor x = in.get(0);
            return x.op() instanceof Op.Constant || x.op() instanceof Op.Broadcast
                    ? (x.op() instanceof Op.Broadcast ? x.inputs().get(0) : x).broadcast(t.shape()) : null;
        }
        if (op instanceof Op.Transpose) {
            Tensor x = in.get(0);
            return x.op() instanceof Op.Constant c ? Tensor.full(t.dtype(), t.shape(), c.value())
                    : x.op() instanceof Op.Transpose ? x.inputs().get(0) : null;
        }
        if (op instanceof Op.View view) {
            return view(t, view, in.get(0));
        }
        if (op instanceof Op.Concat && in.size() == 1) {
            return in.get(0).reshape(t.shape().size());
        }
        if (op instanceof Op.Fold fold) {
            return fold(t, fold, in.get(0));
        }
        return op instanceof Op.MatMul mul ? product(t, mul, in.get(0), in.get(1)) : null;
    }

    private static Tensor product(Tensor t, Op.MatMul mul, Tensor a, Tensor b) {
        int m = t.shape().dim(0);
        int n = t.shape().dim(1);
        if (a.shape().size() == m && b.shape().size() == n) {
            // A column by a row: nothing is summed, so it fuses as elementwise operations do.
            return a.reshape(m, 1).broadcast(t.shape()).mul(b.reshape(1, n).broadcast(t.shape()));
        }
        boolean ta = a.op() instanceof Op.Transpose;
        boolean tb = b.op() instanceof Op.Transpose;
        return ta || tb
                ? (ta ? a.inputs().get(0) : a).matmul(tb ? b.inputs().get(0) : b, mul.transposeA() ^ ta, mul.transposeB() ^ tb)
                : null;
    }

    private static Tensor binary(Tensor t, Binary fn, List<Tensor> in) {
        Tensor a = in.get(0);
        Tensor b = in.get(1);
        if (allConstant(in)) {
            double value = t.dtype() == DType.I32
                    ? fn.apply((int) constant(a), (int) constant(b))
                    : fn.apply(constant(a), constant(b));
            return Tensor.full(t.dtype(), t.shape(), value);
        }
        return switch (fn) {
            // Not 0.0: -0.0 + 0.0 is 0.0.
            case ADD -> isConstant(a, none(t)) ? b : isConstant(b, none(t)) ? a : null;
            case SUB -> isConstant(b, 0.0) ? a : null;
            case MUL -> isConstant(a, 1) ? b : isConstant(b, 1) ? a : null;
            case DIV -> isConstant(b, 1) ? a : null;
            case POW -> isConstant(b, 1) ? a : isConstant(b, 2) ? a.mul(a) : null;
            default -> null;
        };
    }

    private static Tensor view(Tensor t, Op.View view, Tensor x) {
        if (x.shape().equals(t.shape())) {
            return x;
        }
        if (x.op() instanceof Op.Constant c) {
            return Tensor.full(t.dtype(), t.shape(), c.value());
        }
        if (x.op() instanceof Op.View inner) {
            return x.inputs().get(0).view(inner.offset() + view.offset(), t.shape());
        }
        if (x.op() instanceof Op.Concat) {
            // A view of one part of a concatenation needs that part only.
            int start = 0;
            for (Tensor part : x.inputs()) {
                int size = part.shape().size();
                if (view.offset() >= start && view.offset() + t.shape().size() <= start + size && t.shape().size() > 0) {
                    return part.view(view.offset() - start, t.shape());
                }
                start += size;
            }
        }
        return null;
    }

    private static Tensor fold(Tensor t, Op.Fold fold, Tensor x) {
        List<Integer> axes = fold.axes().stream().filter(a -> x.shape().dim(a) != 1).toList();
        if (axes.isEmpty()) {
            return x;
        }
        if (x.op() instanceof Op.Constant c) {
            int n = x.shape().size() / Math.max(1, t.shape().size());
            double value = n == 0 ? fold.reduction().identity()
                    : fold.reduction() != Reduction.SUM ? c.value()
                    : t.dtype() == DType.I32 ? n * (int) c.value() : n * c.value();
            return Tensor.full(t.dtype(), t.shape(), value);
        }
        // Axes from the innermost outwards, up to the first gap: those are one fold, the others another.
        int first = axes.size() - 1;
        while (first > 0 && adjacent(x.shape(), axes.get(first - 1), axes.get(first))) {
            first--;
        }
        List<Integer> inner = axes.subList(first, axes.size());
        if (inner.size() == fold.axes().size()) {
            return null;
        }
        Tensor folded = x.foldKeepingAxes(fold.reduction(), inner.stream().mapToInt(Integer::intValue).toArray());
        return first == 0 ? folded
                : folded.foldKeepingAxes(fold.reduction(), axes.subList(0, first).stream().mapToInt(Integer::intValue).toArray());
    }

    /** Whether only axes of extent 1 lie between. */
    private static boolean adjacent(Shape shape, int outer, int inner) {
        for (int a = outer + 1; a < inner; a++) {
            if (shape.dim(a) != 1) {
                return false;
            }
        }
        return true;
    }
}
