package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Gradients;
import dev.norn.graph.Op;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {

    private static Model model(Layer... layers) {
        return new Model(4, DType.F64, 1, layers);
    }

    private static String message(Runnable code) {
        return assertThrows(IllegalArgumentException.class, code::run).getMessage();
    }

    /** Weights first, so that what is penalized is one run. */
    @Test
    void weightsLieBeforeBiases() {
        Model m = model(new Dense(3, Activation.TANH), new Dropout(0.5), new Dense(2));
        assertEquals(List.of("layers.0.weight", "layers.2.weight", "layers.0.bias", "layers.2.bias"),
                m.parameters().stream().map(Model.Placed::name).toList());
        assertEquals(List.of(0, 12, 18, 21), m.parameters().stream().map(Model.Placed::offset).toList());
        assertEquals(18, m.penalizedCount());
        assertEquals(23, m.parameterCount());
        assertEquals(2, m.outputs());
        assertEquals(4, m.inputs());
        assertEquals("4-3-2, 23 parameters, F64", m.toString());
    }

    @Test
    void valuesByName() {
        Model m = model(new Dense(3, Activation.TANH, Initializer.ZEROS, Initializer.ZEROS), new Dense(2));
        for (int i = 0; i < m.values().size(); i++) {
            m.values().set(i, i);
        }
        assertEquals(NdArray.of(Shape.of(3, 2), 12.0, 13, 14, 15, 16, 17), m.value("layers.1.weight"));
        assertEquals(NdArray.of(Shape.of(2), 21.0, 22), m.value("layers.1.bias"));
        String text = message(() -> m.value("layers.1.wieght"));
        assertTrue(text.contains("layers.1.wieght") && text.contains("layers.1.weight"), text);
    }

    /** f(x W + b), by hand. */
    @Test
    void forward() {
        Model m = new Model(2, DType.F64, 1, new Dense(2, Activation.RELU), new Dense(1));
        double[] values = {1, 2, 3, -4, 0.5, -1, 0.25, -0.5, 10};
        System.arraycopy(values, 0, m.values().doubles(), 0, 9);
        Tensor x = Tensor.of(NdArray.of(Shape.of(2, 2), 1.0, 1, -1, 2));
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            NdArray y = session.evaluate(m.apply(x, m.tensors(), Pass.INFERENCE));
            // x W1 + b1 = [4.25, -2.5], [5.25, -10.5]
            assertEquals(NdArray.of(Shape.of(2, 1), 0.5 * 4.25 + 10, 0.5 * 5.25 + 10), y);
        }
    }

    /** A gradient with respect to what tensors() gives is one of what apply() was given, however often it is asked. */
    @Test
    void tensorsAreTheSameEachTime() {
        Model m = model(new Dense(2));
        assertSame(m.tensors().get(0), m.tensors().get(0));
        Tensor loss = m.apply(Tensor.full(DType.F64, Shape.of(3, 4), 1), m.tensors(), Pass.INFERENCE).sum();
        Gradients.of(loss, m.tensors()).forEach(g -> assertTrue(!(g.op() instanceof Op.Constant), g::toString));
    }

    @Test
    void mistakesAreNamed() {
        String shape = message(() -> model(new Dense(2)).apply(Tensor.input("x", DType.F64, Shape.of(3, 5)),
                model(new Dense(2)).tensors(), Pass.INFERENCE));
        assertTrue(shape.contains("[batch, 4]") && shape.contains("[3, 5]"), shape);
        String type = message(() -> model(new Dense(2)).apply(Tensor.input("x", DType.F32, Shape.of(3, 4)),
                model(new Dense(2)).tensors(), Pass.INFERENCE));
        assertTrue(type.contains("F64") && type.contains("F32"), type);
        assertTrue(message(() -> new Model(0, DType.F32, 1, new Dense(1))).contains("0"));
        assertTrue(message(() -> new Model(1, DType.I32, 1, new Dense(1))).contains("I32"));
        assertTrue(message(() -> new Model(1, DType.F32, 1)).contains("layer"));
        assertTrue(message(() -> new Dense(0)).contains("0"));
        assertTrue(message(() -> new Dropout(1)).contains("1"));
        assertTrue(message(() -> new Dropout(-0.1)).contains("-0.1"));
        assertTrue(message(() -> new Dropout(Double.NaN)).contains("NaN"));
        assertTrue(message(() -> Penalty.l1(-1)).contains("-1"));
        assertTrue(message(() -> Penalty.l2(Double.POSITIVE_INFINITY)).contains("Infinity"));
    }

    @Test
    void shapesOfTargets() {
        Tensor z = Tensor.input("z", DType.F32, Shape.of(5, 3));
        String mse = message(() -> Loss.MSE.perSample(z, Tensor.input("t", DType.F32, Shape.of(5, 2))));
        assertTrue(mse.contains("[5, 3]") && mse.contains("[5, 2]") && mse.contains("mse"), mse);
        String type = message(() -> Loss.BINARY_CROSS_ENTROPY.perSample(z, Tensor.input("t", DType.F64, Shape.of(5, 3))));
        assertTrue(type.contains("F32") && type.contains("F64"), type);
        String labels = message(() -> Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, Tensor.input("t", DType.I32, Shape.of(4))));
        assertTrue(labels.contains("[5]") && labels.contains("[4]"), labels);
        message(() -> Loss.MSE.perSample(z, Tensor.input("t", DType.F32, Shape.of(5))));
        // A vector is a single column.
        Tensor one = Tensor.input("z", DType.F32, Shape.of(5, 1));
        assertEquals(Shape.of(5), Loss.MSE.perSample(one, Tensor.input("t", DType.F32, Shape.of(5))).shape());
    }

    @Test
    void ownLayersAndActivations() {
        Layer twice = new Layer() {
            @Override
            public int outputs(int inputs) {
                return 2 * inputs;
            }

            @Override
            public List<Parameter> parameters(int inputs) {
                return List.of(new Parameter("scale", Shape.of(inputs), (random, in, out) -> in, true));
            }

            @Override
            public Tensor apply(Tensor x, List<Tensor> parameters, Pass pass) {
                Tensor scaled = x.mul(parameters.get(0)).transpose();
                return Tensor.concat(List.of(scaled, scaled)).reshape(2 * x.shape().dim(1), -1).transpose();
            }
        };
        Activation cube = Activation.of("cube", z -> z.pow(3));
        Model m = new Model(2, DType.F64, 1, twice, new Dense(1, cube, (random, in, out) -> 1, Initializer.ZEROS));
        assertEquals(4 + 1 + 2, m.parameterCount());
        assertArrayEquals(new double[] {2, 2}, m.value("layers.0.scale").doubles());
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Tensor x = Tensor.of(NdArray.of(Shape.of(1, 2), 0.5, 0.25));
            assertEquals(27, session.evaluate(m.apply(x, m.tensors(), Pass.INFERENCE)).item());
        }
    }
}
