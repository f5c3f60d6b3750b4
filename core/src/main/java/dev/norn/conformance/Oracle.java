package dev.norn.conformance;

import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.reference.Interpreter;
import dev.norn.tensor.NdArray;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs programs on the reference, as a session would, and keeps account of the error that a right backend may make. */
final class Oracle {

    private final Map<Variable, Bounded> state = new IdentityHashMap<>();

    /** What a variable holds. */
    Bounded read(Variable variable) {
        return state.computeIfAbsent(variable, v -> new Bounded(
                v.initial() != null ? v.initial().copy() : NdArray.zeros(v.dtype(), v.shape()), null));
    }

    /** One step: the outputs, by name. */
    Map<String, Bounded> run(Program program, Map<String, NdArray> inputs) {
        Map<Tensor, double[]> values = Interpreter.evaluate(program, t -> source(t, inputs).value());
        Map<Tensor, double[]> errors = ErrorBounds.of(program, values, t -> source(t, inputs).error());
        Map<String, Bounded> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, t) -> outputs.put(name, bounded(t, values, errors)));
        Map<Variable, Bounded> assigned = new HashMap<>();
        program.assignments().forEach((variable, t) -> assigned.put(variable, bounded(t, values, errors)));
        state.putAll(assigned);
        return outputs;
    }

    /** The outputs of a program without variables, and no account of errors. */
    static Map<String, NdArray> values(Program program, Map<String, NdArray> inputs) {
        Map<Tensor, double[]> values = Interpreter.evaluate(program, t -> inputs.get(((Op.Input) t.op()).name()));
        Map<String, NdArray> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, t) -> outputs.put(name, bounded(t, values, Map.of()).value()));
        return outputs;
    }

    private Bounded source(Tensor t, Map<String, NdArray> inputs) {
        return t.op() instanceof Op.Read read ? read(read.variable())
                : new Bounded(inputs.get(((Op.Input) t.op()).name()), null);
    }

    private static Bounded bounded(Tensor t, Map<Tensor, double[]> values, Map<Tensor, double[]> errors) {
        NdArray value = NdArray.zeros(t.dtype(), t.shape());
        double[] v = values.get(t);
        for (int i = 0; i < v.length; i++) {
            value.set(i, v[i]);
        }
        double[] error = errors.get(t);
        return new Bounded(value, error == null ? null : error.clone());
    }
}
