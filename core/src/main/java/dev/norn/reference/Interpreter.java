package dev.norn.reference;

import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.random.Threefry;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The definition of every operation: one naive loop each, in float64, each result rounded once to its type. It reads the
 * program's graph as the user built it, so it knows nothing of simplification, fusion or memory plans, and can judge them.
 */
public final class Interpreter {

    private final Function<Tensor, NdArray> sources;
    private final Map<Tensor, double[]> values = new IdentityHashMap<>();

    private Interpreter(Function<Tensor, NdArray> sources) {
        this.sources = sources;
    }

    /**
     * The values of all tensors that a program's roots depend on, in row-major order.
     *
     * @param sources what inputs and variables hold
     */
    public static Map<Tensor, double[]> evaluate(Program program, Function<Tensor, NdArray> sources) {
        Interpreter interpreter = new Interpreter(sources);
        for (Tensor t : Graphs.topological(program.roots())) {
            double[] value = interpreter.compute(t);
            for (int i = 0; i < value.length; i++) {
                value[i] = t.dtype().round(value[i]);
            }
            interpreter.values.put(t, value);
        }
        return interpreter.values;
    }

    private double[] operand(Tensor t, int i) {
        return values.get(t.inputs().get(i));
    }

    private double[] compute(Tensor t) {
        Op op = t.op();
        int n = t.shape().size();
        double[] y = new double[n];
        if (op instanceof Op.Constant constant) {
            Arrays.fill(y, constant.value());
        } else if (op instanceof Op.Literal literal) {
            Arrays.setAll(y, literal.value()::get);
        } else if (op instanceof Op.Input || op instanceof Op.Read) {
            Arrays.setAll(y, sources.apply(t)::get);
        } else if (op instanceof Op.Iota iota) {
            int stride = t.shape().strides()[iota.axis()];
            int extent = t.shape().dim(iota.axis());
            Arrays.setAll(y, i -> i / stride % extent);
        } else if (op instanceof Op.Uniform uniform) {
            int counter = uniform.stream() << 24 | (int) operand(t, 0)[0] & 0xFFFFFF;
            for (int i = 0; i < n; i++) {
                long block = Threefry.block((int) uniform.seed(), (int) (uniform.seed() >>> 32), i, counter);
                y[i] = t.dtype() == DType.F32 ? Threefry.uniform24(block) : Threefry.uniform53(block);
            }
        } else if (op instanceof Unary fn) {
            double[] x = operand(t, 0);
            Arrays.setAll(y, t.dtype() == DType.I32 ? i -> fn.apply((int) x[i]) : i -> fn.apply(x[i]));
        } else if (op instanceof Binary fn) {
            double[] a = operand(t, 0);
            double[] b = operand(t, 1);
            Arrays.setAll(y, t.dtype() == DType.I32
                    ? i -> fn.apply((int) a[i], (int) b[i])
                    : i -> fn.apply(a[i], b[i]));
        } else if (op instanceof Op.Where) {
            double[] c = operand(t, 0);
            double[] a = operand(t, 1);
            double[] b = operand(t, 2);
            Arrays.setAll(y, i -> c[i] != 0 ? a[i] : b[i]);
        } else if (op instanceof Op.Cast || op instanceof Op.Detach) {
            y = operand(t, 0).clone();
        } else if (op instanceof Op.Broadcast || op instanceof Op.Transpose) {
            move(t, y);
        } else if (op instanceof Op.View view) {
            y = Arrays.copyOfRange(operand(t, 0), view.offset(), view.offset() + n);
        } else if (op instanceof Op.Concat) {
            int offset = 0;
            for (int k = 0; k < t.inputs().size(); k++) {
                double[] part = operand(t, k);
                System.arraycopy(part, 0, y, offset, part.length);
                offset += part.length;
            }
        } else if (op instanceof Op.Fold fold) {
            fold(t, fold, y);
        } else if (op instanceof Op.MatMul mul) {
            matmul(t, mul, y);
        } else if (op instanceof Op.Gather) {
            double[] table = operand(t, 0);
            double[] indices = operand(t, 1);
            int rows = t.inputs().get(0).shape().dim(0);
            int width = table.length / rows;
            for (int i = 0; i < indices.length; i++) {
                int row = (int) Math.max(0, Math.min(rows - 1, indices[i]));
                System.arraycopy(table, row * width, y, i * width, width);
            }
        } else {
            throw new AssertionError(op);
        }
        return y;
    }

    /** Element by element, the operand's index worked out from the result's coordinates. */
    private void move(Tensor t, double[] y) {
        double[] x = operand(t, 0);
        Shape from = t.inputs().get(0).shape();
        int[] strides = from.strides();
        int rank = from.rank();
        if (t.op() instanceof Op.Transpose) {
            int s = strides[rank - 1];
            strides[rank - 1] = strides[rank - 2];
            strides[rank - 2] = s;
        } else {
            for (int a = 0; a < rank; a++) {
                strides[a] = from.dim(a) == 1 ? 0 : strides[a];
            }
        }
        for (int i = 0; i < y.length; i++) {
            y[i] = x[index(i, t.shape(), strides)];
        }
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

    private void fold(Tensor t, Op.Fold fold, double[] y) {
        double[] x = operand(t, 0);
        Reduction reduction = fold.reduction();
        Arrays.fill(y, reduction.identity());
        Shape from = t.inputs().get(0).shape();
        int[] strides = t.shape().strides();
        for (int axis : fold.axes()) {
            strides[axis] = 0;
        }
        for (int i = 0; i < x.length; i++) {
            int to = index(i, from, strides);
            y[to] = t.dtype() == DType.I32
                    ? reduction.apply((int) y[to], (int) x[i])
                    : reduction.apply(y[to], x[i]);
        }
    }

    private void matmul(Tensor t, Op.MatMul mul, double[] y) {
        double[] a = operand(t, 0);
        double[] b = operand(t, 1);
        int m = t.shape().dim(0);
        int n = t.shape().dim(1);
        List<Tensor> in = t.inputs();
        int k = in.get(0).shape().dim(mul.transposeA() ? 0 : 1);
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                double factor = mul.transposeA() ? a[p * m + i] : a[i * k + p];
                for (int j = 0; j < n; j++) {
                    y[i * n + j] += factor * (mul.transposeB() ? b[j * k + p] : b[p * n + j]);
                }
            }
        }
    }
}
