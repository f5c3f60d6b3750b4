package dev.norn.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Walks over graphs. */
public final class Graphs {

    private Graphs() {}

    /**
     * All tensors that {@code roots} depend on, and the roots, each once, operands before what uses them. Does not recurse:
     * graphs may be deep.
     */
    public static List<Tensor> topological(Collection<Tensor> roots) {
        List<Tensor> order = new ArrayList<>();
        Map<Tensor, Boolean> finished = new IdentityHashMap<>();
        Deque<Tensor> stack = new ArrayDeque<>();
        for (Tensor root : roots) {
            stack.push(root);
            while (!stack.isEmpty()) {
                Tensor top = stack.peek();
                Boolean state = finished.putIfAbsent(top, false);
                if (state == null) {
                    List<Tensor> inputs = top.inputs();
                    for (int i = inputs.size() - 1; i >= 0; i--) {
                        if (!finished.containsKey(inputs.get(i))) {
                            stack.push(inputs.get(i));
                        }
                    }
                } else {
                    stack.pop();
                    if (!state) {
                        finished.put(top, true);
                        order.add(top);
                    }
                }
            }
        }
        return order;
    }
}
