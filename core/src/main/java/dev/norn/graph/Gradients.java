package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation, from graph to graph (Griewank and Walther, "Evaluating Derivatives", 2nd edition, 2008,
 * section 3.2): one rule per operation, in one table. The result is built of the same operations, so it can be fused, run
 * anywhere, and differentiated again.
 */
public final class Gradients {

    /**
     * How a gradient passes through an operation backwards: given the tensor and the gradient with respect to it, the
     * gradients with respect to its operands, null where there is none.
     */
    interface Rule {
        List<Tensor> apply(Tensor y, Tensor g);
    }

    /** The rules. The enums' derivatives are beside their meanings, in {@link Unary} and {@link Binary}. */
    static final Map<Class<? extends Op>, Rule> RULES = rules();

    private Gradients() {}

    private static Map<Class<? extends Op>, Rule> rules() {
        Map<Class<? extends Op>, Rule> table = new HashMap<>();
        for (Class<? extends Op> leaf : List.of(
                Op.Constant.class, Op.Literal.class, Op.Input.class, Op.Read.class, Op.Iota.class)) {
            table.put(leaf, (y, g) -> List.of());
        }
        table.put(Op.Uniform.class, (y, g) -> Collections.singletonList(null));
        table.put(Op.Detach.class, (y, g) -> Collections.singletonList(null));
        table.put(Unary.class, (y, g) ->
                Collections.singletonList(((Unary) y.op()).derive(y.inputs().get(0), y, g)));
        table.put(Binary.class, (y, g) -> {
            Tensor a = y.inputs().get(0);
            Tensor b = y.inputs().get(1);
            Binary fn = (Binary) y.op();
            return Arrays.asList(fn.deriveLeft(a, b, y, g), fn.deriveRight(a, b, y, g));
        });
        table.put(Op.Where.class, (y, g) -> {
            Tensor condition = y.inputs().get(0);
            Tensor zero = Tensor.full(g.dtype(), g.shape(), 0);
            return Arrays.asList(null, Tensor.where(condition, g, zero), Tensor.where(condition, zero, g));
        });
        table.put(Op.Cast.class, (y, g) ->
                Collections.singletonList(y.inputs().get(0).dtype().isFloating() ? g.cast(y.inputs().get(0).dtype()) : null));
        table.put(Op.Broadcast.class, (y, g) -> List.of(unbroadcast(y.inputs().get(0).shape(), g)));
        table.put(Op.Transpose.class, (y, g) -> List.of(g.transpose()));
        table.put(Op.View.class, (y, g) -> List.of(unview(y, g)));
        table.put(Op.Concat.class, (y, g) -> {
            List<Tensor> parts = new ArrayList<>();
            int offset = 0;
            for (Tensor part : y.inputs()) {
                parts.add(g.view(offset, part.shape()));
                offset += part.shape().size();
            }
            return parts;
        });
        table.put(Op.Fold.class, (y, g) -> List.of(unfold(y, g)));
        table.put(Op.MatMul.class, (y, g) -> {
            // C = A·B: ∂A = ∂C·Bᵀ, ∂B = Aᵀ·∂C; where an operand is transposed, so is its gradient.
            Op.MatMul op = (Op.MatMul) y.op();
            Tensor a = y.inputs().get(0);
            Tensor b = y.inputs().get(1);
            Tensor da = op.transposeA() ? b.matmul(g, op.transposeB(), true) : g.matmul(b, false, !op.transposeB());
            Tensor db = op.transposeB() ? g.matmul(a, true, op.transposeA()) : a.matmul(g, !op.transposeA(), false);
            return List.of(da, db);
        });
        table.put(Op.Gather.class, (y, g) -> Arrays.asList(ungather(y, g), null));
        return Map.copyOf(table);
    }

    /** The sum over what was repeated. */
    private static Tensor unbroadcast(Shape from, Tensor g) {
        int[] repeated = java.util.stream.IntStream.range(0, from.rank())
                .filter(axis -> from.dim(axis) != g.shape().dim(axis)).toArray();
        return g.foldKeepingAxes(Reduction.SUM, repeated);
    }

    /** The gradient where the view looked, zeros elsewhere. */
    private static Tensor unview(Tensor y, Tensor g) {
        Tensor x = y.inputs().get(0);
        int offset = ((Op.View) y.op()).offset();
        int after = x.shape().size() - offset - y.shape().size();
        List<Tensor> parts = new ArrayList<>();
        if (offset > 0) {
            parts.add(Tensor.full(g.dtype(), Shape.of(offset), 0));
        }
        parts.add(g);
        if (after > 0) {
            parts.add(Tensor.full(g.dtype(), Shape.of(after), 0));
        }
        Tensor flat = parts.size() == 1 ? g : Tensor.concat(parts);
        return flat.view(0, x.shape());
    }

    /** A sum's gradient goes to all elements, an extremum's to those that attain it, in equal shares. */
    private static Tensor unfold(Tensor y, Tensor g) {
        Tensor x = y.inputs().get(0);
        Op.Fold op = (Op.Fold) y.op();
        if (op.reduction() == Reduction.SUM) {
            return g.broadcast(x.shape());
        }
        Tensor attained = x.equal(y.broadcast(x.shape()));
        Tensor count = attained.foldKeepingAxes(Reduction.SUM, op.axes().stream().mapToInt(Integer::intValue).toArray());
        return attained.mul(g.div(count));
    }

    /**
     * Row i of the table receives the sum of the gradients of the rows taken from it: a product with the one-hot matrix of
     * the indices, which has one order of summation on every backend, as scattered additions would not.
     */
    private static Tensor ungather(Tensor y, Tensor g) {
        Tensor table = y.inputs().get(0);
        int n = table.shape().dim(0);
        int taken = y.shape().dim(0);
        Tensor clamped = y.inputs().get(1).maximum(0).minimum(n - 1);
        Tensor oneHot = Tensor.iota(Shape.of(taken, n), 1).equal(clamped.reshape(taken, 1)).cast(g.dtype());
        Tensor rows = g.reshape(taken, table.shape().size() / n);
        return oneHot.matmul(rows, true, false).reshape(table.shape().dims());
    }

    /**
     * The gradients of a scalar with respect to tensors it depends on.
     *
     * @param loss a floating scalar (one element)
     * @param wrt floating tensors, usually reads of variables or views of them
     * @return a tensor of the same shape and type for each of {@code wrt}; zeros for one that {@code loss} does not depend on
     * @throws IllegalArgumentException if {@code loss} has more than one element, or a type is not floating
     */
    public static List<Tensor> of(Tensor loss, List<Tensor> wrt) {
        if (loss.shape().size() != 1 || !loss.dtype().isFloating()) {
            throw new IllegalArgumentException("gradients: the loss must be one floating number, it is " + loss);
        }
        List<Tensor> order = Graphs.topological(List.of(loss));
        Set<Tensor> relevant = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor x : wrt) {
            if (!x.dtype().isFloating()) {
                throw new IllegalArgumentException("gradients: cannot differentiate with respect to " + x);
            }
            relevant.add(x);
        }
        for (Tensor t : order) {
            if (t.inputs().stream().anyMatch(relevant::contains)) {
                relevant.add(t);
            }
        }
        Map<Tensor, Tensor> gradients = new IdentityHashMap<>();
        gradients.put(loss, Tensor.full(loss.dtype(), loss.shape(), 1));
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor y = order.get(i);
            Tensor g = gradients.get(y);
            if (g == null || !relevant.contains(y) || y.inputs().stream().noneMatch(relevant::contains)) {
                continue;
            }
            List<Tensor> contributions = RULES.get(y.op().getClass()).apply(y, g);
            for (int k = 0; k < contributions.size(); k++) {
                Tensor x = y.inputs().get(k);
                Tensor contribution = contributions.get(k);
                if (contribution != null && relevant.contains(x) && x.dtype().isFloating()) {
                    gradients.merge(x, contribution, Tensor::add);
                }
            }
        }
        List<Tensor> result = new ArrayList<>();
        for (Tensor x : wrt) {
            Tensor g = gradients.get(x);
            result.add(g != null ? g : Tensor.full(x.dtype(), x.shape(), 0));
        }
        return result;
    }
}
