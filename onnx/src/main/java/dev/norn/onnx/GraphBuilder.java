package dev.norn.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.norn.tensor.NdArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph in the making: nodes in the order they run, and the numbers they read (ONNX calls those initializers). Values
 * go by their names. What turns out to be of no use is left out in the end.
 */
final class GraphBuilder {

    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, NdArray> named = new LinkedHashMap<>();
    private final Map<TensorProto, String> constants = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    /** Adds a node, and gives the name of its result. */
    String node(String type, List<String> inputs, AttributeProto... attributes) {
        String name = type + "_" + used.merge(type, 1, Integer::sum);
        nodes.add(NodeProto.newBuilder()
                .setName(name)
                .setOpType(type)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes))
                .build());
        return name;
    }

    String node(String type, String... inputs) {
        return node(type, List.of(inputs));
    }

    /** Numbers that have a name of their own; not copied before the end. */
    String named(String name, NdArray value) {
        named.put(name, value);
        return name;
    }

    /** Other numbers; the same ones are there once. */
    String constant(TensorProto value) {
        return constants.computeIfAbsent(value, v -> "constant_" + (constants.size() + 1));
    }

    /**
     * The graph.
     *
     * @param root the value that is the result
     * @param output what it is to be called
     */
    GraphProto.Builder build(String root, String output) {
        String result = nodes.stream().anyMatch(n -> n.getName().equals(root)) ? root : node("Identity", root);
        Set<String> needed = new HashSet<>(Set.of(result));
        Deque<NodeProto> kept = new ArrayDeque<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            NodeProto node = nodes.get(i);
            if (needed.contains(node.getName())) {
                needed.addAll(node.getInputList());
                // No node that is kept reads the result: it is the last of them.
                kept.addFirst(node.getName().equals(result) ? node.toBuilder().setOutput(0, output).build() : node);
            }
        }
        GraphProto.Builder graph = GraphProto.newBuilder().addAllNode(kept);
        named.forEach((name, value) -> {
            if (needed.contains(name)) {
                graph.addInitializer(Protos.tensor(value).toBuilder().setName(name));
            }
        });
        constants.forEach((value, name) -> {
            if (needed.contains(name)) {
                graph.addInitializer(value.toBuilder().setName(name));
            }
        });
        return graph;
    }
}
