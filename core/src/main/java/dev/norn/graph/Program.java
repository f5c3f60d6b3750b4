package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One step of work: what it reads, what it gives back, and what it changes. All reads see the variables as they were at
 * the start of the step; all assignments take effect together at its end.
 *
 * <pre>{@code
 * Variable total = Variable.zeros("total", DType.F64, Shape.of());
 * Tensor x = Tensor.input("x", DType.F64, Shape.of(3));
 * Program program = new Program.Builder()
 *         .output("mean", x.mean())
 *         .assign(total, total.read().add(x.sum()))
 *         .build();
 * }</pre>
 */
public final class Program {

    private final Map<String, Tensor> inputs;
    private final Map<String, Tensor> outputs;
    private final Map<Variable, Tensor> assignments;
    private final Set<Variable> variables;

    private Program(Map<String, Tensor> outputs, Map<Variable, Tensor> assignments) {
        this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        this.assignments = Collections.unmodifiableMap(new LinkedHashMap<>(assignments));
        Map<String, Tensor> found = new LinkedHashMap<>();
        Set<Variable> used = new LinkedHashSet<>(assignments.keySet());
        for (Tensor t : Graphs.topological(roots())) {
            if (t.op() instanceof Op.Read read) {
                used.add(read.variable());
            } else if (t.op() instanceof Op.Input input) {
                Tensor other = found.putIfAbsent(input.name(), t);
                if (other != null && (other.dtype() != t.dtype() || !other.shape().equals(t.shape()))) {
                    throw new IllegalArgumentException("the input \"" + input.name() + "\" is both " + other.dtype()
                            + other.shape() + " and " + t.dtype() + t.shape());
                }
            }
        }
        this.inputs = Collections.unmodifiableMap(found);
        this.variables = Collections.unmodifiableSet(used);
    }

    /** The results and the assigned values, in the order they were named. */
    public List<Tensor> roots() {
        List<Tensor> roots = new ArrayList<>(outputs.values());
        roots.addAll(assignments.values());
        return roots;
    }

    /** The values to be set before a run, by name. */
    public Map<String, Tensor> inputs() {
        return inputs;
    }

    /** The values that can be read after a run, by name. */
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    /** What each changed variable becomes. */
    public Map<Variable, Tensor> assignments() {
        return assignments;
    }

    /** Every variable that is read or changed. */
    public Set<Variable> variables() {
        return variables;
    }

    /** This program with other, equivalent, roots in the order of {@link #roots()}. */
    public Program withRoots(List<Tensor> roots) {
        Map<String, Tensor> newOutputs = new LinkedHashMap<>();
        Map<Variable, Tensor> newAssignments = new LinkedHashMap<>();
        int i = 0;
        for (String name : outputs.keySet()) {
            newOutputs.put(name, roots.get(i++));
        }
        for (Variable variable : assignments.keySet()) {
            newAssignments.put(variable, roots.get(i++));
        }
        return new Program(newOutputs, newAssignments);
    }

    /** Collects a program's parts. */
    public static final class Builder {

        private final Map<String, Tensor> outputs = new LinkedHashMap<>();
        private final Map<Variable, Tensor> assignments = new LinkedHashMap<>();

        /** Makes {@code value} readable after a run, as {@code name}. */
        public Builder output(String name, Tensor value) {
            Tensor.requireComputable("output", value.dtype());
            if (outputs.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException("the output \"" + name + "\" is named twice");
            }
            return this;
        }

        /** Makes {@code variable} become {@code value}, of its shape and type, at the end of the step. */
        public Builder assign(Variable variable, Tensor value) {
            if (variable.isConstant()) {
                throw new IllegalArgumentException("assign: the variable " + variable + " is constant");
            }
            Tensor.requireComputable("assign", value.dtype());
            if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
                throw new IllegalArgumentException("assign: the variable " + variable + " cannot become " + value);
            }
            if (assignments.putIfAbsent(variable, value) != null) {
                throw new IllegalArgumentException("the variable " + variable + " is assigned twice");
            }
            return this;
        }

        /** All of these assignments. */
        public Builder assign(Map<Variable, Tensor> values) {
            values.forEach(this::assign);
            return this;
        }

        /** The program. */
        public Program build() {
            return new Program(outputs, assignments);
        }
    }
}
