package dev.norn.schedule;

import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A place in memory for every value that has to reach it. Results and assigned values are written where they belong by the
 * kernel that computes them, parts of a concatenation into the whole, and everything else into an arena for its type, where
 * values that are not needed at the same time share the space (Pisarchyk and Lee, "Efficient memory management for deep
 * neural net inference", 2020: greedy by size).
 */
final class MemoryPlan {

    /** Values begin at multiples of this many elements: a cache line or more for every type. */
    private static final int ALIGNMENT = 16;

    private final Fusion.Result fused;
    private final Program program;
    private final List<BufferSpec> buffers = new ArrayList<>();
    private final Map<Object, Integer> bufferOf = new HashMap<>();
    private final Map<Tensor, Slot> slots = new HashMap<>();
    private final Map<Tensor, List<Slot>> targets = new LinkedHashMap<>();
    private final Map<Variable, Tensor> deferred = new LinkedHashMap<>();

    /** A stretch of an arena, used from one group to another. */
    private record Block(Tensor tensor, int first, int last, int size) {}

    /** @param asked the program as it was before any simplification: its inputs can be set, needed or not */
    MemoryPlan(Fusion.Result fused, Program asked) {
        this.fused = fused;
        this.program = fused.program();
        asked.inputs().forEach((name, t) ->
                buffer("input " + name, BufferSpec.Role.INPUT, t.dtype(), t.shape().size(), name, null));
        program.outputs().forEach((name, t) ->
                buffer("output " + name, BufferSpec.Role.OUTPUT, t.dtype(), t.shape().size(), name, null));
        asked.variables().forEach(v ->
                buffer(v, BufferSpec.Role.VARIABLE, v.dtype(), v.shape().size(), v.name(), v));
        place();
    }

    private int buffer(Object key, BufferSpec.Role role, DType dtype, int size, String name, Variable variable) {
        buffers.add(new BufferSpec(role, dtype, size, name, variable, null));
        bufferOf.put(key, buffers.size() - 1);
        return buffers.size() - 1;
    }

    List<BufferSpec> buffers() {
        return buffers;
    }

    /** Assignments that must wait until everything has read the old value: from where, to where. */
    Map<Variable, Tensor> deferred() {
        return deferred;
    }

    /** Where a variable lies. */
    Slot slot(Variable variable) {
        return new Slot(bufferOf.get(variable), 0);
    }

    /** Where a tensor lies. */
    Slot slot(Tensor t) {
        Tensor base = Nodes.base(t);
        Slot start = base.op() instanceof Op.Read read ? slot(read.variable())
                : base.op() instanceof Op.Input input ? new Slot(bufferOf.get("input " + input.name()), 0)
                : base.op() instanceof Op.Literal literal ? literal(literal)
                : slots.get(base);
        return new Slot(start.buffer(), start.offset() + Nodes.offset(t));
    }

    private Slot literal(Op.Literal literal) {
        Integer known = bufferOf.get(literal.value().data());
        if (known == null) {
            known = buffers.size();
            buffers.add(new BufferSpec(BufferSpec.Role.LITERAL, literal.value().dtype(), literal.value().size(),
                    "literal", null, literal.value()));
            bufferOf.put(literal.value().data(), known);
        }
        return new Slot(known, 0);
    }

    /** Where to store each value of a group that goes to memory. */
    Map<Tensor, List<Slot>> targets(Fusion.Group group) {
        Map<Tensor, List<Slot>> own = new LinkedHashMap<>();
        targets.forEach((t, where) -> {
            if (fused.groupOf().get(t) == group) {
                own.put(t, where);
            }
        });
        return own;
    }

    private void place() {
        Map<Tensor, Integer> lastUse = new LinkedHashMap<>();
        for (Fusion.Group group : fused.groups()) {
            for (Tensor read : group.reads()) {
                use(read, group.index, lastUse);
            }
        }
        int end = fused.groups().size();
        Map<Tensor, List<Slot>> results = new LinkedHashMap<>();
        program.outputs().forEach((name, t) ->
                results.computeIfAbsent(t, k -> new ArrayList<>()).add(new Slot(bufferOf.get("output " + name), 0)));
        program.assignments().forEach((variable, t) -> {
            if (readBefore(variable, t)) {
                deferred.put(variable, t);
                lastUse.merge(t, end, Math::max);
            } else {
                results.computeIfAbsent(t, k -> new ArrayList<>()).add(slot(variable));
            }
        });
        // The outermost concatenation that a value is a part of holds it; the others have an arena or a result.
        Map<Tensor, Tensor> whole = new LinkedHashMap<>();
        lastUse.keySet().stream().filter(t -> Nodes.of(t) == Nodes.CONCAT)
                .forEach(c -> c.inputs().forEach(part -> whole.put(part, c)));
        whole.forEach((part, c) -> {
            // A part may be needed on its own when nothing needs the whole any more.
            Tensor outermost = c;
            while (whole.containsKey(outermost)) {
                outermost = whole.get(outermost);
            }
            lastUse.merge(outermost, lastUse.get(part), Math::max);
        });
        List<Block> blocks = new ArrayList<>();
        for (Tensor t : lastUse.keySet()) {
            if (!whole.containsKey(t) && !results.containsKey(t)) {
                blocks.add(new Block(t, firstWrite(t), lastUse.get(t), t.shape().size()));
            }
        }
        results.forEach((t, where) -> {
            if (!whole.containsKey(t)) {
                slots.put(t, where.get(0));
            }
        });
        for (DType dtype : DType.values()) {
            allocate(dtype, blocks.stream().filter(b -> b.tensor.dtype() == dtype).toList());
        }
        whole.keySet().forEach(part -> placePart(part, whole));
        for (Tensor t : fused.groupOf().keySet()) {
            List<Slot> where = new ArrayList<>();
            if (slots.containsKey(t)) {
                where.add(slots.get(t));
            }
            results.getOrDefault(t, List.of()).stream().filter(s -> !where.contains(s)).forEach(where::add);
            if (!where.isEmpty()) {
                targets.put(t, where);
            }
        }
    }

    private void use(Tensor read, int group, Map<Tensor, Integer> lastUse) {
        Tensor base = Nodes.base(read);
        if (Nodes.of(base) == Nodes.SOURCE) {
            return;
        }
        lastUse.merge(base, group, Math::max);
        if (Nodes.of(base) == Nodes.CONCAT) {
            base.inputs().forEach(part -> use(part, group, lastUse));
        }
    }

    private int firstWrite(Tensor t) {
        return Nodes.of(t) == Nodes.CONCAT
                ? t.inputs().stream().mapToInt(this::firstWrite).min().orElse(0)
                : fused.groupOf().get(t).index;
    }

    private void placePart(Tensor part, Map<Tensor, Tensor> whole) {
        if (slots.containsKey(part)) {
            return;
        }
        Tensor concat = whole.get(part);
        if (!slots.containsKey(concat)) {
            placePart(concat, whole);
        }
        Slot start = slots.get(concat);
        int offset = 0;
        for (Tensor sibling : concat.inputs()) {
            if (sibling == part) {
                slots.put(part, new Slot(start.buffer(), start.offset() + offset));
            }
            offset += sibling.shape().size();
        }
    }

    /** Whether some kernel reads the variable's old value after {@code t}, or beside it at another point, was computed. */
    private boolean readBefore(Variable variable, Tensor t) {
        int written = fused.groupOf().get(t).index;
        for (Fusion.Group group : fused.groups()) {
            boolean reads = group.reads().stream().anyMatch(x -> readsVariable(x, variable));
            if (!reads || group.index < written) {
                continue;
            }
            boolean asOperand = group.anchor != null && group.anchor.inputs().stream().anyMatch(x -> readsVariable(x, variable));
            if (group.index > written || asOperand || !group.body.inPlace(t, x -> readsVariable(x, variable))) {
                return true;
            }
        }
        return false;
    }

    private static boolean readsVariable(Tensor t, Variable variable) {
        Tensor base = Nodes.base(t);
        return base.op() instanceof Op.Read read && read.variable() == variable
                || Nodes.of(base) == Nodes.CONCAT && base.inputs().stream().anyMatch(x -> readsVariable(x, variable));
    }

    private void allocate(DType dtype, List<Block> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        List<Block> bySize = new ArrayList<>(blocks);
        // Group and name break ties, so that a program always gets the same plan.
        bySize.sort(Comparator.comparingInt(Block::size).reversed().thenComparing(Block::first).thenComparing(Block::last));
        Map<Block, Integer> placed = new LinkedHashMap<>();
        int end = 0;
        for (Block block : bySize) {
            List<Map.Entry<Block, Integer>> taken = placed.entrySet().stream()
                    .filter(e -> e.getKey().first <= block.last && block.first <= e.getKey().last)
                    .sorted(Map.Entry.comparingByValue()).toList();
            int offset = 0;
            for (Map.Entry<Block, Integer> other : taken) {
                if (offset + block.size <= other.getValue()) {
                    break;
                }
                offset = Math.max(offset, align(other.getValue() + other.getKey().size));
            }
            placed.put(block, offset);
            end = Math.max(end, offset + block.size);
        }
        int arena = buffer(dtype, BufferSpec.Role.ARENA, dtype, end, "arena " + dtype, null);
        placed.forEach((block, offset) -> slots.put(block.tensor, new Slot(arena, offset)));
    }

    private static int align(int n) {
        return Math.addExact(n, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
