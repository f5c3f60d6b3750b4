package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A symbolic value: what it is computed by, from which tensors, and its shape and element type. Nothing is computed until
 * a {@link Program} is compiled and run. Immutable. Shapes broadcast as in NumPy; types never convert silently.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(NdArray.vector(1, 2, 3));
 * Tensor y = x.mul(x).sum(); // 14, once it is evaluated
 * }</pre>
 */
public final class Tensor {

    private final Op op;
    private final DType dtype;
    private final Shape shape;
    private final List<Tensor> inputs;

    /** For this package and the simplifier: no checks but one. */
    Tensor(Op op, DType dtype, Shape shape, Tensor... inputs) {
        boolean moves = op instanceof Op.View;
        for (Tensor input : inputs) {
            if (!moves && !(op instanceof Op.Gather)) {
                requireComputable(op, input.dtype);
            }
        }
        if (!moves && inputs.length > 0) {
            requireComputable(op, dtype);
        }
        this.op = op;
        this.dtype = dtype;
        this.shape = shape;
        this.inputs = List.of(inputs);
    }

    /** @throws IllegalArgumentException if the type is one that is only stored */
    static void requireComputable(Object what, DType dtype) {
        if (dtype == DType.UNORM8) {
            throw new IllegalArgumentException(what + ": UNORM8 is a type to store, not to compute in; gather() makes F32 of its rows");
        }
    }

    // ---- leaves

    /** A scalar constant. */
    public static Tensor scalar(DType dtype, double value) {
        return full(dtype, Shape.SCALAR, value);
    }

    /** {@code value}, rounded to the type, everywhere. */
    public static Tensor full(DType dtype, Shape shape, double value) {
        requireComputable("full", dtype);
        return new Tensor(new Op.Constant(dtype.round(value)), dtype, shape);
    }

    /** Given numbers; the array is not copied and must not change. */
    public static Tensor of(NdArray value) {
        return new Tensor(new Op.Literal(value), value.dtype(), value.shape());
    }

    /** A value that the caller sets, by name, before a run. */
    public static Tensor input(String name, DType dtype, Shape shape) {
        return new Tensor(new Op.Input(name), dtype, shape);
    }

    /** I32: every element is its own index along {@code axis}. */
    public static Tensor iota(Shape shape, int axis) {
        return new Tensor(new Op.Iota(shape.axis(axis)), DType.I32, shape);
    }

    /** I32 vector 0 … n-1. */
    public static Tensor iota(int n) {
        return iota(Shape.of(n), 0);
    }

    /**
     * Uniform random numbers in [0, 1), the same on every backend.
     *
     * @param seed the user's seed
     * @param stream which of the seed's independent streams, 0 to 254
     * @param counter I32 scalar: another number, other draws; usually the step's number (its low 24 bits count)
     */
    public static Tensor uniform(DType dtype, Shape shape, long seed, int stream, Tensor counter) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("uniform: the type must be F32 or F64, it is " + dtype);
        }
        if (stream < 0 || stream > 254) {
            throw new IllegalArgumentException("uniform: stream must be 0 to 254, it is " + stream);
        }
        if (counter.dtype != DType.I32 || counter.shape.rank() != 0) {
            throw new IllegalArgumentException("uniform: the counter must be an I32 scalar, it is " + counter);
        }
        return new Tensor(new Op.Uniform(seed, stream), dtype, shape, counter);
    }

    // ---- elementwise, one operand

    private Tensor apply(Unary fn) {
        if (!dtype.isFloating() && !fn.onIntegers()) {
            throw new IllegalArgumentException(fn + " needs F32 or F64, the operand is " + this);
        }
        return new Tensor(fn, dtype, shape, this);
    }

    public Tensor neg() {
        return apply(Unary.NEG);
    }

    public Tensor abs() {
        return apply(Unary.ABS);
    }

    public Tensor sign() {
        return apply(Unary.SIGN);
    }

    public Tensor floor() {
        return apply(Unary.FLOOR);
    }

    public Tensor sqrt() {
        return apply(Unary.SQRT);
    }

    public Tensor square() {
        return mul(this);
    }

    public Tensor exp() {
        return apply(Unary.EXP);
    }

    /** exp(x) - 1, exact near 0. */
    public Tensor expm1() {
        return apply(Unary.EXPM1);
    }

    public Tensor log() {
        return apply(Unary.LOG);
    }

    /** log(1 + x), exact near 0. */
    public Tensor log1p() {
        return apply(Unary.LOG1P);
    }

    public Tensor sin() {
        return apply(Unary.SIN);
    }

    public Tensor cos() {
        return apply(Unary.COS);
    }

    public Tensor tanh() {
        return apply(Unary.TANH);
    }

    /** 1 / (1 + exp(-x)). */
    public Tensor sigmoid() {
        return apply(Unary.SIGMOID);
    }

    /** max(x, 0). */
    public Tensor relu() {
        return apply(Unary.RELU);
    }

    /** The error function. */
    public Tensor erf() {
        return apply(Unary.ERF);
    }

    /** log(1 + exp(x)), without overflow. */
    public Tensor softplus() {
        return relu().add(abs().neg().exp().log1p());
    }

    /** Conversion to another element type, as {@link DType#round} does it. */
    public Tensor cast(DType to) {
        return to == dtype ? this : new Tensor(new Op.Cast(to), to, shape, this);
    }

    // ---- elementwise, two operands

    private Tensor apply(Binary fn, Tensor other) {
        if (dtype != other.dtype) {
            throw new IllegalArgumentException(
                    fn + ": the operands " + this + " and " + other + " have different types; cast() one of them");
        }
        if (!dtype.isFloating() && !fn.onIntegers()) {
            throw new IllegalArgumentException(fn + " needs F32 or F64, the operands are " + this + " and " + other);
        }
        Shape common = Shape.broadcast(fn.toString(), shape, other.shape);
        return new Tensor(fn, dtype, common, broadcast(common), other.broadcast(common));
    }

    private Tensor like(double value) {
        return full(dtype, shape, value);
    }

    public Tensor add(Tensor other) {
        return apply(Binary.ADD, other);
    }

    public Tensor add(double value) {
        return add(like(value));
    }

    public Tensor sub(Tensor other) {
        return apply(Binary.SUB, other);
    }

    public Tensor sub(double value) {
        return sub(like(value));
    }

    /** {@code value - this}. */
    public Tensor rsub(double value) {
        return like(value).sub(this);
    }

    public Tensor mul(Tensor other) {
        return apply(Binary.MUL, other);
    }

    public Tensor mul(double value) {
        return mul(like(value));
    }

    public Tensor div(Tensor other) {
        return apply(Binary.DIV, other);
    }

    public Tensor div(double value) {
        return div(like(value));
    }

    /** {@code value / this}. */
    public Tensor rdiv(double value) {
        return like(value).div(this);
    }

    public Tensor pow(Tensor other) {
        return apply(Binary.POW, other);
    }

    public Tensor pow(double exponent) {
        return pow(like(exponent));
    }

    /** The greater of two, element by element; NaN if either is. */
    public Tensor maximum(Tensor other) {
        return apply(Binary.MAX, other);
    }

    public Tensor maximum(double value) {
        return maximum(like(value));
    }

    /** The smaller of two, element by element; NaN if either is. */
    public Tensor minimum(Tensor other) {
        return apply(Binary.MIN, other);
    }

    public Tensor minimum(double value) {
        return minimum(like(value));
    }

    /** 1 where this is less than the other, else 0. */
    public Tensor less(Tensor other) {
        return apply(Binary.LESS, other);
    }

    public Tensor less(double value) {
        return less(like(value));
    }

    public Tensor lessOrEqual(Tensor other) {
        return apply(Binary.LESS_OR_EQUAL, other);
    }

    public Tensor lessOrEqual(double value) {
        return lessOrEqual(like(value));
    }

    public Tensor greater(Tensor other) {
        return other.less(this);
    }

    public Tensor greater(double value) {
        return like(value).less(this);
    }

    /** 1 where this equals the other, else 0; NaN equals nothing. */
    public Tensor equal(Tensor other) {
        return apply(Binary.EQUAL, other);
    }

    public Tensor equal(double value) {
        return equal(like(value));
    }

    /** {@code condition != 0 ? a : b}, element by element; all three of one type. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        if (a.dtype != b.dtype || a.dtype != condition.dtype) {
            throw new IllegalArgumentException("where: the operands " + condition + ", " + a + " and " + b
                    + " have different types; cast() them");
        }
        Shape common = Shape.broadcast("where", condition.shape, Shape.broadcast("where", a.shape, b.shape));
        return new Tensor(new Op.Where(), a.dtype, common,
                condition.broadcast(common), a.broadcast(common), b.broadcast(common));
    }

    /** {@code this != 0 ? a : b}. */
    public Tensor where(Tensor a, double b) {
        return where(this, a, a.like(b));
    }

    // ---- shapes

    /**
     * This tensor repeated to {@code to}: axes of extent 1, or missing on the outside, are repeated.
     */
    public Tensor broadcast(Shape to) {
        if (shape.equals(to)) {
            return this;
        }
        if (!Shape.broadcast("broadcast", shape, to).equals(to)) {
            throw new IllegalArgumentException("broadcast: shape " + shape + " does not broadcast to " + to);
        }
        if (op instanceof Op.Constant constant) {
            return full(dtype, to, constant.value());
        }
        int[] dims = new int[to.rank()];
        Arrays.fill(dims, 1);
        System.arraycopy(shape.dims(), 0, dims, to.rank() - shape.rank(), shape.rank());
        Tensor aligned = reshape(dims);
        return aligned.shape.equals(to) ? aligned : new Tensor(new Op.Broadcast(), dtype, to, aligned);
    }

    /** The same elements, in row-major order, under another shape; one extent may be -1 and is worked out. */
    public Tensor reshape(int... dims) {
        int[] known = dims.clone();
        int open = -1;
        int product = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else {
                product *= dims[i];
            }
        }
        if (open >= 0) {
            known[open] = product == 0 ? 0 : shape.size() / product;
        }
        Shape to = Shape.of(known);
        if (to.size() != shape.size()) {
            throw new IllegalArgumentException("reshape: " + shape + " has " + shape.size() + " elements, "
                    + Arrays.toString(dims) + " cannot have as many");
        }
        return to.equals(shape) ? this : view(0, to);
    }

    /** {@code to.size()} consecutive elements, from flat index {@code offset}, under the shape {@code to}. */
    public Tensor view(int offset, Shape to) {
        if (offset < 0 || (long) offset + to.size() > shape.size()) {
            throw new IllegalArgumentException("view: elements " + offset + " to " + ((long) offset + to.size())
                    + " do not lie within shape " + shape);
        }
        return new Tensor(new Op.View(offset), dtype, to, this);
    }

    /** The operands' elements one after another, as a vector. */
    public static Tensor concat(List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("concat: needs at least one operand");
        }
        DType dtype = parts.get(0).dtype;
        long size = 0;
        for (Tensor part : parts) {
            if (part.dtype != dtype) {
                throw new IllegalArgumentException(
                        "concat: the operands " + parts.get(0) + " and " + part + " have different types");
            }
            size += part.shape.size();
        }
        return new Tensor(new Op.Concat(), dtype, Shape.of(Math.toIntExact(size)), parts.toArray(Tensor[]::new));
    }

    /** The two innermost axes exchanged. */
    public Tensor transpose() {
        int rank = shape.rank();
        if (rank < 2) {
            throw new IllegalArgumentException("transpose: needs a rank of at least 2, the operand is " + this);
        }
        Shape to = shape.with(-1, shape.dim(-2)).with(-2, shape.dim(-1));
        return new Tensor(new Op.Transpose(), dtype, to, this);
    }

    // ---- reductions

    /** The fold over {@code axes} (all of them if none is named), which stay with extent 1. */
    public Tensor foldKeepingAxes(Reduction reduction, int... axes) {
        List<Integer> all = new ArrayList<>();
        for (int a = 0; a < shape.rank(); a++) {
            all.add(a);
        }
        List<Integer> chosen = axes.length == 0
                ? all
                : Arrays.stream(axes).map(shape::axis).sorted().distinct().boxed().toList();
        if (chosen.isEmpty()) {
            return this;
        }
        Shape to = shape;
        for (int axis : chosen) {
            to = to.with(axis, 1);
        }
        return new Tensor(new Op.Fold(reduction, chosen), dtype, to, this);
    }

    private Tensor fold(Reduction reduction, int... axes) {
        Tensor kept = foldKeepingAxes(reduction, axes);
        boolean[] gone = new boolean[shape.rank()];
        Arrays.fill(gone, axes.length == 0);
        for (int axis : axes) {
            gone[shape.axis(axis)] = true;
        }
        int[] dims = java.util.stream.IntStream.range(0, shape.rank()).filter(a -> !gone[a]).map(shape::dim).toArray();
        return kept.reshape(dims);
    }

    /** The sum over {@code axes}, or over everything if none is named. Over nothing it is 0. */
    public Tensor sum(int... axes) {
        return fold(Reduction.SUM, axes);
    }

    /** The mean over {@code axes}, or over everything if none is named. */
    public Tensor mean(int... axes) {
        Tensor sum = sum(axes);
        return sum.mul((double) sum.shape.size() / shape.size());
    }

    /** The greatest element along {@code axes}, or of all if none is named; NaN if any is. Over nothing it is -∞. */
    public Tensor max(int... axes) {
        return fold(Reduction.MAX, axes);
    }

    /** The smallest element along {@code axes}, or of all if none is named; NaN if any is. Over nothing it is ∞. */
    public Tensor min(int... axes) {
        return fold(Reduction.MIN, axes);
    }

    /**
     * I32, the innermost axis gone: the index of its greatest element, the lowest if there are several. Where an element
     * is NaN the index is the axis' extent, which is no element's.
     */
    public Tensor argmax() {
        int last = shape.rank() - 1;
        int extent = shape.dim(last);
        Tensor best = foldKeepingAxes(Reduction.MAX, last);
        Tensor index = iota(shape, last).cast(dtype);
        return where(equal(best), index, index.like(extent)).min(last).cast(DType.I32);
    }

    /** log Σ exp along the innermost axis, which stays with extent 1; without overflow. */
    public Tensor logSumExp() {
        // The maximum cancels: it needs no gradient.
        Tensor max = foldKeepingAxes(Reduction.MAX, -1).detached();
        return sub(max).exp().foldKeepingAxes(Reduction.SUM, -1).log().add(max);
    }

    /** exp(x) / Σ exp(x) along the innermost axis; without overflow. */
    public Tensor softmax() {
        Tensor e = sub(foldKeepingAxes(Reduction.MAX, -1).detached()).exp();
        return e.div(e.foldKeepingAxes(Reduction.SUM, -1));
    }

    // ---- the rest

    /** The matrix product: [m, k] times [k, n] is [m, n]. */
    public Tensor matmul(Tensor other) {
        return matmul(other, false, false);
    }

    /** op(this)·op(other), where op transposes if asked to. */
    public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
        boolean matrices = shape.rank() == 2 && other.shape.rank() == 2;
        int k = matrices ? shape.dim(transposeThis ? 0 : 1) : 0;
        if (!matrices || k != other.shape.dim(transposeOther ? 1 : 0)) {
            throw new IllegalArgumentException("matmul: shapes " + shape + (transposeThis ? "ᵀ" : "") + " and "
                    + other.shape + (transposeOther ? "ᵀ" : "") + " do not multiply; [m, k] and [k, n] do");
        }
        if (dtype != other.dtype || !dtype.isFloating()) {
            throw new IllegalArgumentException(
                    "matmul: the operands must both be F32 or both F64, they are " + this + " and " + other);
        }
        Shape to = Shape.of(shape.dim(transposeThis ? 1 : 0), other.shape.dim(transposeOther ? 0 : 1));
        return new Tensor(new Op.MatMul(transposeThis, transposeOther), dtype, to, this, other);
    }

    /**
     * Rows of this table along its outermost axis: [n, …] by an I32 vector [b] is [b, …]. An index outside the table is
     * taken as the nearest inside. Of the table's type; rows of a UNORM8 table are F32.
     */
    public Tensor gather(Tensor indices) {
        if (shape.rank() == 0 || shape.dim(0) == 0) {
            throw new IllegalArgumentException("gather: the table " + this + " has no rows");
        }
        if (indices.dtype != DType.I32 || indices.shape.rank() != 1) {
            throw new IllegalArgumentException("gather: the indices must be an I32 vector, they are " + indices);
        }
        DType to = dtype == DType.UNORM8 ? DType.F32 : dtype;
        return new Tensor(new Op.Gather(), to, shape.with(0, indices.shape.dim(0)), this, indices);
    }

    /** This tensor's operation on other operands, of the same shapes and types as its own. */
    public Tensor withInputs(List<Tensor> replaced) {
        return new Tensor(op, dtype, shape, replaced.toArray(Tensor[]::new));
    }

    /** This value as a constant: no gradient passes through it. */
    public Tensor detached() {
        return new Tensor(new Op.Detach(), dtype, shape, this);
    }

    /** A copy, materialised in memory of its own. */
    public Tensor copied() {
        return new Tensor(new Op.Cast(dtype), dtype, shape, this);
    }

    /** What computes it. */
    public Op op() {
        return op;
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The extents. */
    public Shape shape() {
        return shape;
    }

    /** The operands. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** For instance {@code ADD F32[20, 10]}. */
    @Override
    public String toString() {
        String name = op instanceof Enum<?> e ? e.name() : op.getClass().getSimpleName();
        return name + " " + dtype + shape;
    }
}
