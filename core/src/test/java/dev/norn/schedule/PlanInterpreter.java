package dev.norn.schedule;

import dev.norn.backend.Backend;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Unary;
import dev.norn.random.Threefry;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A backend that runs plans in the plainest way: whole arrays of doubles, one instruction after another. It judges the
 * scheduler: what it computes is compared with the reference, which never sees a plan, and before anything runs it checks
 * all that {@link Kernel} and {@link Body} promise, and that nothing is read before it was written.
 */
public class PlanInterpreter implements Backend {

    /** Something to be wrong on purpose, for tests of tests. */
    public interface Change {

        /** What becomes of a value that an instruction computes, before it is rounded to its type. */
        double of(Instr instr, double value);
    }

    private final Change change;

    /** One that is right. */
    public PlanInterpreter() {
        this((instr, value) -> value);
    }

    /** One that is wrong as {@code change} says. */
    public PlanInterpreter(Change change) {
        this.change = change;
    }

    /** What arenas hold before they are written, so that a mistake shows. */
    private static final double POISON = -8.765432e9;

    @Override
    public DeviceInfo device() {
        return new DeviceInfo("plan", "interpreter", "naive loops over plans");
    }

    @Override
    public Buffer allocate(DType dtype, int size) {
        return new Memory(NdArray.zeros(dtype, Shape.of(size)));
    }

    @Override
    public Executable compile(Plan plan, List<Buffer> buffers) {
        new Checker(plan).check();
        List<NdArray> memory = new ArrayList<>();
        for (int i = 0; i < buffers.size(); i++) {
            BufferSpec spec = plan.buffers().get(i);
            memory.add(spec.role() == BufferSpec.Role.ARENA
                    ? NdArray.zeros(spec.dtype(), Shape.of(spec.size())) : ((Memory) buffers.get(i)).array);
        }
        return new Runner(plan, memory, change);
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {}

    private record Memory(NdArray array) implements Buffer {
        @Override
        public DType dtype() {
            return array.dtype();
        }

        @Override
        public int size() {
            return array.size();
        }

        @Override
        public void write(Object source, int sourceOffset, int offset, int count) {
            System.arraycopy(source, sourceOffset, array.data(), offset, count);
        }

        @Override
        public void read(int offset, Object target, int targetOffset, int count) {
            System.arraycopy(array.data(), offset, target, targetOffset, count);
        }

        @Override
        public void close() {}
    }

    /** The points of a body, and which of them are one in the space without the fold dimension. */
    private static final class Space {
        final int[] dims;
        /** -1: nothing is folded. */
        final int foldDim;
        final int full;
        final int folded;

        Space(Kernel kernel) {
            this.dims = kernel.body().dims();
            this.foldDim = kernel instanceof Kernel.Rows || kernel instanceof Kernel.Reduce ? 1 : -1;
            int points = 1;
            int without = 1;
            for (int d = 0; d < dims.length; d++) {
                points *= dims[d];
                without *= d == foldDim ? 1 : dims[d];
            }
            this.full = points;
            this.folded = without;
        }

        int points(boolean isFolded) {
            return isFolded ? folded : full;
        }

        /** Σ strides·coordinates of a point, given by its number among all or among the folded ones. */
        int index(int point, boolean isFolded, int[] strides) {
            int index = 0;
            int rest = point;
            for (int d = dims.length - 1; d >= 0; d--) {
                if (d == foldDim && isFolded) {
                    continue;
                }
                index += rest % dims[d] * strides[d];
                rest /= dims[d];
            }
            return index;
        }

        /** The number, among the folded ones, of a full point. */
        int fold(int point) {
            int inner = 1;
            for (int d = foldDim + 1; d < dims.length; d++) {
                inner *= dims[d];
            }
            return point / (inner * dims[foldDim]) * inner + point % inner;
        }
    }

    /** Everything that can be checked without data. */
    private static final class Checker {
        private final Plan plan;
        private final boolean[][] written;

        Checker(Plan plan) {
            this.plan = plan;
            this.written = new boolean[plan.buffers().size()][];
        }

        private static void require(boolean condition, Object... message) {
            if (!condition) {
                StringBuilder text = new StringBuilder("bad plan: ");
                for (Object part : message) {
                    text.append(part);
                }
                throw new AssertionError(text.toString());
            }
        }

        void check() {
            for (int b = 0; b < plan.buffers().size(); b++) {
                BufferSpec spec = plan.buffers().get(b);
                boolean[] defined = new boolean[spec.size()];
                Arrays.fill(defined, spec.role() != BufferSpec.Role.ARENA && spec.role() != BufferSpec.Role.OUTPUT);
                written[b] = defined;
            }
            for (int k = 0; k < plan.kernels().size(); k++) {
                String where = "kernel " + k + " of " + plan.kernels().size() + ", " + plan.kernels().get(k);
                if (plan.kernels().get(k) instanceof Kernel.Gather gather) {
                    gather(gather, where);
                } else {
                    kernel(plan.kernels().get(k), where);
                }
            }
            for (int b = 0; b < plan.buffers().size(); b++) {
                if (plan.buffers().get(b).role() == BufferSpec.Role.OUTPUT) {
                    for (int i = 0; i < written[b].length; i++) {
                        require(written[b][i], "element ", i, " of output ", plan.buffers().get(b).name(), " is not written");
                    }
                }
            }
        }

        private void gather(Kernel.Gather g, String where) {
            require(g.rows() > 0, where, ": no rows");
            range(g.table(), g.dtype(), g.rows() * g.width(), where);
            range(g.indices(), DType.I32, g.count(), where);
            Slot result = g.result();
            int size = g.count() * g.width();
            require(apart(result, size, g.table(), g.rows() * g.width()), where, ": the result overlaps the table");
            require(apart(result, size, g.indices(), g.count()), where, ": the result overlaps the indices");
            writable(result, g.dtype() == DType.UNORM8 ? DType.F32 : g.dtype(), where);
            for (int i = 0; i < size; i++) {
                written[result.buffer()][result.offset() + i] = true;
            }
        }

        private static boolean apart(Slot a, int sizeA, Slot b, int sizeB) {
            return a.buffer() != b.buffer() || sizeA == 0 || sizeB == 0
                    || a.offset() + sizeA <= b.offset() || b.offset() + sizeB <= a.offset();
        }

        private void range(Slot slot, DType dtype, int size, String where) {
            require(plan.buffers().get(slot.buffer()).dtype() == dtype, where, ": ", slot, " is not ", dtype);
            for (int i = 0; i < size; i++) {
                defined(slot.buffer(), slot.offset() + i, where);
            }
        }

        private void defined(int buffer, int index, String where) {
            if (index < 0 || index >= written[buffer].length || !written[buffer][index]) {
                require(false, where, ": element ", index, " of buffer ", buffer,
                        " does not exist, or is read before it is written");
            }
        }

        private void writable(Slot slot, DType dtype, String where) {
            BufferSpec spec = plan.buffers().get(slot.buffer());
            require(spec.role() != BufferSpec.Role.INPUT && spec.role() != BufferSpec.Role.LITERAL, where, ": writes ", spec);
            require(spec.dtype() == dtype, where, ": stores ", dtype, " in ", spec);
        }

        private void kernel(Kernel kernel, String where) {
            Body body = kernel.body();
            Space space = new Space(kernel);
            int rank = body.dims().length;
            int n = body.instrs().size();
            require(body.folded().length == n, where, ": ", body.folded().length, " flags");
            if (kernel instanceof Kernel.MatMul mul) {
                require(Arrays.equals(body.dims(), new int[] {mul.m(), mul.n()}), where, ": dims");
                range(mul.a(), mul.dtype(), mul.m() * mul.k(), where);
                range(mul.b(), mul.dtype(), mul.k() * mul.n(), where);
            }
            require(!(kernel instanceof Kernel.Rows) || rank == 2, where, ": dims of Rows");
            require(!(kernel instanceof Kernel.Reduce) || rank == 3, where, ": dims of Reduce");
            boolean[] afterFold = new boolean[n];
            for (int i = 0; i < n; i++) {
                Instr instr = body.instrs().get(i);
                String at = where + ", value " + i + " " + instr;
                boolean folded = body.folded()[i];
                require(!folded || space.foldDim >= 0, at, ": folded, but nothing folds here");
                int[] strides = null;
                if (instr instanceof Instr.Load load) {
                    strides = load.strides();
                    require(plan.buffers().get(load.slot().buffer()).dtype() == load.dtype(), at, ": type of the buffer");
                } else if (instr instanceof Instr.Index index) {
                    strides = index.strides();
                } else if (instr instanceof Instr.Random random) {
                    strides = random.strides();
                    require(random.counter() < i, at, ": counter");
                    require(body.instrs().get(random.counter()).dtype() == DType.I32, at, ": counter's type");
                    require(!folded || body.folded()[random.counter()], at, ": folded, its counter is not");
                    afterFold[i] = afterFold[random.counter()];
                } else if (instr instanceof Instr.Compute c) {
                    compute(body, c, i, folded, at);
                    for (int arg : c.args()) {
                        afterFold[i] |= afterFold[arg];
                    }
                } else if (instr instanceof Instr.Fold fold) {
                    require(space.foldDim >= 0, at, ": nothing folds here");
                    require(folded && fold.arg() < i, at, ": flag or operand");
                    require(body.instrs().get(fold.arg()).dtype() == fold.dtype(), at, ": type");
                    require(!(kernel instanceof Kernel.Reduce) || !afterFold[fold.arg()], at, ": a fold of a fold");
                    afterFold[i] = true;
                } else if (instr instanceof Instr.Product product) {
                    require(kernel instanceof Kernel.MatMul mul && mul.dtype() == product.dtype(), at, ": no product here");
                }
                if (strides != null) {
                    require(strides.length == rank, at, ": strides");
                    require(!folded || strides[space.foldDim] == 0, at, ": moves along the fold");
                }
                require(!(kernel instanceof Kernel.Reduce) || folded || !afterFold[i], at, ": full, of a fold");
            }
            memory(kernel, body, space, where);
        }

        private static void compute(Body body, Instr.Compute c, int i, boolean folded, String at) {
            for (int k = 0; k < c.args().length; k++) {
                int arg = c.args()[k];
                require(arg < i, at, ": operand ", arg);
                require(!folded || body.folded()[arg], at, ": folded, its operand ", arg, " is not");
                DType type = body.instrs().get(arg).dtype();
                require(c.fn() instanceof Op.Cast || type == c.dtype(), at, ": type of operand ", arg);
            }
            int count = c.fn() instanceof Binary ? 2 : c.fn() instanceof Op.Where ? 3 : 1;
            require(c.args().length == count, at, ": operands");
            require(c.dtype().isFloating() || !(c.fn() instanceof Unary u) || u.onIntegers(), at, ": on integers");
            require(c.dtype().isFloating() || !(c.fn() instanceof Binary b) || b.onIntegers(), at, ": on integers");
            require(!(c.fn() instanceof Op.Cast cast) || cast.dtype() == c.dtype(), at, ": cast");
        }

        /** Reads are of what was written before; writes and reads of one kernel meet only at the same point. */
        private void memory(Kernel kernel, Body body, Space space, String where) {
            Map<Integer, int[]> readers = new HashMap<>();
            for (Body.Store store : body.stores()) {
                readers.computeIfAbsent(store.slot().buffer(), b -> new int[plan.buffers().get(b).size()]);
            }
            if (kernel instanceof Kernel.MatMul mul) {
                operand(readers, mul.a(), mul.m() * mul.k());
                operand(readers, mul.b(), mul.k() * mul.n());
            }
            for (int i = 0; i < body.instrs().size(); i++) {
                if (body.instrs().get(i) instanceof Instr.Load load) {
                    boolean folded = body.folded()[i];
                    int[] points = readers.get(load.slot().buffer());
                    // A folded load is made even where the fold is over nothing.
                    for (int p = 0; p < space.points(folded); p++) {
                        int index = load.slot().offset() + space.index(p, folded, load.strides());
                        defined(load.slot().buffer(), index, where);
                        if (points != null) {
                            int point = folded ? -p - 1 : p + 1;
                            points[index] = points[index] == 0 || points[index] == point ? point : Integer.MAX_VALUE;
                        }
                    }
                }
            }
            Map<Integer, boolean[]> stored = new HashMap<>();
            for (Body.Store store : body.stores()) {
                Slot slot = store.slot();
                writable(slot, body.instrs().get(store.value()).dtype(), where);
                require(!(kernel instanceof Kernel.Reduce) || store.folded(), where, ": stores a full value");
                require(!store.folded() || body.folded()[store.value()], where, ": stores a full value as folded");
                int[] points = readers.get(slot.buffer());
                boolean[] here = stored.computeIfAbsent(slot.buffer(), b -> new boolean[plan.buffers().get(b).size()]);
                for (int p = 0; p < space.points(store.folded()); p++) {
                    int index = slot.offset() + p;
                    if (index >= here.length || here[index]) {
                        require(false, where, ": ", store, " is too long, or stores over another");
                    }
                    here[index] = true;
                    int reader = points[index];
                    if (reader != 0 && reader != (store.folded() ? -p - 1 : p + 1)) {
                        require(false, where, ": ", store, " point ", p, " overwrites what is read at another point");
                    }
                }
            }
            stored.forEach((b, here) -> {
                for (int i = 0; i < here.length; i++) {
                    written[b][i] |= here[i];
                }
            });
        }

        private static void operand(Map<Integer, int[]> readers, Slot slot, int size) {
            int[] points = readers.get(slot.buffer());
            if (points != null) {
                Arrays.fill(points, slot.offset(), slot.offset() + size, Integer.MAX_VALUE);
            }
        }
    }

    private record Runner(Plan plan, List<NdArray> memory, Change change) implements Executable {

        @Override
        public void close() {}

        @Override
        public void run() {
            for (int b = 0; b < memory.size(); b++) {
                BufferSpec.Role role = plan.buffers().get(b).role();
                if (role == BufferSpec.Role.ARENA || role == BufferSpec.Role.OUTPUT) {
                    for (int i = 0; i < memory.get(b).size(); i++) {
                        memory.get(b).set(i, POISON);
                    }
                }
            }
            for (Kernel kernel : plan.kernels()) {
                if (kernel instanceof Kernel.Gather gather) {
                    gather(gather);
                } else {
                    body(kernel);
                }
            }
        }

        private double get(Slot slot, int index) {
            return memory.get(slot.buffer()).get(slot.offset() + index);
        }

        private void gather(Kernel.Gather g) {
            for (int i = 0; i < g.count(); i++) {
                int row = (int) Math.max(0, Math.min(g.rows() - 1, get(g.indices(), i)));
                for (int j = 0; j < g.width(); j++) {
                    memory.get(g.result().buffer()).set(g.result().offset() + i * g.width() + j,
                            get(g.table(), row * g.width() + j));
                }
            }
        }

        private void body(Kernel kernel) {
            Body body = kernel.body();
            Space space = new Space(kernel);
            double[][] values = new double[body.instrs().size()][];
            double[] product = kernel instanceof Kernel.MatMul mul ? product(mul) : null;
            for (int i = 0; i < values.length; i++) {
                Instr instr = body.instrs().get(i);
                double[] y = instr instanceof Instr.Product ? product : value(instr, body.folded()[i], body, space, values);
                for (int p = 0; p < y.length; p++) {
                    y[p] = instr.dtype().round(change.of(instr, y[p]));
                }
                values[i] = y;
            }
            for (Body.Store store : body.stores()) {
                double[] value = operand(body, space, values, store.value(), store.folded());
                for (int p = 0; p < value.length; p++) {
                    memory.get(store.slot().buffer()).set(store.slot().offset() + p, value[p]);
                }
            }
        }

        /** An earlier value at each full or each folded point. */
        private static double[] operand(Body body, Space space, double[][] values, int arg, boolean folded) {
            if (!body.folded()[arg] || folded) {
                return values[arg];
            }
            double[] repeated = new double[space.full];
            Arrays.setAll(repeated, p -> values[arg][space.fold(p)]);
            return repeated;
        }

        private double[] value(Instr instr, boolean folded, Body body, Space space, double[][] values) {
            double[] y = new double[space.points(folded)];
            if (instr instanceof Instr.Const c) {
                Arrays.fill(y, c.value());
            } else if (instr instanceof Instr.Load load) {
                Arrays.setAll(y, p -> get(load.slot(), space.index(p, folded, load.strides())));
            } else if (instr instanceof Instr.Index index) {
                Arrays.setAll(y, p -> space.index(p, folded, index.strides()));
            } else if (instr instanceof Instr.Random r) {
                double[] counter = operand(body, space, values, r.counter(), folded);
                Arrays.setAll(y, p -> {
                    long block = Threefry.block((int) r.seed(), (int) (r.seed() >>> 32), space.index(p, folded, r.strides()),
                            r.stream() << 24 | (int) counter[p] & 0xFFFFFF);
                    return r.dtype() == DType.F32 ? Threefry.uniform24(block) : Threefry.uniform53(block);
                });
            } else if (instr instanceof Instr.Fold fold) {
                double[] x = operand(body, space, values, fold.arg(), false);
                Arrays.fill(y, fold.reduction().identity());
                for (int p = 0; p < space.full; p++) {
                    int to = space.fold(p);
                    y[to] = instr.dtype() == DType.I32
                            ? fold.reduction().apply((int) y[to], (int) x[p]) : fold.reduction().apply(y[to], x[p]);
                }
            } else {
                Instr.Compute c = (Instr.Compute) instr;
                double[][] x = Arrays.stream(c.args()).mapToObj(a -> operand(body, space, values, a, folded)).toArray(double[][]::new);
                boolean integer = c.dtype() == DType.I32;
                if (c.fn() instanceof Unary fn) {
                    Arrays.setAll(y, p -> integer ? fn.apply((int) x[0][p]) : fn.apply(x[0][p]));
                } else if (c.fn() instanceof Binary fn) {
                    Arrays.setAll(y, p -> integer ? fn.apply((int) x[0][p], (int) x[1][p]) : fn.apply(x[0][p], x[1][p]));
                } else if (c.fn() instanceof Op.Where) {
                    Arrays.setAll(y, p -> x[0][p] != 0 ? x[1][p] : x[2][p]);
                } else {
                    Arrays.setAll(y, p -> x[0][p]);
                }
            }
            return y;
        }

        private double[] product(Kernel.MatMul mul) {
            double[] a = new double[mul.m() * mul.k()];
            double[] b = new double[mul.k() * mul.n()];
            Arrays.setAll(a, i -> get(mul.a(), i));
            Arrays.setAll(b, i -> get(mul.b(), i));
            double[] c = new double[mul.m() * mul.n()];
            for (int i = 0; i < mul.m(); i++) {
                for (int p = 0; p < mul.k(); p++) {
                    for (int j = 0; j < mul.n(); j++) {
                        c[i * mul.n() + j] += a[mul.transposeA() ? p * mul.m() + i : i * mul.k() + p]
                                * b[mul.transposeB() ? j * mul.k() + p : p * mul.n() + j];
                    }
                }
            }
            return c;
        }
    }
}
