package dev.norn.conformance;

import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * For every element of every value of a program, how far a right backend can be from the reference: a running error
 * analysis (Wilkinson; Higham 2002, section 3.3). Operation by operation, the operands' errors are carried through, and
 * what {@link Tolerance} grants the operation is added. So the bounds of a whole training step follow from those of single
 * operations, and none has to be guessed.
 *
 * <p>A bound of 0 asks for the reference's very bits. An infinite one says that nothing can be said, for instance of a
 * comparison of two numbers that are closer than their errors: such an element is not checked.
 */
final class ErrorBounds {

    /** Room for the rounding in the analysis itself. */
    private static final double SLACK = 1.001;

    private final Map<Tensor, double[]> values;
    private final Map<Tensor, double[]> errors = new IdentityHashMap<>();

    private ErrorBounds(Map<Tensor, double[]> values) {
        this.values = values;
    }

    /**
     * The bounds; null where they all are 0.
     *
     * @param values what the reference computed
     * @param sources the bounds of what inputs and variables hold, null where they are exact
     */
    static Map<Tensor, double[]> of(Program program, Map<Tensor, double[]> values, Function<Tensor, double[]> sources) {
        ErrorBounds bounds = new ErrorBounds(values);
        for (Tensor t : Graphs.topological(program.roots())) {
            double[] error = t.op() instanceof Op.Input || t.op() instanceof Op.Read
                    ? sources.apply(t) : bounds.bound(t);
            if (error != null) {
                boolean exact = true;
                for (int i = 0; i < error.length; i++) {
                    if (!(error[i] >= 0)) {
                        error[i] = Double.POSITIVE_INFINITY;
                    }
                    exact &= error[i] == 0;
                }
                error = exact ? null : error;
            }
            bounds.errors.put(t, error);
        }
        return bounds.errors;
    }

    private double[] bound(Tensor t) {
        Op op = t.op();
        List<Tensor> in = t.inputs();
        if (in.isEmpty()) {
            return null;
        }
        Tensor x = in.get(0);
        if (op instanceof Unary fn) {
            return unary(t, fn, x);
        } else if (op instanceof Binary fn) {
            return binary(t, fn, x, in.get(1));
        } else if (op instanceof Op.Where) {
            return where(t, x, in.get(1), in.get(2));
        } else if (op instanceof Op.Cast) {
            return cast(t, x);
        } else if (op instanceof Op.Detach) {
            return errors.get(x);
        } else if (op instanceof Op.Fold fold) {
            return fold(t, fold, x);
        } else if (op instanceof Op.MatMul mul) {
            return matmul(t, mul, x, in.get(1));
        } else if (op instanceof Op.Uniform) {
            return errors.get(x) == null ? null : everywhere(t.shape().size(), Double.POSITIVE_INFINITY);
        }
        return moved(t, in);
    }

    private static double[] everywhere(int size, double value) {
        double[] all = new double[size];
        Arrays.fill(all, value);
        return all;
    }

    private double error(Tensor t, int i) {
        double[] e = errors.get(t);
        return e == null ? 0 : e[i];
    }

    /** What a result may be off by, for an operation of so many units in the last place on operands that are exact. */
    private static double local(DType dtype, int ulps, double y) {
        return 2 * ulps * Tolerance.unit(dtype) * Math.abs(y) + Tolerance.subnormal(dtype);
    }

    /** The error of rounding a result, in the reference and in the backend. */
    private static double rounding(DType dtype, double y, double error) {
        return 2 * Tolerance.unit(dtype) * (Math.abs(y) + error) + 2 * Tolerance.smallest(dtype);
    }

    private static double distance(double a, double b) {
        return a == b || Double.isNaN(a) && Double.isNaN(b) ? 0
                : Double.isFinite(a) && Double.isFinite(b) ? Math.abs(a - b) : Double.POSITIVE_INFINITY;
    }

    // ---- elementwise

    private double[] unary(Tensor t, Unary fn, Tensor x) {
        double[] in = values.get(x);
        double[] y = values.get(t);
        int ulps = Tolerance.ulps(fn, t.dtype());
        if (ulps == 0 && errors.get(x) == null) {
            return null;
        }
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double e = error(x, i);
            double carried = e == 0 ? 0
                    : switch (fn) {
                        case NEG, ABS -> e;
                        case SIN, COS -> Math.min(e, 2);
                        // All others are monotonic.
                        default -> spread(fn::apply, t.dtype(), in[i], e, y[i]);
                    };
            result[i] = carried;
            if (ulps > 0 && Double.isFinite(y[i]) && !(e == 0 && special(fn, in[i], y[i]))) {
                result[i] += local(t.dtype(), ulps, Math.abs(y[i]) + carried);
                if ((fn == Unary.SIN || fn == Unary.COS) && Math.abs(in[i]) > 1) {
                    // Near a zero the result is as exact as the argument's reduction.
                    result[i] += 2 * ulps * Tolerance.unit(t.dtype());
                }
            }
        }
        return result;
    }

    /** Whether a function has to give this very result, not one close to it. */
    private static boolean special(Unary fn, double x, double y) {
        return Double.isInfinite(x) || x == 0 && y == 0 || fn == Unary.LOG && x == 1;
    }

    /** How far f can be from y where x is off by e. */
    private static double spread(DoubleUnaryOperator f, DType dtype, double x, double e, double y) {
        return SLACK * Math.max(distance(dtype.round(f.applyAsDouble(x - e)), y),
                distance(dtype.round(f.applyAsDouble(x + e)), y));
    }

    /** As for one operand. */
    private static boolean special(Binary fn, double a, double b) {
        return Double.isInfinite(a) || Double.isInfinite(b) || fn == Binary.DIV && a == 0
                || fn == Binary.POW && (a == 0 || a == 1 || b == 0);
    }

    private double[] binary(Tensor t, Binary fn, Tensor a, Tensor b) {
        double[] y = values.get(t);
        double[] va = values.get(a);
        double[] vb = values.get(b);
        int ulps = Tolerance.ulps(fn, t.dtype());
        boolean sum = (fn == Binary.ADD || fn == Binary.SUB) && t.dtype().isFloating();
        boolean product = sum && (product(a) != null || product(b) != null);
        if (ulps == 0 && !product && errors.get(a) == null && errors.get(b) == null) {
            return null;
        }
        if (fn == Binary.EQUAL && extremum(b, a)) {
            return attains(t, a, b);
        }
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double ea = error(a, i);
            double eb = error(b, i);
            if (sum) {
                // A backend may leave out the product's rounding (a fused multiplication and addition).
                ea += residue(a, i);
                eb += residue(b, i);
            }
            double carried = ea == 0 && eb == 0 ? 0
                    : switch (fn) {
                        case LESS, LESS_OR_EQUAL, EQUAL -> apart(va[i], ea, vb[i], eb) ? 0 : 1;
                        default -> spread(fn, t.dtype(), va[i], ea, vb[i], eb, y[i]);
                    };
            result[i] = carried;
            if (carried > 0 && rounds(fn) && t.dtype().isFloating()) {
                result[i] += rounding(t.dtype(), y[i], carried);
            }
            if (ulps > 0 && Double.isFinite(y[i]) && !(ea == 0 && eb == 0 && special(fn, va[i], vb[i]))) {
                result[i] += local(t.dtype(), ulps, Math.abs(y[i]) + carried);
            }
        }
        return result;
    }

    private static boolean rounds(Binary fn) {
        return switch (fn) {
            case ADD, SUB, MUL, DIV, POW -> true;
            case MAX, MIN, LESS, LESS_OR_EQUAL, EQUAL -> false;
        };
    }

    /** The product that {@code t} is, but for its sign, or null. */
    private static Tensor product(Tensor t) {
        Tensor p = t;
        while (p.op() instanceof Op.Detach || p.op() == Unary.NEG) {
            p = p.inputs().get(0);
        }
        return p.op() == Binary.MUL && p.dtype().isFloating() ? p : null;
    }

    /** What the rounding of a product changed. */
    private double residue(Tensor t, int i) {
        Tensor p = product(t);
        if (p == null) {
            return 0;
        }
        double rest = Math.fma(values.get(p.inputs().get(0))[i], values.get(p.inputs().get(1))[i], -values.get(p)[i]);
        return Double.isFinite(rest) ? Math.abs(rest) : 0;
    }

    /** Whether the operands' order is sure, or one is NaN for sure. */
    private static boolean apart(double a, double ea, double b, double eb) {
        if (ea == Double.POSITIVE_INFINITY || eb == Double.POSITIVE_INFINITY) {
            return false;
        }
        return Double.isNaN(a) || Double.isNaN(b) || a + ea < b - eb || b + eb < a - ea;
    }

    /** How far f can be from y. It is monotonic in each operand, but where an even power turns, and where 0 divides. */
    private static double spread(Binary fn, DType dtype, double a, double ea, double b, double eb, double y) {
        boolean aroundZero = fn == Binary.DIV && eb > 0 && Math.abs(b) <= eb
                || fn == Binary.POW && ea > 0 && a <= ea && (eb > 0 || b != Math.rint(b) || b < 0)
                || fn == Binary.POW && a < 0 && eb > 0;
        if (aroundZero) {
            return Double.POSITIVE_INFINITY;
        }
        DoubleBinaryOperator f = dtype == DType.I32 ? (p, q) -> fn.apply((int) p, (int) q) : fn::apply;
        double worst = fn == Binary.POW && Math.abs(a) <= ea ? distance(dtype.round(f.applyAsDouble(0, b)), y) : 0;
        for (int corner = 0; corner < 4; corner++) {
            double at = dtype.round(f.applyAsDouble(corner < 2 ? a - ea : a + ea, corner % 2 == 0 ? b - eb : b + eb));
            worst = Math.max(worst, distance(at, y));
        }
        return SLACK * worst;
    }

    /** Whether {@code t} is the greatest or smallest element of {@code x}, repeated to its shape. */
    private static boolean extremum(Tensor t, Tensor x) {
        Tensor e = t.op() instanceof Op.Broadcast ? t.inputs().get(0) : t;
        return e.op() instanceof Op.Fold fold && fold.reduction() != Reduction.SUM && e.inputs().get(0) == x;
    }

    /**
     * Which elements equal the extremum of all. Taken as any two numbers, an element and the extremum it is would be
     * closer than their errors; but if no other comes near, then it is certainly equal.
     */
    private double[] attains(Tensor t, Tensor x, Tensor repeated) {
        Tensor extreme = repeated.op() instanceof Op.Broadcast ? repeated.inputs().get(0) : repeated;
        Op.Fold fold = (Op.Fold) extreme.op();
        double sign = fold.reduction() == Reduction.MAX ? 1 : -1;
        double[] v = values.get(x);
        int[] strides = extreme.shape().strides();
        for (int axis : fold.axes()) {
            strides[axis] = 0;
        }
        // What the extremum is at least; a NaN, which nothing equals, is sure where its bound is 0.
        double[] sure = everywhere(extreme.shape().size(), Double.NEGATIVE_INFINITY);
        boolean[] nan = new boolean[sure.length];
        for (int i = 0; i < v.length; i++) {
            int to = index(i, x.shape(), strides);
            if (Double.isNaN(v[i])) {
                nan[to] |= error(x, i) == 0;
            } else {
                sure[to] = Math.max(sure[to], sign * v[i] - error(x, i));
            }
        }
        int[] candidates = new int[sure.length];
        boolean[] inexact = new boolean[sure.length];
        for (int i = 0; i < v.length; i++) {
            int to = index(i, x.shape(), strides);
            if (!(sign * v[i] + error(x, i) < sure[to])) {
                candidates[to]++;
                inexact[to] |= error(x, i) > 0;
            }
        }
        double[] result = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            int to = index(i, x.shape(), strides);
            boolean doubtful = candidates[to] > 1 && inexact[to] && !(sign * v[i] + error(x, i) < sure[to]);
            result[i] = doubtful && !nan[to] ? 1 : 0;
        }
        return result;
    }

    private double[] where(Tensor t, Tensor c, Tensor a, Tensor b) {
        if (errors.get(c) == null && errors.get(a) == null && errors.get(b) == null) {
            return null;
        }
        double[] y = values.get(t);
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double condition = values.get(c)[i];
            double ec = error(c, i);
            result[i] = ec == 0 || Math.abs(condition) > ec ? error(condition != 0 ? a : b, i)
                    : Math.max(distance(values.get(a)[i], y[i]) + error(a, i),
                            distance(values.get(b)[i], y[i]) + error(b, i));
        }
        return result;
    }

    private double[] cast(Tensor t, Tensor x) {
        if (errors.get(x) == null) {
            return null;
        }
        double[] y = values.get(t);
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            result[i] = error(x, i) == 0 ? 0 : spread(v -> v, t.dtype(), values.get(x)[i], error(x, i), y[i]);
        }
        return result;
    }

    // ---- movement

    private double[] moved(Tensor t, List<Tensor> in) {
        if (in.stream().allMatch(x -> errors.get(x) == null)) {
            return null;
        }
        int n = t.shape().size();
        double[] result = new double[n];
        Tensor x = in.get(0);
        Shape from = x.shape();
        if (t.op() instanceof Op.Concat) {
            int offset = 0;
            for (Tensor part : in) {
                for (int i = 0; i < part.shape().size(); i++) {
                    result[offset++] = error(part, i);
                }
            }
        } else if (t.op() instanceof Op.View view) {
            Arrays.setAll(result, i -> error(x, view.offset() + i));
        } else if (t.op() instanceof Op.Gather) {
            int rows = from.dim(0);
            int width = from.size() / rows;
            double[] indices = values.get(in.get(1));
            for (int i = 0; i < n; i++) {
                int row = (int) Math.max(0, Math.min(rows - 1, indices[i / width]));
                result[i] = error(in.get(1), i / width) > 0 ? Double.POSITIVE_INFINITY : error(x, row * width + i % width);
            }
        } else {
            int[] strides = from.strides();
            int rank = strides.length;
            if (t.op() instanceof Op.Transpose) {
                int last = strides[rank - 1];
                strides[rank - 1] = strides[rank - 2];
                strides[rank - 2] = last;
            } else {
                for (int a = 0; a < rank; a++) {
                    strides[a] = from.dim(a) == 1 ? 0 : strides[a];
                }
            }
            Arrays.setAll(result, i -> error(x, index(i, t.shape(), strides)));
        }
        return result;
    }

    private static int index(int flat, Shape shape, int[] strides) {
        int index = 0;
        int rest = flat;
        for (int a = shape.rank() - 1; a >= 0; a--) {
            index += rest % shape.dim(a) * strides[a];
            rest /= shape.dim(a);
        }
        return index;
    }

    // ---- sums

    /** The greatest power of two that all are multiples of; infinite if all are 0; 0 if one is not finite. */
    private static double quantum(double[] values) {
        int least = Integer.MAX_VALUE;
        for (double v : values) {
            if (!Double.isFinite(v)) {
                return 0;
            }
            if (v != 0) {
                long mantissa = Double.doubleToRawLongBits(v) & 0xFFFFFFFFFFFFFL | 0x10000000000000L;
                least = Math.min(least, Math.getExponent(v) - 52 + Long.numberOfTrailingZeros(mantissa));
            }
        }
        return least == Integer.MAX_VALUE ? Double.POSITIVE_INFINITY : Math.scalb(1.0, least);
    }

    /** Whether a sum of multiples of {@code quantum} is exact in any order, its terms' magnitudes adding up to this. */
    private static boolean exact(DType dtype, double quantum, double magnitude) {
        return dtype == DType.I32 || quantum > 0 && magnitude <= Math.scalb(quantum, Tolerance.precision(dtype));
    }

    /** The bound of one sum. */
    private static double sum(DType dtype, double quantum, int terms, double magnitude, double carried, boolean finite,
            double y) {
        if (!Double.isFinite(y) || !finite) {
            // Certain only if it does not hang on a rounding.
            return carried == 0 && magnitude < Tolerance.greatest(dtype) / 2 ? 0 : Double.POSITIVE_INFINITY;
        }
        if (magnitude + carried >= Tolerance.greatest(dtype)) {
            return Double.POSITIVE_INFINITY;
        }
        boolean noRounding = terms <= 1 || exact(dtype, quantum, magnitude);
        return carried == 0 && noRounding ? 0
                : SLACK * (carried + (terms + 1) * Tolerance.unit(dtype) * (magnitude + carried))
                        + 2 * terms * Tolerance.smallest(dtype);
    }

    private double[] fold(Tensor t, Op.Fold fold, Tensor x) {
        double[] v = values.get(x);
        double[] y = values.get(t);
        int[] strides = t.shape().strides();
        for (int axis : fold.axes()) {
            strides[axis] = 0;
        }
        double[] carried = new double[y.length];
        if (fold.reduction() != Reduction.SUM) {
            if (errors.get(x) == null) {
                return null;
            }
            for (int i = 0; i < v.length; i++) {
                int to = index(i, x.shape(), strides);
                carried[to] = Math.max(carried[to], error(x, i));
            }
            return carried;
        }
        double[] magnitude = new double[y.length];
        boolean[] special = new boolean[y.length];
        int terms = y.length == 0 ? 0 : v.length / y.length;
        for (int i = 0; i < v.length; i++) {
            int to = index(i, x.shape(), strides);
            carried[to] += error(x, i) + residue(x, i);
            if (Double.isFinite(v[i])) {
                magnitude[to] += Math.abs(v[i]);
            } else {
                special[to] = true;
            }
        }
        double quantum = quantum(v);
        for (int i = 0; i < y.length; i++) {
            carried[i] = sum(t.dtype(), quantum, terms, magnitude[i], carried[i], !special[i], y[i]);
        }
        return carried;
    }

    private double[] matmul(Tensor t, Op.MatMul mul, Tensor a, Tensor b) {
        double[] va = values.get(a);
        double[] vb = values.get(b);
        double[] y = values.get(t);
        int m = t.shape().dim(0);
        int n = t.shape().dim(1);
        int k = a.shape().dim(mul.transposeA() ? 0 : 1);
        double quantum = quantum(va) * quantum(vb);
        boolean exact = errors.get(a) == null && errors.get(b) == null;
        double[] magnitude = new double[y.length];
        double[] carried = new double[y.length];
        boolean[] special = new boolean[y.length];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                int ia = mul.transposeA() ? p * m + i : i * k + p;
                for (int j = 0; j < n; j++) {
                    int ib = mul.transposeB() ? j * k + p : p * n + j;
                    double size = Math.abs(va[ia] * vb[ib]);
                    if (size < Double.POSITIVE_INFINITY) {
                        magnitude[i * n + j] += size;
                    } else {
                        special[i * n + j] = true;
                    }
                    if (!exact) {
                        double ea = error(a, ia);
                        double eb = error(b, ib);
                        carried[i * n + j] += ea * (Math.abs(vb[ib]) + eb) + Math.abs(va[ia]) * eb;
                    }
                }
            }
        }
        for (int i = 0; i < y.length; i++) {
            carried[i] = sum(t.dtype(), quantum, k, magnitude[i], carried[i], !special[i], y[i]);
        }
        return carried;
    }
}
