package dev.norn.schedule;

import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which values one kernel computes.
 *
 * <p>An elementwise value is <em>inlined</em> into whatever uses it, computed again for each user, unless it is an
 * <em>anchor</em>: something needs it in memory, or computing it again would cost more than a load. Anchors are put into
 * groups, one kernel each, in topological order: an anchor joins the last of the groups that it needs a value of, if it
 * fits there (an epilogue of a matrix product, another pass over the rows of a softmax), else a later group with the same
 * iteration space, else a new one at the end. Since all it needs lies in that group or before it, no cycle can arise. An
 * anchor that only its own group uses never reaches memory.
 */
final class Fusion {

    /** A kernel to be. */
    static final class Group {
        int index;
        final Nodes kind;
        final Shape space;
        /** The space with the folded axes reduced to 1, where the kind is FOLD, else null. */
        final Shape folded;
        /** Null for GATHER. */
        final BodyBuilder body;
        /** The MATMUL or GATHER that the group was made for, else null. */
        final Tensor anchor;
        /** Whether full values may follow a fold. */
        final boolean rows;

        Group(int index, Nodes kind, Shape space, Shape folded, boolean rows, BodyBuilder body, Tensor anchor) {
            this.index = index;
            this.kind = kind;
            this.space = space;
            this.folded = folded;
            this.rows = rows;
            this.body = body;
            this.anchor = anchor;
        }

        /** Everything that has to be in memory before the kernel runs. */
        List<Tensor> reads() {
            List<Tensor> reads = new ArrayList<>(anchor == null ? List.of() : anchor.inputs());
            if (body != null) {
                reads.addAll(body.loads());
            }
            return reads;
        }
    }

    /** Longest row that one kernel keeps whole between two passes over it, where the rows are few. */
    private static final int LONGEST_SINGLE_ROW = 4096;

    /** An inlined value that costs more than this (in operations or loads) is stored if it has several users. */
    private static final int CHEAP_OPERATIONS = 6;
    private static final int CHEAP_LOADS = 2;
    private static final int LONGEST_INLINED = 64;

    private final Program program;
    private final boolean fuse;
    private final Set<Tensor> anchors = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Tensor, Group> groupOf = new IdentityHashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final Set<Tensor> misfits = new HashSet<>();

    private Fusion(Program program, boolean fuse) {
        this.program = program;
        this.fuse = fuse;
    }

    /**
     * @param groups in order of execution
     * @param groupOf the group of each anchor
     * @param program the program, with copies inserted
     */
    record Result(List<Group> groups, Map<Tensor, Group> groupOf, Program program) {}

    static Result run(Program simplified, boolean fuse) {
        Program program = Copies.insert(simplified, Set.of());
        while (true) {
            Fusion fusion = new Fusion(program, fuse);
            fusion.chooseAnchors();
            fusion.group();
            if (fusion.misfits.isEmpty()) {
                return new Result(fusion.groups, fusion.groupOf, program);
            }
            program = Copies.insert(program, fusion.misfits);
        }
    }

    // ---- anchors

    private record Cost(Set<Tensor> loads, int operations, boolean costly) {}

    private void chooseAnchors() {
        List<Tensor> order = Graphs.topological(program.roots());
        Map<Tensor, List<Tensor>> users = new IdentityHashMap<>();
        for (Tensor t : order) {
            for (Tensor x : t.inputs()) {
                users.computeIfAbsent(x, k -> new ArrayList<>()).add(t);
            }
        }
        Set<Tensor> roots = new HashSet<>(program.roots());
        Map<Tensor, Cost> costs = new HashMap<>();
        for (Tensor t : order) {
            List<Tensor> uses = users.getOrDefault(t, List.of());
            Cost cost = new Cost(Set.of(t), 0, false);
            switch (Nodes.of(t)) {
                case FOLD, MATMUL, GATHER -> anchors.add(t);
                case INDEXED -> cost = new Cost(Set.of(), 0, false);
                case MOVE -> cost = costs.get(t.inputs().get(0));
                case ELEMENTWISE -> {
                    Cost inlined = cost(t, costs);
                    boolean expensive = inlined.costly || inlined.operations > CHEAP_OPERATIONS
                            || inlined.loads.size() > CHEAP_LOADS;
                    boolean several = uses.stream().flatMap(u -> Nodes.of(u) == Nodes.MOVE
                            ? users.getOrDefault(u, List.of()).stream() : java.util.stream.Stream.of(u))
                            .distinct().count() > 1;
                    if (!fuse || roots.contains(t) || Nodes.isCopy(t) || uses.stream().anyMatch(u -> needsMemory(t, u))
                            || several && expensive || inlined.operations > LONGEST_INLINED) {
                        anchors.add(t);
                    } else {
                        cost = inlined;
                    }
                }
                default -> { }
            }
            costs.put(t, cost);
        }
    }

    private static Cost cost(Tensor t, Map<Tensor, Cost> costs) {
        Set<Tensor> loads = new HashSet<>();
        int operations = 1;
        boolean costly = t.op() instanceof Unary u && u.isCostly() || t.op() instanceof Binary b && b.isCostly()
                || t.op() instanceof Op.Uniform;
        for (Tensor x : t.inputs()) {
            Cost c = costs.get(x);
            loads.addAll(c.loads);
            operations += c.operations;
            costly |= c.costly;
        }
        return new Cost(loads, operations, costly);
    }

    /** Whether {@code user} can only read its operand {@code t} from memory, or would compute it more often than once. */
    private static boolean needsMemory(Tensor t, Tensor user) {
        return switch (Nodes.of(user)) {
            case MATMUL, GATHER, CONCAT, ALIAS, MOVE -> true;
            case ELEMENTWISE -> user.op() instanceof Op.Uniform;
            default -> false;
        };
    }

    // ---- groups

    private void group() {
        for (Tensor t : Graphs.topological(program.roots())) {
            if (anchors.contains(t)) {
                Group group = place(t);
                if (group == null) {
                    misfits.add(t);
                    return;
                }
                groupOf.put(t, group);
            }
        }
    }

    /** The groups whose values {@code t} is computed of, through whatever is inlined. */
    private Set<Group> needs(Tensor t) {
        Set<Group> needs = new LinkedHashSet<>();
        Set<Tensor> seen = new HashSet<>();
        Deque<Tensor> stack = new ArrayDeque<>(t.inputs());
        while (!stack.isEmpty()) {
            Tensor x = stack.pop();
            if (anchors.contains(x)) {
                needs.add(groupOf.get(x));
            } else if (seen.add(x)) {
                x.inputs().forEach(stack::push);
            }
        }
        return needs;
    }

    private Group place(Tensor t) {
        Nodes kind = Nodes.of(t);
        if (fuse && (kind == Nodes.ELEMENTWISE || kind == Nodes.FOLD)) {
            Set<Group> needs = needs(t);
            int latest = needs.stream().mapToInt(g -> g.index).max().orElse(-1);
            if (latest >= 0 && joins(t, groups.get(latest))) {
                return groups.get(latest);
            }
            // Later groups of the same space share loads, or at least a launch. The last first: what a step assigns then
            // comes after all that read the old value. A dropout's mask is drawn by the product that it falls on.
            for (int i = groups.size() - 1; i > latest; i--) {
                Group group = groups.get(i);
                boolean alike = group.kind == kind || kind == Nodes.ELEMENTWISE && group.kind == Nodes.MATMUL;
                if (alike && joins(t, group)) {
                    return group;
                }
            }
            // An earlier group that no other has used yet might as well run last: the moments of an optimizer, whose step
            // size was computed after them.
            for (Group group : needs) {
                if (group.kind == kind && !isUsed(group) && joins(t, moveToEnd(group))) {
                    return group;
                }
            }
        }
        Group group = create(t);
        groups.add(group);
        return group.body == null || group.body.add(t) ? group : null;
    }

    private boolean isUsed(Group group) {
        return groups.stream().anyMatch(g -> g != group
                && g.reads().stream().anyMatch(x -> anchors.contains(Nodes.base(x))
                        ? groupOf.get(Nodes.base(x)) == group : needs(x).contains(group)));
    }

    private Group moveToEnd(Group group) {
        groups.remove(group);
        groups.add(group);
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).index = i;
        }
        return group;
    }

    private boolean joins(Tensor t, Group group) {
        if (group.body == null) {
            return false;
        }
        if (Nodes.of(t) == Nodes.FOLD) {
            if (group.kind != Nodes.FOLD || !t.inputs().get(0).shape().equals(group.space)
                    || !t.shape().equals(group.folded)) {
                return false;
            }
        } else {
            boolean full = t.shape().equals(group.space) && (group.kind != Nodes.FOLD || group.rows);
            boolean folded = group.kind == Nodes.FOLD && t.shape().equals(group.folded);
            if (!full && !folded) {
                return false;
            }
        }
        return group.body.add(t);
    }

    /** [outer, n, inner] of a fold, whose axes lie side by side but for axes of extent 1. */
    private static int[] foldDims(Tensor fold) {
        Shape shape = fold.inputs().get(0).shape();
        List<Integer> axes = ((Op.Fold) fold.op()).axes();
        int[] dims = {1, 1, 1};
        for (int a = 0; a < shape.rank(); a++) {
            dims[a < axes.get(0) ? 0 : a <= axes.get(axes.size() - 1) ? 1 : 2] *= shape.dim(a);
        }
        return dims;
    }

    private Group create(Tensor t) {
        Nodes kind = Nodes.of(t);
        if (kind == Nodes.GATHER) {
            return new Group(groups.size(), kind, t.shape(), null, false, null, t);
        }
        // The body asks what is in memory before its group runs, wherever that group has moved by then.
        Group[] self = new Group[1];
        Predicate<Tensor> inMemory = x -> before(x, self[0]);
        Shape space = kind == Nodes.FOLD ? t.inputs().get(0).shape() : t.shape();
        Shape folded = null;
        boolean rows = false;
        BodyBuilder body;
        if (kind == Nodes.FOLD) {
            int[] dims = foldDims(t);
            List<Integer> axes = ((Op.Fold) t.op()).axes();
            int from = axes.get(0);
            int to = axes.get(axes.size() - 1) + 1;
            folded = t.shape();
            rows = dims[2] == 1 && (dims[0] > 1 || dims[1] <= LONGEST_SINGLE_ROW);
            int[][] groupsOfAxes = rows
                    ? new int[][] {range(0, from), range(from, space.rank())}
                    : new int[][] {range(0, from), range(from, to), range(to, space.rank())};
            body = new BodyBuilder(space, from, to, groupsOfAxes, rows, inMemory);
        } else if (kind == Nodes.MATMUL) {
            body = new BodyBuilder(space, 0, 0, new int[][] {{0}, {1}}, true, inMemory);
        } else {
            body = new BodyBuilder(space, 0, 0, null, true, inMemory);
        }
        self[0] = new Group(groups.size(), kind, space, folded, rows, body, kind == Nodes.MATMUL ? t : null);
        return self[0];
    }

    private static int[] range(int from, int to) {
        return java.util.stream.IntStream.range(from, to).toArray();
    }

    /** Whether a tensor is in memory when {@code group} runs. */
    private boolean before(Tensor x, Group group) {
        return switch (Nodes.of(x)) {
            case SOURCE -> true;
            case ALIAS, CONCAT -> needs(x).stream().allMatch(g -> g.index < group.index);
            default -> groupOf.containsKey(x) && groupOf.get(x).index < group.index;
        };
    }
}
