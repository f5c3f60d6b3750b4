package dev.norn.schedule;

import dev.norn.graph.Op;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Binary;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Turns the tensors that one kernel computes into the kernel's {@link Body}. Tensors are added one by one; one that does
 * not fit is refused and leaves no trace.
 *
 * <p>Each tensor is lowered under an <em>axis map</em>: for each of its axes the axis of the iteration space that runs along
 * it, or -1 where its extent is 1. A broadcast or a transposition is then only another map for the operand, and a load's
 * strides follow from map and shape.
 */
final class BodyBuilder {

    /** More would make a kernel that no compiler likes. */
    private static final int MOST_INSTRUCTIONS = 400;

    private final Shape space;
    private final boolean[] foldAxes;
    private final int[][] axisGroups;
    private final boolean fullAfterFold;
    private final Predicate<Tensor> inMemory;

    private final List<Instr> instrs = new ArrayList<>();
    private final List<Tensor> sources = new ArrayList<>();
    private final List<Boolean> folded = new ArrayList<>();
    private final List<Boolean> afterFold = new ArrayList<>();
    private final Map<Key, Integer> known = new HashMap<>();
    private final Map<Tensor, Integer> members = new IdentityHashMap<>();

    /** Thrown and caught inside: the tensor does not fit this kernel. */
    private static final class Misfit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misfit() {
            super(null, null, false, false);
        }
    }

    /**
     * @param space the iteration space, as a tensor's shape
     * @param foldFrom first axis that is folded
     * @param foldTo one past the last; none if equal
     * @param axisGroups runs of axes, each of which has to become one dimension of the body; null: as few as possible
     * @param fullAfterFold whether full values may be computed of folded ones
     * @param inMemory whether a tensor is in memory, complete, before this kernel runs
     */
    BodyBuilder(Shape space, int foldFrom, int foldTo, int[][] axisGroups, boolean fullAfterFold,
            Predicate<Tensor> inMemory) {
        this.space = space;
        this.foldAxes = new boolean[space.rank()];
        Arrays.fill(foldAxes, foldFrom, foldTo, true);
        this.axisGroups = axisGroups;
        this.fullAfterFold = fullAfterFold;
        this.inMemory = inMemory;
    }

    /** Makes {@code t} one of the values that this kernel computes, or returns false. */
    boolean add(Tensor t) {
        int mark = instrs.size();
        Map<Key, Integer> before = new HashMap<>(known);
        try {
            int[] map = identity(t.shape());
            int value;
            if (t.op() instanceof Op.MatMul) {
                value = emit(new Instr.Product(t.dtype()), null, false, false);
            } else if (t.op() instanceof Op.Fold fold) {
                int arg = lower(t.inputs().get(0), identity(t.inputs().get(0).shape()));
                if (!fullAfterFold && afterFold.get(arg)) {
                    throw new Misfit();
                }
                value = emit(new Instr.Fold(t.dtype(), fold.reduction(), arg), null, true, true);
            } else {
                value = compute(t, map);
            }
            members.put(t, value);
            return true;
        } catch (Misfit misfit) {
            instrs.subList(mark, instrs.size()).clear();
            sources.subList(mark, sources.size()).clear();
            folded.subList(mark, folded.size()).clear();
            afterFold.subList(mark, afterFold.size()).clear();
            known.clear();
            known.putAll(before);
            return false;
        }
    }

    private static int[] identity(Shape shape) {
        int[] map = new int[shape.rank()];
        for (int a = 0; a < map.length; a++) {
            map[a] = shape.dim(a) == 1 ? -1 : a;
        }
        return map;
    }

    private int lower(Tensor t, int[] map) {
        Key key = new Key(t, Arrays.stream(map).boxed().toList());
        Integer seen = known.get(key);
        if (seen != null) {
            return seen;
        }
        int value = lowerNew(t, map);
        known.put(key, value);
        return value;
    }

    /** Tensors have no equality but identity. */
    private record Key(Tensor tensor, List<Integer> map) {}

    private int lowerNew(Tensor t, int[] map) {
        Integer member = members.get(t);
        if (member != null) {
            // A value of this kernel can be used at the point where it is computed, not elsewhere.
            if (!Arrays.equals(map, identity(t.shape()))) {
                throw new Misfit();
            }
            return member;
        }
        if (t.op() instanceof Op.Constant constant) {
            return emit(new Instr.Const(t.dtype(), constant.value()), null, hasFold(), false);
        }
        if (t.op() instanceof Op.Iota iota) {
            int[] strides = new int[space.rank()];
            if (map[iota.axis()] >= 0) {
                strides[map[iota.axis()]] = 1;
            }
            return emit(new Instr.Index(strides), null, constantAlongFold(strides), false);
        }
        if (Nodes.of(t) == Nodes.MOVE) {
            return lower(t.inputs().get(0), operandMap(t, map));
        }
        if (inMemory.test(t)) {
            int[] strides = strides(t.shape(), map);
            return emit(new Instr.Load(t.dtype(), null, strides), t, constantAlongFold(strides), false);
        }
        if (Nodes.of(t) != Nodes.ELEMENTWISE) {
            throw new Misfit();
        }
        return compute(t, map);
    }

    private static int[] operandMap(Tensor t, int[] map) {
        Tensor x = t.inputs().get(0);
        int[] result = map.clone();
        if (t.op() instanceof Op.Transpose) {
            int last = map.length - 1;
            result[last] = map[last - 1];
            result[last - 1] = map[last];
        } else {
            for (int a = 0; a < result.length; a++) {
                if (x.shape().dim(a) == 1) {
                    result[a] = -1;
                }
            }
        }
        return result;
    }

    private int compute(Tensor t, int[] map) {
        if (t.op() instanceof Op.Uniform uniform) {
            int counter = lower(t.inputs().get(0), new int[0]);
            int[] strides = strides(t.shape(), map);
            return emit(new Instr.Random(t.dtype(), uniform.seed(), uniform.stream(), counter, strides), null,
                    constantAlongFold(strides) && folded.get(counter), afterFold.get(counter));
        }
        int[] args = new int[t.inputs().size()];
        boolean allFolded = hasFold();
        boolean anyAfter = false;
        for (int i = 0; i < args.length; i++) {
            args[i] = lower(t.inputs().get(i), map);
            allFolded &= folded.get(args[i]);
            anyAfter |= afterFold.get(args[i]);
        }
        if (!fullAfterFold && anyAfter && !allFolded) {
            throw new Misfit();
        }
        assert t.op() instanceof Unary || t.op() instanceof Binary || t.op() instanceof Op.Where || t.op() instanceof Op.Cast;
        return emit(new Instr.Compute(t.dtype(), t.op(), args), null, allFolded, anyAfter);
    }

    private boolean hasFold() {
        for (boolean f : foldAxes) {
            if (f) {
                return true;
            }
        }
        return false;
    }

    private boolean constantAlongFold(int[] strides) {
        for (int a = 0; a < strides.length; a++) {
            if (foldAxes[a] && strides[a] != 0) {
                return false;
            }
        }
        return hasFold();
    }

    /** How far an index into a dense tensor moves along each axis of the space. */
    private int[] strides(Shape shape, int[] map) {
        int[] own = shape.strides();
        int[] strides = new int[space.rank()];
        for (int a = 0; a < map.length; a++) {
            if (map[a] >= 0) {
                strides[map[a]] += own[a];
            }
        }
        return strides;
    }

    private int emit(Instr instr, Tensor source, boolean isFolded, boolean isAfterFold) {
        if (instrs.size() >= MOST_INSTRUCTIONS && !members.isEmpty()) {
            throw new Misfit();
        }
        int[] strides = stridesOf(instr);
        if (strides != null && axisGroups != null) {
            for (int[] group : axisGroups) {
                if (joint(strides, group) == null) {
                    throw new Misfit();
                }
            }
        }
        instrs.add(instr);
        sources.add(source);
        folded.add(isFolded);
        afterFold.add(isAfterFold);
        return instrs.size() - 1;
    }

    private static int[] stridesOf(Instr instr) {
        return instr instanceof Instr.Load load ? load.strides()
                : instr instanceof Instr.Index index ? index.strides()
                : instr instanceof Instr.Random random ? random.strides() : null;
    }

    /** The one stride that does for a run of axes, or null if none does. */
    private Integer joint(int[] strides, int[] axes) {
        int stride = 0;
        long expected = 0;
        boolean first = true;
        for (int i = axes.length - 1; i >= 0; i--) {
            int extent = space.dim(axes[i]);
            if (extent == 1) {
                continue;
            }
            if (first) {
                stride = strides[axes[i]];
                first = false;
            } else if (strides[axes[i]] != expected) {
                return null;
            }
            expected = (long) strides[axes[i]] * extent;
        }
        return stride;
    }

    /** The values loaded from memory, with repetitions. */
    List<Tensor> loads() {
        return sources.stream().filter(s -> s != null).toList();
    }

    /** The tensors this kernel computes. */
    Iterable<Tensor> members() {
        return members.keySet();
    }

    /**
     * Whether memory that is loaded here, by tensors {@code reads}, may be overwritten by the member {@code t}: each load
     * is of the same point that is stored, and nothing of another point is computed of it.
     */
    boolean inPlace(Tensor t, Predicate<Tensor> reads) {
        boolean full = !hasFold();
        int[] own = strides(t.shape(), identity(t.shape()));
        for (int i = 0; i < instrs.size(); i++) {
            if (sources.get(i) == null || !reads.test(sources.get(i))) {
                continue;
            }
            int[] strides = ((Instr.Load) instrs.get(i)).strides();
            if (!Arrays.equals(strides, own) || Nodes.offset(sources.get(i)) != 0) {
                return false;
            }
            if (!full) {
                if (fullAfterFold || !folded.get(i)) {
                    return false;
                }
                for (int j = i; j < instrs.size(); j++) {
                    if (instrs.get(j) instanceof Instr.Compute c && !folded.get(j) && contains(c.args(), i)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean contains(int[] args, int value) {
        return Arrays.stream(args).anyMatch(a -> a == value);
    }

    /**
     * The finished body.
     *
     * @param slotOf where a loaded tensor lies
     * @param targets where to store each member that goes to memory
     */
    Body build(Function<Tensor, Slot> slotOf, Map<Tensor, List<Slot>> targets) {
        int[][] groups = axisGroups != null ? axisGroups : fewestGroups();
        int[] dims = Arrays.stream(groups).mapToInt(this::extent).toArray();
        List<Instr> finished = new ArrayList<>();
        for (int i = 0; i < instrs.size(); i++) {
            Instr instr = instrs.get(i);
            int[] strides = stridesOf(instr);
            int[] joined = strides == null ? null
                    : Arrays.stream(groups).mapToInt(group -> joint(strides, group)).toArray();
            if (instr instanceof Instr.Load load) {
                finished.add(new Instr.Load(load.dtype(), slotOf.apply(sources.get(i)), joined));
            } else if (instr instanceof Instr.Index) {
                finished.add(new Instr.Index(joined));
            } else if (instr instanceof Instr.Random r) {
                finished.add(new Instr.Random(r.dtype(), r.seed(), r.stream(), r.counter(), joined));
            } else {
                finished.add(instr);
            }
        }
        List<Body.Store> stores = new ArrayList<>();
        targets.forEach((t, slots) -> {
            boolean foldedStore = hasFold() && !t.shape().equals(space);
            slots.forEach(slot -> stores.add(new Body.Store(members.get(t), slot, foldedStore)));
        });
        stores.sort((a, b) -> Integer.compare(a.value(), b.value()));
        boolean[] flags = new boolean[instrs.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = folded.get(i);
        }
        return new Body(dims, List.copyOf(finished), flags, List.copyOf(stores));
    }

    private int extent(int[] axes) {
        int extent = 1;
        for (int a : axes) {
            extent *= space.dim(a);
        }
        return extent;
    }

    /** Neighbouring axes joined where every access allows it. */
    private int[][] fewestGroups() {
        List<int[]> groups = new ArrayList<>();
        for (int a = 0; a < space.rank(); a++) {
            if (!groups.isEmpty()) {
                int[] last = groups.get(groups.size() - 1);
                int[] joined = Arrays.copyOf(last, last.length + 1);
                joined[last.length] = a;
                if (instrs.stream().map(BodyBuilder::stridesOf).allMatch(s -> s == null || joint(s, joined) != null)) {
                    groups.set(groups.size() - 1, joined);
                    continue;
                }
            }
            groups.add(new int[] {a});
        }
        return groups.isEmpty() ? new int[][] {{}} : groups.toArray(int[][]::new);
    }
}
