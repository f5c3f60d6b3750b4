package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Unary;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import dev.norn.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel's body made ready to be computed region by region: each instruction is one loop over the region's elements, and
 * its result a register that is still in the first-level cache when the next instruction reads it. What lies in memory
 * contiguously is used where it lies, and what goes to memory is computed there, where nothing forbids it.
 */
final class BlockProgram {

    /** How many loops of a simple operation a loop of a costly one takes as long as, beyond the first. */
    private static final int COSTLY = 4;

    /** One loop over a region. */
    interface Step {
        void run(Region r);
    }

    /**
     * A value of the body, or a folded one repeated along its row for those that need it so.
     *
     * @param instr what it is, or null for a repetition
     * @param idiom what it is together with instructions before it; or null
     * @param folded whether it has one element for each row of a region instead of one for each point
     */
    private record Value(DType dtype, Instr instr, Idioms.Idiom idiom, boolean folded, int... args) {}

    /** What a register can hold: values of one type that have the same number of elements. */
    private record Kind(DType dtype, boolean folded) {}

    private final Machine machine;
    private final Body body;
    private final Geometry geometry;
    private final List<Value> values = new ArrayList<>();
    private final int[] valueOf;
    private final int[] lastUse;
    private final int[] register;
    private final List<Kind> registers = new ArrayList<>();
    private final Step[] steps;

    /**
     * @param machine the loops and the memory
     * @param body what to compute. Its last dimension is the columns of a region, all others its rows
     * @param kept instructions whose values the caller wants to see after a run
     */
    BlockProgram(Machine machine, Body body, int... kept) {
        this.machine = machine;
        this.body = body;
        this.geometry = new Geometry(body);
        this.valueOf = new int[body.instrs().size()];
        addValues(new Idioms(body, kept));
        this.lastUse = lastUses(kept);
        this.register = new int[values.size()];
        this.steps = compile();
    }

    Geometry geometry() {
        return geometry;
    }

    /** The number under which a region knows an instruction's value. */
    int value(int instr) {
        return valueOf[instr];
    }

    /** How long a region takes, in loops of one instruction for each vector of elements. */
    int cost() {
        return steps.length + (int) values.stream().filter(BlockProgram::isCostly).count() * COSTLY;
    }

    private static boolean isCostly(Value value) {
        return !value.folded && value.instr instanceof Instr.Compute c
                && (c.fn() instanceof Unary u && u.isCostly() || c.fn() instanceof Binary b && b.isCostly());
    }

    /** Computes all values at a region's points, and stores those that are to be stored. */
    void run(Region region) {
        for (Step step : steps) {
            step.run(region);
        }
    }

    /** The registers of one worker. */
    Region newRegion() {
        Region region = new Region(values.size());
        Object[] arrays = new Object[registers.size()];
        for (int i = 0; i < arrays.length; i++) {
            Kind kind = registers.get(i);
            int size = kind.folded ? geometry.rowCapacity : geometry.capacity;
            arrays[i] = machine.lanes(kind.dtype).newArray(size + FloatOps.PADDING);
        }
        for (int v = 0; v < values.size(); v++) {
            if (register[v] >= 0) {
                region.arrays[v] = arrays[register[v]];
            }
            if (values.get(v).instr instanceof Instr.Const c) {
                int n = values.get(v).folded ? geometry.rowCapacity : geometry.capacity;
                machine.lanes(c.dtype()).fill(c.value(), region.arrays[v], 0, n);
            }
        }
        return region;
    }

    // ---- values

    private void addValues(Idioms idioms) {
        Map<Integer, Integer> repeated = new HashMap<>();
        for (int i = 0; i < valueOf.length; i++) {
            if (idioms.isAbsorbed(i)) {
                valueOf[i] = -1;
                continue;
            }
            Instr instr = body.instrs().get(i);
            Idioms.Idiom idiom = idioms.endingAt(i);
            boolean folded = body.folded()[i];
            boolean takesFull = instr instanceof Instr.Fold || !folded;
            int[] args = idiom == null ? args(instr) : idiom.args().clone();
            for (int k = 0; k < args.length; k++) {
                args[k] = takesFull && !(instr instanceof Instr.Random) ? full(args[k], repeated) : valueOf[args[k]];
            }
            values.add(new Value(instr.dtype(), instr, idiom, folded, args));
            valueOf[i] = values.size() - 1;
        }
    }

    /** The value of an instruction with an element for each point. */
    private int full(int instr, Map<Integer, Integer> repeated) {
        if (!body.folded()[instr]) {
            return valueOf[instr];
        }
        return repeated.computeIfAbsent(instr, i -> {
            Instr original = body.instrs().get(i);
            values.add(original instanceof Instr.Const
                    ? new Value(original.dtype(), original, null, false)
                    : new Value(original.dtype(), null, null, false, valueOf[i]));
            return values.size() - 1;
        });
    }

    /** What an instruction is computed of. */
    static int[] args(Instr instr) {
        return instr instanceof Instr.Compute c ? c.args().clone()
                : instr instanceof Instr.Fold f ? new int[] {f.arg()}
                : instr instanceof Instr.Random r ? new int[] {r.counter()} : new int[0];
    }

    private int[] lastUses(int[] kept) {
        int[] last = new int[values.size()];
        for (int v = 0; v < last.length; v++) {
            for (int arg : values.get(v).args) {
                last[arg] = v;
            }
        }
        for (Body.Store store : body.stores()) {
            last[valueOf[store.value()]] = last.length;
        }
        for (int instr : kept) {
            last[valueOf[instr]] = last.length;
        }
        return last;
    }

    // ---- registers

    private Step[] compile() {
        Loads loads = new Loads(machine, geometry);
        List<Step> list = new ArrayList<>();
        Map<Kind, Deque<Integer>> free = new HashMap<>();
        List<Body.Store> direct = new ArrayList<>();
        Arrays.fill(register, -1);
        for (int v = 0; v < values.size(); v++) {
            Value value = values.get(v);
            Kind kind = new Kind(value.dtype, value.folded);
            if (value.instr instanceof Instr.Const) {
                register[v] = newRegister(kind);
            } else if (value.instr instanceof Instr.Load load) {
                Loads.Loading loading = loads.loading(v, load, value.folded);
                register[v] = loading.needsRegister() ? newRegister(kind) : -1;
                list.add(loading.step());
            } else if (!(value.instr instanceof Instr.Product)) {
                release(v, free);
                Body.Store store = storedDirectly(v);
                if (store != null) {
                    direct.add(store);
                    list.add(place(v, store));
                } else {
                    Deque<Integer> pool = free.getOrDefault(kind, new ArrayDeque<>());
                    register[v] = pool.isEmpty() ? newRegister(kind) : pool.pop();
                }
                list.add(computation(v, value));
            }
        }
        body.stores().stream().filter(store -> !direct.contains(store)).map(this::store).forEach(list::add);
        return list.toArray(Step[]::new);
    }

    private int newRegister(Kind kind) {
        registers.add(kind);
        return registers.size() - 1;
    }

    /** Gives back the registers of the operands that {@code v} is the last to use: its result may go to one of them. */
    private void release(int v, Map<Kind, Deque<Integer>> free) {
        for (int arg : Arrays.stream(values.get(v).args).distinct().toArray()) {
            Value value = values.get(arg);
            // Constants and loads stay in theirs from region to region.
            boolean computed = !(value.instr instanceof Instr.Const || value.instr instanceof Instr.Load);
            if (lastUse[arg] == v && computed && register[arg] >= 0) {
                free.computeIfAbsent(new Kind(value.dtype, value.folded), k -> new ArrayDeque<>()).push(register[arg]);
            }
        }
    }

    /** The store into whose place {@code v} can be computed: one of its shape, unless a load of that place is used later. */
    private Body.Store storedDirectly(int v) {
        for (Body.Store store : body.stores()) {
            if (valueOf[store.value()] == v && store.folded() == values.get(v).folded) {
                for (int w = 0; w < values.size(); w++) {
                    if (values.get(w).instr instanceof Instr.Load load && load.slot().equals(store.slot())
                            && lastUse[w] > v) {
                        return null;
                    }
                }
                return store;
            }
        }
        return null;
    }

    /** Lets {@code v} be computed where it is to be stored. */
    private Step place(int v, Body.Store store) {
        Object memory = machine.memory(store.slot());
        int base = store.slot().offset();
        int cols = store.folded() ? 1 : geometry.cols;
        return r -> {
            r.arrays[v] = memory;
            r.offsets[v] = base + r.row * cols + (cols == 1 ? 0 : r.col);
        };
    }

    private Step store(Body.Store store) {
        int v = valueOf[store.value()];
        Object memory = machine.memory(store.slot());
        int base = store.slot().offset();
        int cols = geometry.cols;
        if (store.folded()) {
            return r -> System.arraycopy(r.arrays[v], r.offsets[v], memory, base + r.row, r.rows);
        }
        if (values.get(v).folded) {
            Lanes lanes = machine.lanes(values.get(v).dtype);
            return r -> lanes.expand(r.arrays[v], r.offsets[v], memory, base + r.row * cols + r.col, r.rows, r.cols);
        }
        return r -> System.arraycopy(r.arrays[v], r.offsets[v], memory, base + r.row * cols + r.col, r.size());
    }

    // ---- computation

    private Step computation(int v, Value value) {
        Lanes lanes = machine.lanes(value.dtype);
        Instr instr = value.instr;
        boolean folded = value.folded;
        if (instr == null) {
            int a = value.args[0];
            return r -> lanes.expand(r.arrays[a], r.offsets[a], r.arrays[v], r.offsets[v], r.rows, r.cols);
        }
        if (instr instanceof Instr.Index index) {
            return geometry.index(v, index.strides(), folded);
        }
        if (instr instanceof Instr.Random random) {
            return random(v, value, random);
        }
        if (instr instanceof Instr.Fold fold) {
            int a = value.args[0];
            return r -> lanes.reduceRows(
                    fold.reduction(), r.arrays[a], r.offsets[a], r.rows, r.cols, r.arrays[v], r.offsets[v]);
        }
        if (value.idiom != null) {
            Idioms.Loop loop = value.idiom.loop();
            return r -> loop.run(lanes, r, value.args, v, r.count(folded));
        }
        Op fn = ((Instr.Compute) instr).fn();
        int a = value.args[0];
        if (fn instanceof Unary unary) {
            return r -> lanes.unary(unary, r.arrays[a], r.offsets[a], r.arrays[v], r.offsets[v], r.count(folded));
        }
        if (fn instanceof Op.Cast) {
            return r -> Conversions.cast(r.arrays[a], r.offsets[a], r.arrays[v], r.offsets[v], r.count(folded));
        }
        int b = value.args[1];
        if (fn instanceof Binary binary) {
            // A comparison's result has its operands' type, so one type serves for all.
            return r -> lanes.binary(binary, r.arrays[a], r.offsets[a], r.arrays[b], r.offsets[b],
                    r.arrays[v], r.offsets[v], r.count(folded));
        }
        int c = value.args[2];
        return r -> lanes.where(r.arrays[a], r.offsets[a], r.arrays[b], r.offsets[b], r.arrays[c], r.offsets[c],
                r.arrays[v], r.offsets[v], r.count(folded));
    }

    private Step random(int v, Value value, Instr.Random random) {
        int counterValue = value.args[0];
        Lanes ints = machine.lanes(DType.I32);
        int colStride = value.folded ? 0 : geometry.colStride(random.strides());
        return r -> {
            int step = (int) ints.get(r.arrays[counterValue], r.offsets[counterValue]);
            int counter = random.stream() << 24 | step & 0xFFFFFF;
            int width = value.folded ? 1 : r.cols;
            for (int i = 0; i < r.rows; i++) {
                int first = geometry.rowOffset(r.row + i, random.strides()) + r.col * colStride;
                machine.uniforms.fill(
                        random.seed(), counter, first, colStride, r.arrays[v], r.offsets[v] + i * width, width);
            }
        };
    }
}
