package dev.norn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What distinguishes the optimizers; their formulas are in the conformance suite. */
class OptimizerTest {

    private final Variable theta = Variable.of("θ", NdArray.vector(1, -2, 3, -4));
    private final Update.State state = new Update.State(theta, 2);

    /** θ after so many steps with one gradient. */
    private double[] run(Optimizer optimizer, double eta, int steps, double... gradient) {
        Variable count = Variable.zeros("steps", DType.I32, Shape.SCALAR);
        Tensor number = count.read().cast(DType.F64).add(1);
        Program program = new Program.Builder()
                .assign(new Update(state, Tensor.of(NdArray.vector(gradient)), Tensor.scalar(DType.F64, eta), number).by(optimizer))
                .assign(count, count.read().add(1))
                .build();
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Step step = session.compile(program);
            for (int i = 0; i < steps; i++) {
                step.run();
            }
            return session.read(theta).doubles();
        }
    }

    @Test
    void sgd() {
        assertArrayEquals(new double[] {0.9, -2.1, 2.9, -4.1}, run(Optimizer.sgd(), 0.1, 1, 1, 1, 1, 1), 1e-15);
    }

    /** With a constant gradient the step grows toward η g / (1 - μ). */
    @Test
    void momentumGathersSpeed() {
        assertArrayEquals(new double[] {1 - 1 - 1.5 - 1.75}, Arrays.copyOf(run(Optimizer.momentum(0.5), 1, 3, 1, 0, 0, 0), 1));
        assertArrayEquals(run(Optimizer.sgd(), 0.1, 4, 1, 2, 3, 4), run(Optimizer.momentum(0), 0.1, 4, 1, 2, 3, 4), 1e-15);
    }

    /** Adam's first step has the length η whatever the gradient's: the corrections make up for moments that start at 0. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1, 1e3})
    void adamsFirstStep(double scale) {
        assertArrayEquals(new double[] {1 - 0.1, -2 + 0.1, 3 - 0.1, -4},
                run(Optimizer.adam(0.9, 0.999, 1e-12), 0.1, 1, scale, -scale, 5 * scale, 0), 1e-8);
    }

    @Test
    void adamsSecondStepWithTheSameGradientHasThatLengthToo() {
        assertArrayEquals(new double[] {1 - 0.2, -2 + 0.2, 3 - 0.2, -4},
                run(Optimizer.adam(0.9, 0.999, 1e-12), 0.1, 2, 1, -1, 5, 0), 1e-8);
    }

    /** The means of a dead unit fade to 0, and not into the subnormal numbers; a NaN is not taken for one. */
    @Test
    void whatFadesBecomesZero() {
        Variable parameters = Variable.of("θ", NdArray.of(Shape.of(3), 1f, 2f, 3f));
        Update.State means = new Update.State(parameters, 0);
        Variable gradient = Variable.of("g", NdArray.of(Shape.of(3), 1f, -1e-30f, Float.NaN));
        Program program = new Program.Builder().assign(new Update(means, gradient.read(), Tensor.scalar(DType.F32, 0.1),
                Tensor.scalar(DType.F32, 1)).by(Optimizer.momentum(0.5))).build();
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Step step = session.compile(program);
            step.run();
            session.write(gradient, new float[3]);
            int steps = 1;
            Variable mean = means.variables().get("momentum");
            for (; session.read(mean).get(0) != 0; steps++) {
                assertEquals(Math.scalb(1, 1 - steps), session.read(mean).get(0));
                step.run();
            }
            assertEquals(122, steps); // 2⁻¹²⁰ is kept, its half is not
            assertEquals(0, session.read(mean).get(1));
            assertTrue(Double.isNaN(session.read(mean).get(2)));
        }
    }

    /** Squares that a processor would compute slowly are 0; others are what they are. */
    @Test
    void smallGradientsHaveNoSquare() {
        float[] gradient = {3, -1e-16f, 1e-17f, -1e-20f, 0, Float.NaN, Float.NEGATIVE_INFINITY};
        Variable g = Variable.of("g", NdArray.of(Shape.of(gradient.length), gradient));
        Update update = new Update(new Update.State(Variable.zeros("θ", DType.F32, g.shape()), 0), g.read(),
                Tensor.scalar(DType.F32, 1), Tensor.scalar(DType.F32, 1));
        Program program = new Program.Builder().output("square", update.gradientSquared()).build();
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Step step = session.compile(program);
            step.run();
            for (int i = 0; i < gradient.length; i++) {
                float expected = Math.abs(gradient[i]) <= 1e-17f ? 0 : gradient[i] * gradient[i];
                assertEquals(expected, (float) step.get("square").get(i), "of " + gradient[i]);
            }
        }
    }

    /** Nor do weights that shrink by a factor in each step become subnormal. */
    @Test
    void weightsThatFadeBecomeZero() {
        Variable parameters = Variable.of("θ", NdArray.of(Shape.of(3), 1f, -1e-20f, Float.NaN));
        Program program = new Program.Builder().assign(new Update(new Update.State(parameters, 3),
                parameters.read(), Tensor.scalar(DType.F32, 0.5), Tensor.scalar(DType.F32, 1))
                .by(Optimizer.sgd())).build();
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Step step = session.compile(program);
            for (int steps = 1; steps <= 63; steps++) {
                step.run();
                assertEquals(Math.scalb(1, -steps), session.read(parameters).get(0));
            }
            step.run();
            assertEquals(0, session.read(parameters).get(0));
            assertEquals(0, session.read(parameters).get(1));
            assertTrue(Double.isNaN(session.read(parameters).get(2)));
        }
    }

    /** Without a gradient, AdamW shrinks the weights (the first two) and leaves the biases; Adam leaves both. */
    @Test
    void adamWDecaysWeightsAlone() {
        double factor = Math.pow(1 - 0.1 * 0.5, 3);
        assertArrayEquals(new double[] {factor, -2 * factor, 3, -4},
                run(Optimizer.adamW(0.9, 0.999, 1e-8, 0.5), 0.1, 3, 0, 0, 0, 0), 1e-15);
        assertArrayEquals(new double[] {1, -2, 3, -4}, run(Optimizer.adam(0.9, 0.999, 1e-8), 0.1, 3, 0, 0, 0, 0));
        assertArrayEquals(run(Optimizer.adam(0.9, 0.999, 1e-8), 0.1, 3, 1, 2, 3, 4),
                run(Optimizer.adamW(0.9, 0.999, 1e-8, 0), 0.1, 3, 1, 2, 3, 4));
    }

    /** Programs that train the same parameters share what the optimizer remembers: the last smaller batch is one of them. */
    @Test
    void programsShareTheState() {
        Tensor rate = Tensor.scalar(DType.F64, 1);
        Tensor gradient = Tensor.of(NdArray.vector(1, 0, 0, 0));
        Program first = new Program.Builder().assign(new Update(state, gradient, rate, rate).by(Optimizer.momentum(0.5))).build();
        Program second = new Program.Builder().assign(new Update(state, gradient.mul(2), rate, rate).by(Optimizer.momentum(0.5))).build();
        assertEquals(Set.of("momentum"), state.variables().keySet());
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            session.compile(first).run();
            session.compile(second).run();
            assertEquals(2.5, session.read(state.variables().get("momentum")).get(0));
            assertEquals(1 - 1 - 2.5, session.read(theta).get(0));
        }
    }

    @Test
    void mistakesAreNamed() {
        for (Runnable mistake : new Runnable[] {() -> Optimizer.momentum(1), () -> Optimizer.momentum(-0.1),
                () -> Optimizer.momentum(Double.NaN), () -> Optimizer.rmsProp(1, 1e-8), () -> Optimizer.rmsProp(0.9, 0),
                () -> Optimizer.adam(1, 0.9, 1e-8), () -> Optimizer.adam(0.9, 1, 1e-8), () -> Optimizer.adam(0.9, 0.9, -1),
                () -> Optimizer.adamW(0.9, 0.999, 1e-8, -1), () -> Schedule.step(0, 0.5), () -> Schedule.step(1, 0),
                () -> Schedule.exponential(0), () -> Schedule.cosine(0, 0), () -> Schedule.warmUp(0, Schedule.constant())}) {
            String message = assertThrows(IllegalArgumentException.class, mistake::run).getMessage();
            assertTrue(message.matches(".*(must|are|is).* .*-?[0-9N].*"), message);
        }
    }
}
