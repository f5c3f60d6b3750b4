package dev.norn.device;

import dev.norn.schedule.Body;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From a plan's kernels to C. Matrix products are the device's own business. */
public final class Renderer {

    /** Rows up to this long are each computed by one item, longer ones by a group. */
    private static final int ITEM_ROW = 64;

    /** Partial results that a reduction makes, at most and per result. */
    private static final int MOST_PARTIALS = 4096;

    /** Items that keep a device busy. */
    private static final int BUSY = 16_384;

    private final List<BufferSpec> specs;
    private final int groupSize;
    private final int[] scratch = new int[DType.values().length];

    /**
     * @param specs the plan's buffers
     * @param groupSize items in a group, a power of two
     */
    public Renderer(List<BufferSpec> specs, int groupSize) {
        this.specs = specs;
        this.groupSize = groupSize;
    }

    /** How many elements of scratch of a type the kernels rendered so far share. */
    public int scratch(DType dtype) {
        return scratch[dtype.ordinal()];
    }

    /** Room for {@code size} elements of scratch; what other kernels left there may be overwritten. */
    public Slot reserve(DType dtype, int size) {
        scratch[dtype.ordinal()] = Math.max(scratch[dtype.ordinal()], size);
        return new Slot(Source.SCRATCH + dtype.ordinal(), 0);
    }

    /** A program of kernels: what all of them need, and then each, once. */
    public static String program(List<Source> kernels) {
        StringBuilder text = new StringBuilder(Dialect.PRELUDE);
        kernels.stream().map(Source::text).distinct().forEach(k -> text.append('\n').append(k));
        return text.toString();
    }

    /** A new kernel's text. */
    public KernelWriter writer() {
        return new KernelWriter(specs);
    }

    /** How many items a group has. */
    public int groupSize() {
        return groupSize;
    }

    /** One kernel of the plan, as one or two of the device. Nothing to do gives none. */
    public List<Source> render(String name, Kernel kernel) {
        if (kernel instanceof Kernel.Gather gather) {
            return gather.count() * gather.width() == 0 ? List.of() : List.of(gather(name, gather));
        }
        Body body = kernel.body();
        if (kernel instanceof Kernel.Map) {
            return body.size() == 0 ? List.of() : List.of(map(name, body));
        }
        if (kernel instanceof Kernel.Rows) {
            return body.dims()[0] == 0 ? List.of() : List.of(rows(name, body));
        }
        if (kernel instanceof Kernel.Reduce) {
            return body.dims()[0] * body.dims()[2] == 0 ? List.of() : reduce(name, body);
        }
        throw new IllegalArgumentException("not rendered here: " + kernel);
    }

    /** Groups that give each of {@code items} an item. */
    public int groups(int items) {
        return Math.max(1, (items + groupSize - 1) / groupSize);
    }

    private Source gather(String name, Kernel.Gather g) {
        KernelWriter w = writer();
        int size = g.count() * g.width();
        w.line("const int i = GROUP * GROUP_SIZE + ITEM;").line("if (i >= %d) return;", size)
                .line("const int row = i / %d, col = i %% %d;", g.width(), g.width())
                .line("const int index = %s;", w.element(g.indices(), "row"))
                .line("const int clamped = index < 0 ? 0 : index > %d ? %d : index;", g.rows() - 1, g.rows() - 1)
                .line(g.dtype() == DType.UNORM8 ? "%s = norn_unorm8(%s);" : "%s = %s;", w.element(g.result(), "i"),
                        w.element(g.table(), "clamped * " + g.width() + " + col"));
        return w.finish(name, "gather: " + g.count() + " rows of a table [" + g.rows() + ", " + g.width() + "]",
                groups(size), groupSize);
    }

    /** A body at every point, an item each. */
    public Source map(String name, Body body) {
        KernelWriter w = writer();
        int size = body.size();
        w.line("const int i = GROUP * GROUP_SIZE + ITEM;").line("if (i >= %d) return;", size);
        String[] c = coordinates(w, body.dims());
        for (int v = 0; v < body.instrs().size(); v++) {
            w.declare(body, v, c);
        }
        for (Body.Store s : body.stores()) {
            w.line("%s = v%d;", w.element(s.slot(), "i"), s.value());
        }
        return w.finish(name, "map over " + Arrays.toString(body.dims()) + "\n" + Expression.of(body), groups(size), groupSize);
    }

    /** Declares the coordinates of point i. */
    private static String[] coordinates(KernelWriter w, int[] dims) {
        String[] c = new String[dims.length];
        int inner = 1;
        for (int d = dims.length - 1; d >= 0; d--) {
            String quotient = inner == 1 ? "i" : "i / " + inner;
            c[d] = dims.length == 1 ? "i" : "c" + d;
            if (dims.length > 1) {
                w.line("const int c%d = %s;", d, d == 0 ? quotient : quotient + " % " + dims[d]);
            }
            inner *= dims[d];
        }
        return c;
    }

    // ---- rows

    private Source rows(String name, Body body) {
        int rows = body.dims()[0];
        int cols = body.dims()[1];
        boolean byGroup = cols > ITEM_ROW;
        KernelWriter w = writer();
        if (byGroup) {
            w.line("const int row = GROUP;");
            declareScratch(w, body);
        } else {
            w.line("const int row = GROUP * GROUP_SIZE + ITEM;").line("if (row >= %d) return;", rows);
        }
        new RowWriter(w, body, byGroup).write();
        String comment = "rows of [" + rows + ", " + cols + "], " + (byGroup ? "a group" : "an item") + " each\n"
                + Expression.of(body);
        return w.finish(name, comment, byGroup ? rows : groups(rows), groupSize);
    }

    private void declareScratch(KernelWriter w, Body body) {
        body.instrs().stream().filter(i -> i instanceof Instr.Fold).map(Instr::dtype).distinct()
                .forEach(t -> w.line("LOCAL %s shared_%s[%d];", Dialect.type(t), t, groupSize));
    }

    // ---- reductions

    /**
     * Each result from several partial ones: item (o, p, i) folds the elements p, p + P, p + 2P … of its column, and a
     * second kernel folds the P partial results, a group for each result, and computes the epilogue.
     */
    private List<Source> reduce(String name, Body body) {
        int outer = body.dims()[0];
        int n = body.dims()[1];
        int inner = body.dims()[2];
        int results = outer * inner;
        int partials = Math.max(1, Math.min(Math.min(MOST_PARTIALS, (n + 15) / 16), BUSY / results));
        List<Integer> folds = new ArrayList<>();
        for (int v = 0; v < body.instrs().size(); v++) {
            if (body.instrs().get(v) instanceof Instr.Fold) {
                folds.add(v);
            }
        }
        boolean[] before = new boolean[body.instrs().size()];
        folds.forEach(f -> Needs.mark(body, ((Instr.Fold) body.instrs().get(f)).arg(), before));
        KernelWriter w = writer();
        int items = results * partials;
        w.line("const int i = GROUP * GROUP_SIZE + ITEM;").line("if (i >= %d) return;", items)
                .line("const int c2 = i %% %d, p = i / %d %% %d, c0 = i / %d;", inner, inner, partials, inner * partials);
        for (int f : folds) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(f);
            w.line("%s v%d = %s;", Dialect.type(fold.dtype()), f, Dialect.number(fold.dtype(), identity(fold)));
        }
        w.line("for (int c1 = p; c1 < %d; c1 += %d) {", n, partials);
        String[] c = {"c0", "c1", "c2"};
        for (int v = 0; v < before.length; v++) {
            if (before[v]) {
                w.declare(body, v, c);
            }
        }
        for (int f : folds) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(f);
            w.line("v%d = %s;", f, Dialect.fold(fold.reduction(), "v" + f, "v" + fold.arg()));
        }
        w.line("}");
        String comment = "reduce [" + outer + ", " + n + ", " + inner + "] over the middle\n" + Expression.of(body);
        if (partials == 1) {
            epilogue(w, body);
            return List.of(w.finish(name, comment, groups(items), groupSize));
        }
        // The parts of all folds of a type lie one after another.
        int[] used = new int[DType.values().length];
        Slot[] places = new Slot[body.instrs().size()];
        for (int f : folds) {
            DType t = body.instrs().get(f).dtype();
            int at = used[t.ordinal()];
            used[t.ordinal()] += items;
            places[f] = new Slot(reserve(t, used[t.ordinal()]).buffer(), at);
            w.line("%s = v%d;", w.element(places[f], "i"), f);
        }
        Source first = w.finish(name + "_parts", comment, groups(items), groupSize);
        KernelWriter w2 = writer();
        w2.line("const int c2 = GROUP %% %d, c0 = GROUP / %d;", inner, inner);
        declareScratch(w2, body);
        for (int f : folds) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(f);
            w2.line("%s v%d = %s;", Dialect.type(fold.dtype()), f, Dialect.number(fold.dtype(), identity(fold)));
            w2.line("for (int p = ITEM; p < %d; p += GROUP_SIZE) {", partials);
            String part = w2.element(places[f], "(c0 * " + partials + " + p) * " + inner + " + c2");
            w2.line("const %s part = %s;", Dialect.type(fold.dtype()), part);
            w2.line("v%d = %s;", f, Dialect.fold(fold.reduction(), "v" + f, "part"));
            w2.line("}");
            RowWriter.foldGroup(w2, fold, "v" + f);
        }
        w2.line("if (ITEM > 0) return;");
        epilogue(w2, body);
        return List.of(first, w2.finish(name, comment + "\nthe parts together", results, groupSize));
    }

    static double identity(Instr.Fold fold) {
        return fold.dtype() == DType.I32 ? (int) fold.reduction().identity() : fold.reduction().identity();
    }

    /** What comes after the folds, for the result (c0, c2). */
    private void epilogue(KernelWriter w, Body body) {
        int inner = body.dims()[2];
        boolean[] needed = new boolean[body.instrs().size()];
        for (Body.Store s : body.stores()) {
            markAfter(body, s.value(), needed);
        }
        // What both halves need is declared again, in a scope of its own.
        w.line("{");
        String[] c = {"c0", "0", "c2"};
        for (int v = 0; v < needed.length; v++) {
            if (needed[v] && !(body.instrs().get(v) instanceof Instr.Fold)) {
                w.declare(body, v, c);
            }
        }
        for (Body.Store s : body.stores()) {
            w.line("%s = v%d;", w.element(s.slot(), "c0 * " + inner + " + c2"), s.value());
        }
        w.line("}");
    }

    private static void markAfter(Body body, int value, boolean[] marked) {
        if (marked[value]) {
            return;
        }
        marked[value] = true;
        if (!(body.instrs().get(value) instanceof Instr.Fold)) {
            for (int arg : Needs.args(body.instrs().get(value))) {
                markAfter(body, arg, marked);
            }
        }
    }
}
