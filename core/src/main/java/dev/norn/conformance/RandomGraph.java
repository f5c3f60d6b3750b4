package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.graph.Binary;
import dev.norn.graph.Gradients;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Variable;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Programs that nobody would write: random operations of the fluent API on operands of few extents, so that shapes meet;
 * several outputs, assignments that read what others change, gradients, two programs on the same variables. Magnitudes are
 * kept near 1, where every mistake is greater than the tolerance.
 */
final class RandomGraph {

    private static final int[] EXTENTS = {1, 2, 2, 3, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 64};
    private static final int LARGEST = 3000;

    private final Data data;
    private final RandomStream random;
    private final DType dtype;
    private final DType other;
    private final int[] extents;
    private final List<Tensor> pool = new ArrayList<>();
    /** How great the elements of a tensor can be. */
    private final Map<Tensor, Double> sizes = new IdentityHashMap<>();
    private final List<Variable> variables = new ArrayList<>();
    private final Variable counter = Variable.zeros("counter", DType.I32, Shape.SCALAR);
    private final int steps;

    /**
     * @param other another floating type to convert to and back, or null
     * @param operations about how many
     */
    RandomGraph(Data data, DType dtype, DType other, int operations) {
        this.data = data;
        this.random = data.random();
        this.dtype = dtype;
        this.other = other;
        this.steps = 1 + random.nextInt(3);
        this.extents = new int[2 + random.nextInt(2)];
        Arrays.setAll(extents, i -> random.nextInt(60) == 0 ? 0 : EXTENTS[random.nextInt(EXTENTS.length)]);
        leaves();
        int end = pool.size() + operations;
        while (pool.size() < end) {
            operation();
        }
    }

    /** Types that a backend has beside {@code dtype}. */
    static DType otherThan(DType dtype, Backend backend) {
        DType candidate = dtype == DType.F32 ? DType.F64 : DType.F32;
        return backend.lacks(candidate) == null ? candidate : null;
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    // ---- leaves

    private Shape shape() {
        while (true) {
            int[] dims = new int[data.pick(0, 1, 1, 2, 2, 2, 2, 3, 3, 4)];
            Arrays.setAll(dims, i -> chance(0.15) ? 1 : extents[random.nextInt(extents.length)]);
            long size = 1;
            for (int d : dims) {
                size *= d;
            }
            if (size <= LARGEST) {
                return Shape.of(dims);
            }
        }
    }

    private void add(Tensor t, double size) {
        Tensor kept = t;
        double most = size;
        if (t.dtype() == DType.I32) {
            if (size > 1000) {
                kept = t.maximum(-1000).minimum(1000);
                most = 1000;
            }
        } else if (!(size <= 30)) {
            kept = size < 1e4 && chance(0.5) ? t.mul(Math.scalb(1, -Math.getExponent(size))) : t.tanh();
            most = 2;
        }
        pool.add(kept);
        sizes.put(kept, most);
    }

    private double size(Tensor t) {
        return sizes.getOrDefault(t, 4.0);
    }

    private void leaves() {
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            add(Tensor.input("x" + i, dtype, shape()), 4);
        }
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            Shape shape = !variables.isEmpty() && chance(0.5) ? variables.get(0).shape() : shape();
            Variable v = chance(0.2) ? Variable.zeros("v" + i, dtype, shape)
                    : Variable.of("v" + i, data.normal(shape.dims()));
            variables.add(v);
            add(v.read(), 4);
        }
        add(Tensor.input("i", DType.I32, Shape.of(Math.max(1, extents[0]))), 100);
        add(Tensor.of(data.normal(shape().dims())), 4);
        if (chance(0.3)) {
            add(Tensor.scalar(dtype, 2.5), 3);
        }
        if (chance(0.5)) {
            Shape shape = shape();
            if (shape.rank() > 0) {
                add(Tensor.iota(shape, random.nextInt(shape.rank())), 64);
            }
        }
        if (chance(0.5)) {
            add(Tensor.uniform(dtype, shape(), random.nextInt(1000), random.nextInt(255), counter.read()), 1);
        }
    }

    // ---- operations

    /** A value made before, rather a late one. */
    private Tensor any() {
        int n = pool.size();
        return pool.get(chance(0.5) ? n - 1 - random.nextInt(Math.min(n, 6)) : random.nextInt(n));
    }

    private Tensor floating() {
        while (true) {
            Tensor t = any();
            if (t.dtype() == dtype) {
                return t;
            }
        }
    }

    /** Of {@code x}'s type, and a shape that broadcasts with it to not too large a one. */
    private Tensor matching(Tensor x) {
        for (int attempt = 0; attempt < 20; attempt++) {
            Tensor t = any();
            if (t.dtype() == x.dtype() && broadcasts(x.shape(), t.shape())) {
                return t;
            }
        }
        return x;
    }

    private static boolean broadcasts(Shape a, Shape b) {
        long size = 1;
        for (int i = 1; i <= Math.max(a.rank(), b.rank()); i++) {
            int da = i <= a.rank() ? a.dim(-i) : 1;
            int db = i <= b.rank() ? b.dim(-i) : 1;
            if (da != db && da != 1 && db != 1) {
                return false;
            }
            size *= da == 1 ? db : da;
        }
        return size <= LARGEST;
    }

    private void operation() {
        switch (random.nextInt(20)) {
            case 0, 1 -> unary();
            case 2, 3, 4 -> binary();
            case 5 -> withConstant();
            case 6 -> {
                Tensor a = floating();
                Tensor b = matching(a);
                Tensor condition = chance(0.5) ? a.less(b) : a.greater(0.25);
                add(Tensor.where(condition, a, chance(0.5) ? b : b.neg()), Math.max(size(a), size(b)));
            }
            case 7, 8, 9 -> fold();
            case 10 -> {
                Tensor x = floating();
                if (x.shape().rank() > 0 && x.shape().dim(-1) > 0) {
                    add(chance(0.5) ? x.softmax() : x.logSumExp(), size(x) + 5);
                }
            }
            case 11, 12 -> move();
            case 13 -> concat();
            case 14, 15, 16 -> matmul();
            case 17 -> gather();
            case 18 -> cast();
            default -> {
                Tensor x = any();
                switch (random.nextInt(3)) {
                    case 0 -> add(x.detached(), size(x));
                    case 1 -> add(x.copied(), size(x));
                    default -> {
                        if (x.op() instanceof Binary fn && fn != Binary.DIV && fn != Binary.POW && chance(0.5)) {
                            // The operands exchanged: the same for some, for others not.
                            add(Ops.apply(fn, x.inputs().get(1), x.inputs().get(0)), size(x));
                        } else {
                            // Once more the same: to be found equal.
                            add(x.withInputs(x.inputs()), size(x));
                        }
                    }
                }
            }
        }
    }

    private void unary() {
        Tensor x = any();
        Unary fn = data.pick(Unary.values());
        if (x.dtype() == DType.I32) {
            if (fn.onIntegers()) {
                add(Ops.apply(fn, x), size(x));
            }
            return;
        }
        Tensor safe = switch (fn) {
            case SQRT, LOG -> x.abs().add(0.125);
            case LOG1P -> x.abs();
            case EXP, EXPM1 -> size(x) > 4 ? x.tanh() : x;
            // Where results jump, few elements could be judged.
            case FLOOR -> x.mul(4);
            default -> x;
        };
        add(Ops.apply(fn, safe), switch (fn) {
            case NEG, ABS, RELU -> size(x);
            case FLOOR -> 4 * size(x);
            case EXP, EXPM1 -> Math.exp(Math.min(4, size(x)));
            case SQRT, LOG, LOG1P -> Math.max(3, Math.sqrt(size(x)));
            case SIGN, SIN, COS, TANH, SIGMOID, ERF -> 1;
        });
    }

    private void binary() {
        Tensor a = any();
        Tensor b = matching(a);
        Binary fn = data.pick(Binary.values());
        if (a.dtype() == DType.I32 && !fn.onIntegers()) {
            return;
        }
        switch (fn) {
            case DIV -> add(a.div(b.abs().add(0.5)), 2 * size(a));
            case POW -> add(a.abs().add(0.5).pow(b.tanh()), size(a) + 2);
            case MUL -> add(a.mul(b), size(a) * size(b));
            case ADD, SUB -> add(Ops.apply(fn, a, b), size(a) + size(b));
            default -> add(Ops.apply(fn, a, b), Math.max(size(a), size(b)));
        }
    }

    private void withConstant() {
        Tensor x = floating();
        switch (random.nextInt(9)) {
            case 0 -> add(x.add(0), size(x));
            case 1 -> add(x.mul(1), size(x));
            case 2 -> add(x.mul(-2.5), 2.5 * size(x));
            case 3 -> add(x.sub(0), size(x));
            case 4 -> add(x.div(1), size(x));
            case 5 -> add(x.pow(2), size(x) * size(x));
            case 6 -> add(x.pow(1), size(x));
            case 7 -> add(x.rsub(1), size(x) + 1);
            default -> add(x.abs().add(1).rdiv(3), 3);
        }
    }

    private void fold() {
        Tensor x = any();
        Shape shape = x.shape();
        Reduction reduction = data.pick(Reduction.values());
        int[] axes = IntStream.range(0, shape.rank()).filter(a -> chance(0.5)).toArray();
        if (x.dtype().isFloating() && chance(0.2)) {
            if (shape.size() > 0) {
                add(x.mean(axes), size(x));
            }
            return;
        }
        if (x.dtype() == dtype && shape.rank() > 0 && shape.dim(-1) > 0 && chance(0.1)) {
            add(x.argmax(), 64);
            return;
        }
        boolean emptied = shape.size() == 0;
        if (reduction != Reduction.SUM && emptied) {
            return; // infinite
        }
        int n = axes.length == 0 ? shape.size() : Arrays.stream(axes).map(shape::dim).reduce(1, (p, q) -> p * q);
        Tensor y = chance(0.3) ? x.foldKeepingAxes(reduction, axes) : Ops.apply(reduction, x, axes);
        add(y, reduction == Reduction.SUM ? size(x) * Math.max(1, n) : size(x));
    }

    private void move() {
        Tensor x = any();
        Shape shape = x.shape();
        switch (random.nextInt(4)) {
            case 0 -> {
                if (shape.rank() >= 2) {
                    add(x.transpose(), size(x));
                }
            }
            case 1 -> add(x.reshape(reshaped(shape)), size(x));
            case 2 -> {
                int size = random.nextInt(shape.size() + 1);
                Shape to = chance(0.5) || extents[0] == 0 ? Shape.of(size) : Shape.of(size / extents[0], extents[0]);
                add(x.view(random.nextInt(shape.size() - to.size() + 1), to), size(x));
            }
            default -> {
                Shape to = shape();
                if (broadcasts(shape, to) && Shape.broadcast("", shape, to).equals(to)) {
                    add(x.broadcast(to), size(x));
                }
            }
        }
    }

    /** Another shape of the same size. */
    private int[] reshaped(Shape shape) {
        int[] dims = shape.dims();
        if (dims.length < 2 || chance(0.3)) {
            return chance(0.5) ? new int[] {shape.size()} : new int[] {1, shape.size(), 1};
        }
        int at = random.nextInt(dims.length - 1);
        if (chance(0.5)) {
            int first = dims[at];
            dims[at] = dims[at + 1];
            dims[at + 1] = first;
            return dims;
        }
        int[] joined = new int[dims.length - 1];
        for (int i = 0; i < joined.length; i++) {
            joined[i] = i < at ? dims[i] : i == at ? dims[i] * dims[i + 1] : dims[i + 1];
        }
        return joined;
    }

    private void concat() {
        Tensor x = any();
        List<Tensor> parts = new ArrayList<>();
        double size = 0;
        int total = 0;
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            Tensor t = any();
            if (t.dtype() == x.dtype() && total + t.shape().size() <= LARGEST) {
                parts.add(t);
                size = Math.max(size, size(t));
                total += t.shape().size();
            }
        }
        if (!parts.isEmpty()) {
            add(Tensor.concat(parts), size);
        }
    }

    private void matmul() {
        Tensor a = matrix(floating());
        boolean ta = chance(0.3);
        int k = a.shape().dim(ta ? 0 : 1);
        for (int attempt = 0; attempt < 20; attempt++) {
            Tensor b = matrix(floating());
            boolean tb = chance(0.3);
            int n = b.shape().dim(tb ? 0 : 1);
            if (b.shape().dim(tb ? 1 : 0) == k && (long) n * a.shape().dim(ta ? 1 : 0) <= LARGEST) {
                Tensor product = a.matmul(b, ta, tb);
                double size = size(a) * size(b) * Math.max(1, k);
                // What may become its epilogue.
                switch (random.nextInt(4)) {
                    case 0 -> add(product.mul(1.0 / Math.max(1, k)).tanh(), 1);
                    case 1 -> {
                        Tensor bias = matching(product);
                        add(product.add(bias).relu(), size + size(bias));
                    }
                    default -> add(product, size);
                }
                return;
            }
        }
    }

    private Tensor matrix(Tensor x) {
        if (x.shape().rank() == 2) {
            return x;
        }
        int rows = x.shape().rank() == 0 ? 1 : x.shape().dim(0);
        Tensor m = rows == 0 ? x.reshape(0, 1) : x.reshape(rows, -1);
        sizes.put(m, size(x));
        return m;
    }

    private void gather() {
        Tensor table = any();
        if (table.shape().rank() == 0 || table.shape().dim(0) == 0) {
            return;
        }
        for (Tensor t : pool) {
            if (t.dtype() == DType.I32 && t.shape().rank() == 1 && chance(0.5)
                    && (long) t.shape().dim(0) * table.shape().size() / table.shape().dim(0) <= LARGEST) {
                add(table.gather(t), size(table));
                return;
            }
        }
    }

    private void cast() {
        Tensor x = any();
        if (x.dtype() == DType.I32) {
            add(x.cast(dtype), size(x));
        } else if (other != null && chance(0.6)) {
            DType to = x.dtype() == dtype ? other : dtype;
            add(x.cast(to), size(x));
        } else {
            add(x.mul(8).cast(DType.I32), 8 * size(x));
        }
    }

    // ---- programs

    /** What to run: one program or two that share variables, each several times, with other inputs each time. */
    List<Check.Run> runs() {
        List<Program> programs = new ArrayList<>(List.of(program()));
        if (chance(0.3)) {
            programs.add(program());
        }
        List<Check.Run> runs = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            for (Program program : programs) {
                Map<String, NdArray> inputs = new LinkedHashMap<>();
                program.inputs().forEach((name, t) -> inputs.put(name, t.dtype() == DType.I32
                        ? data.integers(-2, 20, t.shape().dims()) : data.normal(t.shape().dims())));
                runs.add(new Check.Run(program, inputs));
            }
        }
        return runs;
    }

    private Program program() {
        Program.Builder builder = new Program.Builder();
        int outputs = 1 + random.nextInt(4);
        for (int i = 0; i < outputs; i++) {
            builder.output("y" + i, any());
        }
        Set<Variable> assigned = new LinkedHashSet<>();
        if (chance(0.5)) {
            differentiate(builder, assigned);
        }
        for (Variable v : variables) {
            if (!assigned.contains(v) && chance(0.5)) {
                builder.assign(v, next(v));
            }
        }
        return builder.assign(counter, counter.read().add(1)).build();
    }

    /** What a variable may become; as often as not something that reads another variable, or itself elsewhere. */
    private Tensor next(Variable v) {
        Shape shape = v.shape();
        int n = shape.size();
        switch (random.nextInt(6)) {
            case 0 -> {
                for (Variable w : variables) {
                    if (w != v && w.shape().equals(shape)) {
                        return w.read();
                    }
                }
                return v.read().mul(0.5);
            }
            case 1 -> {
                return shape.rank() == 2 && shape.dim(0) == shape.dim(1) ? v.read().transpose().mul(0.5).add(v.read().mul(0.25))
                        : v.read().mul(-1);
            }
            case 2 -> {
                // Its elements one further, the last one first.
                return n < 2 ? v.read() : Tensor.concat(List.of(v.read().view(n - 1, Shape.of(1)), v.read().view(0, Shape.of(n - 1))))
                        .reshape(shape.dims());
            }
            case 3 -> {
                for (int attempt = 0; attempt < 20; attempt++) {
                    Tensor t = floating();
                    if (t.shape().size() == n) {
                        return t.reshape(shape.dims());
                    }
                }
                return v.read().sub(0.5);
            }
            case 4 -> {
                return v.read().mul(0.9).add(floating().sum().tanh());
            }
            default -> {
                return v.read().sub(v.read().sum().tanh().mul(0.1)).tanh();
            }
        }
    }

    private void differentiate(Program.Builder builder, Set<Variable> assigned) {
        Tensor value = floating();
        Tensor loss = value.mul(value.detached().add(1)).sum();
        List<Tensor> wrt = variables.stream().map(Variable::read).toList();
        List<Tensor> gradients = Gradients.of(loss, wrt);
        builder.output("loss", loss);
        boolean joined = chance(0.5);
        if (joined) {
            builder.output("gradient", Tensor.concat(gradients));
        }
        for (int i = 0; i < wrt.size(); i++) {
            Tensor g = gradients.get(i);
            if (g.op() instanceof Op.Constant) {
                continue;
            }
            if (!joined) {
                builder.output("gradient" + i, g);
            }
            if (chance(0.6)) {
                builder.assign(variables.get(i), wrt.get(i).sub(g.tanh().mul(0.125)));
                assigned.add(variables.get(i));
            }
        }
    }
}
