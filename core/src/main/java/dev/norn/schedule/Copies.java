package dev.norn.schedule;

import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Inserts the copies without which a value would have no memory of its own where it needs some: an operand of a matrix
 * product that is only a way of addressing, a result that is a variable as it stands, a part that two concatenations claim.
 */
final class Copies {

    private final Map<Tensor, Tensor> rebuilt = new IdentityHashMap<>();
    private final Map<Tensor, Tensor> copies = new IdentityHashMap<>();
    private final Set<Tensor> placed = Collections.newSetFromMap(new IdentityHashMap<>());

    private Copies() {}

    /**
     * @param foldsOfCopies folds whose operand has to lie in memory, densely
     */
    static Program insert(Program program, Set<Tensor> foldsOfCopies) {
        Copies c = new Copies();
        for (Tensor t : Graphs.topological(program.roots())) {
            c.rebuilt.put(t, c.rebuild(t, foldsOfCopies.contains(t)));
        }
        return program.withRoots(program.roots().stream().map(root -> c.root(c.rebuilt.get(root))).toList());
    }

    private Tensor rebuild(Tensor t, boolean copyOperand) {
        List<Tensor> inputs = t.inputs().stream().map(rebuilt::get).toList();
        List<Tensor> better = switch (Nodes.of(t)) {
            case MATMUL, GATHER, ALIAS -> inputs.stream().map(this::inMemory).toList();
            case CONCAT -> inputs.stream().map(this::placeable).toList();
            case FOLD -> copyOperand ? List.of(inputs.get(0).copied()) : inputs;
            default -> inputs;
        };
        for (int i = 0; i < better.size(); i++) {
            if (better.get(i) != t.inputs().get(i)) {
                return t.withInputs(better);
            }
        }
        return t;
    }

    private Tensor inMemory(Tensor t) {
        return switch (Nodes.of(t)) {
            case INDEXED, MOVE -> copies.computeIfAbsent(t, Tensor::copied);
            default -> t;
        };
    }

    /** A computed value that nothing else has placed, so that its kernel can write it straight into the concatenation. */
    private Tensor placeable(Tensor t) {
        Tensor b = t;
        while (b.op() instanceof Op.View view && view.offset() == 0
                && b.shape().size() == b.inputs().get(0).shape().size()) {
            b = b.inputs().get(0);
        }
        return switch (Nodes.of(b)) {
            case ELEMENTWISE, FOLD, MATMUL, GATHER, CONCAT -> placed.add(b) ? b : placedCopy(t);
            default -> placedCopy(t);
        };
    }

    private Tensor placedCopy(Tensor t) {
        Tensor copy = t.copied();
        placed.add(copy);
        return copy;
    }

    private Tensor root(Tensor t) {
        return switch (Nodes.of(t)) {
            case ELEMENTWISE, FOLD, MATMUL -> t;
            default -> t.copied();
        };
    }
}
