package dev.norn.backend;

import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One-off expressions, compiled once per structure: literals become inputs, so that the same formula on other numbers is
 * the same program.
 */
final class Expressions {

    /** How many compiled structures are kept, the most recently used. */
    private static final int KEPT = 64;

    private final Session session;
    private final Map<List<Node>, Step> compiled = new LinkedHashMap<>(16, 0.75f, true);

    /** A tensor, but for literal numbers and the identity of its operands: those are known by their place in the order. */
    private record Node(Op op, DType dtype, Shape shape, List<Integer> inputs) {}

    Expressions(Session session) {
        this.session = session;
    }

    List<NdArray> evaluate(List<Tensor> tensors) {
        List<Node> structure = new ArrayList<>();
        List<NdArray> literals = new ArrayList<>();
        Map<Tensor, Integer> places = new IdentityHashMap<>();
        Map<Tensor, Tensor> lifted = new IdentityHashMap<>();
        for (Tensor t : Graphs.topological(tensors)) {
            Op op = t.op();
            if (op instanceof Op.Input input) {
                throw new IllegalArgumentException("evaluate: the expression has an input \"" + input.name()
                        + "\"; compile it as a program and set it");
            }
            if (op instanceof Op.Literal literal) {
                Tensor input = Tensor.input(Integer.toString(literals.size()), t.dtype(), t.shape());
                literals.add(literal.value());
                op = input.op();
                lifted.put(t, input);
            } else {
                lifted.put(t, t.inputs().isEmpty() ? t : t.withInputs(t.inputs().stream().map(lifted::get).toList()));
            }
            structure.add(new Node(op, t.dtype(), t.shape(), t.inputs().stream().map(places::get).toList()));
            places.put(t, places.size());
        }
        // The same graph with another choice of results is another program.
        tensors.forEach(t -> structure.add(new Node(null, null, null, List.of(places.get(t)))));
        Step step = compiled.get(structure);
        if (step == null) {
            step = compile(tensors.stream().map(lifted::get).toList());
            compiled.put(structure, step);
            if (compiled.size() > KEPT) {
                List<Node> eldest = compiled.keySet().iterator().next();
                compiled.remove(eldest).close();
            }
        }
        for (String name : step.plan().program().inputs().keySet()) {
            step.set(name, literals.get(Integer.parseInt(name)));
        }
        step.run();
        List<NdArray> values = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            values.add(step.get(Integer.toString(i)));
        }
        return values;
    }

    private Step compile(List<Tensor> results) {
        Program.Builder builder = new Program.Builder();
        for (int i = 0; i < results.size(); i++) {
            builder.output(Integer.toString(i), results.get(i));
        }
        return session.compile(builder.build());
    }
}
