package dev.norn.onnx;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Parameter;
import dev.norn.nn.Pass;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Trainer;
import java.util.List;
import java.util.function.UnaryOperator;

/** Models to export, and what they predict. */
final class Models {

    private Models() {}

    /** A model without parameters: one expression. */
    static Model of(DType dtype, int inputs, UnaryOperator<Tensor> expression) {
        return of(dtype, inputs, inputs, expression);
    }

    static Model of(DType dtype, int inputs, int outputs, UnaryOperator<Tensor> expression) {
        return new Model(inputs, dtype, 1, new Layer() {
            @Override
            public int outputs(int width) {
                return outputs;
            }

            @Override
            public List<Parameter> parameters(int width) {
                return List.of();
            }

            @Override
            public Tensor apply(Tensor x, List<Tensor> parameters, Pass pass) {
                return expression.apply(x);
            }
        });
    }

    /** Biases that are not 0, as training leaves them. */
    static Model withBiases(Model model) {
        RandomStream random = new RandomStream(5, 0);
        for (int i = model.penalizedCount(); i < model.parameterCount(); i++) {
            model.values().set(i, random.nextGaussian());
        }
        return model;
    }

    /** What training and serving say. */
    static NdArray predict(Backend backend, Model model, Loss loss, NdArray x) {
        return new Trainer.Builder(model, loss == null ? Loss.MSE : loss).build(backend).predict(x);
    }

    /** What the graph for this very batch gives, by the definition of each operation. */
    static NdArray define(Model model, NdArray x) {
        Tensor input = Tensor.input("x", x.dtype(), x.shape());
        Program program = new Program.Builder()
                .output("y", model.apply(input, model.tensors(), Pass.INFERENCE)).build();
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            Step step = session.compile(program);
            step.set("x", x).run();
            return step.get("y");
        }
    }

    /** Normally distributed numbers; the standard deviations are those of the rows, in turn. */
    static NdArray samples(DType dtype, int n, int width, double... deviations) {
        NdArray x = NdArray.zeros(dtype, Shape.of(n, width));
        RandomStream random = new RandomStream(n, 1);
        for (int i = 0; i < x.size(); i++) {
            x.set(i, deviations[i / width % deviations.length] * random.nextGaussian());
        }
        return x;
    }
}
