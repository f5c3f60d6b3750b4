package dev.norn.conformance;

import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Initializer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.nn.Penalty;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models of every activation, loss and penalty, forward and backward. */
final class Layers {

    private static final int BATCH = 9;
    private static final int INPUTS = 5;
    private static final int OUTPUTS = 3;

    private static final Map<String, Penalty> PENALTIES = new LinkedHashMap<>();

    static {
        PENALTIES.put("no penalty", Penalty.NONE);
        PENALTIES.put("L1", Penalty.l1(0.01));
        PENALTIES.put("L2", Penalty.l2(0.02));
        PENALTIES.put("elastic net", Penalty.elasticNet(0.01, 0.02));
    }

    private Layers() {}

    static void run(Check check) {
        List<Activation> activations = new ArrayList<>(Activation.all());
        activations.addAll(OwnActivations.ALL);
        List<Loss> losses = Loss.all();
        List<String> names = new ArrayList<>(PENALTIES.keySet());
        for (int a = 0; a < activations.size(); a++) {
            for (int l = 0; l < losses.size(); l++) {
                // Every activation with every loss, the penalties in turn.
                activation(check, activations.get(a), losses.get(l), names.get((a + l) % names.size()));
            }
        }
        // Every loss with every penalty.
        for (Loss loss : losses) {
            names.forEach(name -> activation(check, Activation.SIGMOID, loss, name));
        }
        for (Loss loss : losses) {
            boolean labels = loss == Loss.SOFTMAX_CROSS_ENTROPY;
            check.fusedOnly(() -> model(check, "dropout, " + loss.name(), loss, Penalty.NONE, target(check, loss, true),
                    new Dropout(0.2), new Dense(17, Activation.RELU), new Dropout(0.5), new Dense(OUTPUTS)));
            check.unfused(labels, () -> model(check, "one layer, " + loss.name(), loss, Penalty.l2(0.1), target(check, loss, true),
                    new Dense(OUTPUTS)));
        }
        OwnActivations.run(check);
    }

    /** Unfused a model is many operations that other groups have. */
    private static void activation(Check check, Activation activation, Loss loss, String penalty) {
        check.fusedOnly(() -> model(check, activation + ", " + loss.name() + ", " + penalty, loss, PENALTIES.get(penalty),
                target(check, loss, false),
                new Dense(7, activation, Initializer.GLOROT, Initializer.STANDARD_NORMAL),
                new Dense(6, activation, Initializer.HE, Initializer.ZEROS), new Dense(OUTPUTS)));
    }

    private static NdArray target(Check check, Loss loss, boolean labels) {
        if (loss == Loss.SOFTMAX_CROSS_ENTROPY) {
            NdArray classes = check.data.integers(0, OUTPUTS - 1, BATCH);
            if (labels) {
                return classes;
            }
            NdArray oneHot = NdArray.zeros(check.dtype, Shape.of(BATCH, OUTPUTS));
            for (int i = 0; i < BATCH; i++) {
                oneHot.set(i * OUTPUTS + classes.ints()[i], 1);
            }
            return oneHot;
        }
        return loss == Loss.BINARY_CROSS_ENTROPY ? check.data.uniform(0, 1, BATCH, OUTPUTS) : check.data.normal(BATCH, OUTPUTS);
    }

    private static void model(Check check, String what, Loss loss, Penalty penalty, NdArray target,
            dev.norn.nn.Layer... layers) {
        Model model = new Model(INPUTS, check.dtype, 3, layers);
        Tensor x = Tensor.input("x", check.dtype, Shape.of(BATCH, INPUTS));
        Tensor t = Tensor.input("t", target.dtype(), target.shape());
        List<Tensor> parameters = model.tensors();
        Tensor z = model.apply(x, parameters, Pass.training(7, Tensor.scalar(DType.I32, 4)));
        Tensor losses = loss.perSample(z, t);
        Tensor objective = losses.mean();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor p = model.parameters().get(i).parameter().penalized() ? penalty.of(parameters.get(i)) : null;
            objective = p == null ? objective : objective.add(p);
        }
        Tensor gradient = Tensor.concat(Gradients.of(objective, parameters));
        Program.Builder program = new Program.Builder()
                .output("z", z)
                .output("prediction", loss.predict(model.apply(x, parameters, Pass.INFERENCE)))
                .output("losses", losses)
                .output("objective", objective)
                .output("gradient", gradient)
                .assign(model.variable(), model.variable().read().sub(gradient.mul(0.125)));
        if (loss.correct(z, t) != null) {
            program.output("correct", loss.correct(z, t));
        }
        check.program(what, program.build(), Map.of("x", check.data.normal(BATCH, INPUTS), "t", target));
    }
}
