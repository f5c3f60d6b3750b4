package dev.norn.train;

import dev.norn.data.Dataset;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.io.Fingerprint;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that decides how a training goes, but the number of its epochs, by name. What has no name is told apart by its formula. */
final class Configuration {

    private Configuration() {}

    /**
     * The configuration.
     *
     * @param batch samples in a step
     * @param steps the programs of a step
     * @param state what of their variables outlives an epoch
     */
    static Map<String, String> of(Trainer trainer, int batch, Dataset train, Dataset validation, List<Program> steps,
            Collection<Variable> state) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("backend", trainer.backend.device().backend());
        all.put("type", trainer.model.dtype().name());
        all.put("inputs", Integer.toString(trainer.model.inputs()));
        List<Layer> layers = trainer.model.layers();
        all.put("number of layers", Integer.toString(layers.size()));
        for (int i = 0; i < layers.size(); i++) {
            all.put("layer " + i, layer(layers.get(i)));
        }
        all.put("loss", Loss.all().contains(trainer.loss) ? trainer.loss.name() : "own");
        all.put("optimizer", trainer.optimizer.name());
        all.put("learning rate", Double.toString(trainer.learningRate));
        all.put("schedule", trainer.schedule.name());
        all.put("penalty", trainer.penalty.name());
        all.put("batch size", Integer.toString(batch));
        all.put("sampling", trainer.sampling.name());
        all.put("dropping of the last batch", Boolean.toString(trainer.dropLast));
        all.put("early stopping", trainer.earlyStopping == null ? "none" : trainer.earlyStopping.toString());
        all.put("seed", Long.toString(trainer.seed));
        all.put("training data", Fingerprint.of(train));
        all.put("validation data", validation == null ? "none" : Fingerprint.of(validation));
        all.put("initial weights", new Fingerprint().add(trainer.model.values()).hex());
        all.put("formula of a step", formula(steps, state));
        return all;
    }

    private static String layer(Layer layer) {
        if (layer instanceof Dense dense) {
            return "dense(" + dense.units() + ", " + dense.activation().name()
                    + (dense.activation().parameters().isEmpty() ? "" : dense.activation().parameters()) + ")";
        }
        return layer instanceof Dropout dropout ? "dropout(" + dropout.rate() + ")" : layer.getClass().getName();
    }

    /** A fingerprint of what steps make of the state: it knows one optimizer, layer or loss of one's own from another. */
    private static String formula(List<Program> steps, Collection<Variable> state) {
        Fingerprint formula = new Fingerprint();
        for (Program step : steps) {
            Map<Variable, Tensor> changes = new LinkedHashMap<>(step.assignments());
            changes.keySet().retainAll(state);
            Map<Tensor, Integer> places = new IdentityHashMap<>();
            for (Tensor t : Graphs.topological(changes.values())) {
                List<Integer> inputs = new ArrayList<>();
                t.inputs().forEach(input -> inputs.add(places.get(input)));
                formula.add(text(t.op(), formula) + " " + t.dtype() + t.shape() + inputs);
                places.put(t, places.size());
            }
            changes.forEach((variable, value) -> formula.add(variable + " = " + places.get(value)));
        }
        return formula.hex();
    }

    private static String text(Op op, Fingerprint formula) {
        if (op instanceof Op.Literal literal) {
            formula.add(literal.value());
            return "literal";
        }
        // As bits: Java's versions differ in how they write a double.
        return op instanceof Op.Constant constant ? Long.toHexString(Double.doubleToLongBits(constant.value()))
                : op instanceof Enum<?> function ? function.name() : op.toString();
    }
}
