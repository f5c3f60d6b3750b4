package dev.norn.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Binary;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Variable;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Update;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes one kernel. Numbers here are part of the design: one that grows is a step that got slower. */
class FusionTest {

    private static final int BATCH = 32;

    private static Plan plan(Program.Builder program) {
        return Scheduler.plan(program.build(), true);
    }

    private static Plan plan(Tensor y) {
        return plan(new Program.Builder().output("y", y));
    }

    private static List<String> kinds(Plan plan) {
        return plan.kernels().stream().map(k -> k.getClass().getSimpleName()).toList();
    }

    private static Tensor matrix(String name, int... dims) {
        return Tensor.input(name, DType.F32, Shape.of(dims));
    }

    private static Program.Builder trainingStep(Optimizer optimizer, Layer... layers) {
        Model model = new Model(784, DType.F32, 1, layers);
        Variable steps = Variable.zeros("steps", DType.I32, Shape.SCALAR);
        Tensor labels = Tensor.input("labels", DType.I32, Shape.of(BATCH));
        Tensor z = model.apply(matrix("x", BATCH, 784), model.tensors(), Pass.training(1, steps.read()));
        Tensor loss = Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, labels).mean();
        Tensor gradient = Tensor.concat(Gradients.of(loss, model.tensors()));
        Tensor done = steps.read().cast(DType.F32);
        return new Program.Builder()
                .output("loss", loss)
                .assign(new Update(new Update.State(model.variable(), model.penalizedCount()), gradient,
                        Tensor.scalar(DType.F32, 0.001), done.add(1)).by(optimizer))
                .assign(steps, steps.read().add(1));
    }

    /** Forward, loss and its gradient, backward, optimizer. */
    @Test
    void trainingStepOfAClassifier() {
        Plan plan = plan(trainingStep(Optimizer.adam(0.9, 0.999, 1e-8), new Dense(128, Activation.SIGMOID), new Dense(10)));
        assertEquals(List.of(
                "MatMul", // x W1, + b1, sigmoid
                "MatMul", // h W2
                "Rows", // + b2, softmax, cross-entropy, δ2
                "Rows", // the losses' sum
                "Map", // scalars: their mean, Adam's corrections, the step's number
                "MatMul", // δ2 W2ᵀ ⊙ f'(z1)
                "MatMul", // ∂W1
                "MatMul", // ∂W2
                "Reduce", // ∂b1
                "Reduce", // ∂b2
                "Map"), // Adam, all parameters
                kinds(plan));
        assertEquals(List.of(Unary.SIGMOID), functions(plan.kernels().get(0)));
        assertTrue(functions(plan.kernels().get(2)).containsAll(List.of(Unary.EXP, Unary.LOG)));
        assertArrayEquals(new int[] {BATCH, 10}, plan.kernels().get(2).body().dims());
        assertEquals(List.of(), functions(plan.kernels().get(5)), "the sigmoid's derivative is of its result");
        Body adam = plan.kernels().get(10).body();
        assertArrayEquals(new int[] {784 * 128 + 128 + 1280 + 10}, adam.dims());
        assertEquals(3, adam.stores().size());
        assertEquals(6, adam.instrs().stream().filter(i -> i instanceof Instr.Load).count(), "θ, m, v, g, and two scalars");
        assertEquals(67, Scheduler.plan(plan.program(), false).kernels().size());
    }

    private static List<Unary> functions(Kernel kernel) {
        return kernel.body().instrs().stream()
                .filter(i -> i instanceof Instr.Compute c && c.fn() instanceof Unary)
                .map(i -> (Unary) ((Instr.Compute) i).fn()).toList();
    }

    /** A layer more is four kernels more: forward, δ, ∂W and ∂b. */
    @Test
    void kernelsPerLayer() {
        int two = kinds(plan(trainingStep(Optimizer.sgd(), new Dense(50, Activation.TANH), new Dense(10)))).size();
        int three = kinds(plan(trainingStep(Optimizer.sgd(), new Dense(50, Activation.TANH),
                new Dense(60, Activation.TANH), new Dense(10)))).size();
        int four = kinds(plan(trainingStep(Optimizer.sgd(), new Dense(50, Activation.TANH), new Dense(60, Activation.TANH),
                new Dense(70, Activation.TANH), new Dense(10)))).size();
        assertEquals(two + 4, three);
        assertEquals(three + 4, four);
    }

    /** The masks are drawn where they are used; nothing is stored for the way back but what is dropped. */
    @Test
    void dropoutAddsNoKernelOfItsOwn() {
        int without = kinds(plan(trainingStep(Optimizer.sgd(), new Dense(50, Activation.RELU), new Dense(10)))).size();
        int with = kinds(plan(trainingStep(Optimizer.sgd(), new Dense(50, Activation.RELU), new Dropout(0.5), new Dense(10))))
                .size();
        assertEquals(without, with);
    }

    static Map<String, Optimizer> optimizers() {
        return Map.of("sgd", Optimizer.sgd(), "momentum", Optimizer.momentum(0.9), "rmsprop", Optimizer.rmsProp(0.9, 1e-8),
                "adam", Optimizer.adam(0.9, 0.999, 1e-8), "adamw", Optimizer.adamW(0.9, 0.999, 1e-8, 0.01));
    }

    static List<String> optimizerNames() {
        return optimizers().keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("optimizerNames")
    void anOptimizersStepIsOneMapOverAllParameters(String name) {
        Variable parameters = Variable.zeros("θ", DType.F32, Shape.of(1000));
        Tensor step = Tensor.input("t", DType.F32, Shape.SCALAR);
        Plan plan = plan(new Program.Builder().assign(new Update(new Update.State(parameters, 900), matrix("g", 1000),
                Tensor.input("η", DType.F32, Shape.SCALAR), step).by(optimizers().get(name))));
        List<Kernel> large = plan.kernels().stream().filter(k -> k.body().size() > 1).toList();
        assertEquals(1, large.size(), () -> kinds(plan).toString());
        assertTrue(large.get(0) instanceof Kernel.Map);
        assertTrue(plan.kernels().size() <= 2, "at most the scalars apart");
    }

    @Test
    void softmaxCrossEntropyAndItsGradientAreOneRows() {
        Tensor z = matrix("z", BATCH, 10);
        for (Tensor target : List.of(Tensor.input("t", DType.I32, Shape.of(BATCH)), matrix("t", BATCH, 10))) {
            Tensor losses = Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, target);
            Tensor gradient = Gradients.of(losses.mean(), List.of(z)).get(0);
            // As a scalar per row the losses are a view of what the kernel stores, and a result needs memory of its own.
            Plan plan = plan(new Program.Builder().output("gradient", gradient));
            assertEquals(List.of("Rows"), kinds(plan));
            assertEquals(1, plan.kernels().get(0).body().stores().size());
        }
    }

    @Test
    void epiloguesOfProducts() {
        Tensor p = matrix("a", 20, 30).matmul(matrix("b", 30, 40));
        for (Tensor y : List.of(p.add(matrix("bias", 40)).tanh(), p.mul(matrix("r", 20, 40)), p.add(matrix("r", 20, 1)),
                p.sub(matrix("t", 40, 20).transpose()), p.mul(2).add(1).relu())) {
            assertEquals(List.of("MatMul"), kinds(plan(y)));
        }
        assertEquals(List.of("MatMul"), kinds(plan(new Program.Builder().output("z", p).output("y", p.sigmoid()))));
        assertEquals(List.of("MatMul"), kinds(plan(matrix("a", 30, 20).transpose().matmul(matrix("b", 40, 30).transpose()))));
    }

    @Test
    void elementwiseExpressionsAreOneMap() {
        Tensor x = matrix("x", 20, 30);
        Tensor y = x;
        for (int i = 0; i < 10; i++) {
            y = y.mul(1.5).add(x).tanh();
        }
        assertEquals(List.of("Map"), kinds(plan(y)));
        assertEquals(List.of("Map"), kinds(plan(new Program.Builder().output("a", y).output("b", y.exp()).output("c", x.sin()))));
        Tensor broadcast = x.sub(matrix("row", 30)).mul(matrix("column", 20, 1)).add(matrix("t", 30, 20).transpose());
        assertEquals(List.of("Map"), kinds(plan(broadcast)));
    }

    @Test
    void foldsTakeInWhatIsBeforeAndAfter() {
        Tensor x = matrix("x", 20, 30);
        assertEquals(List.of("Rows"), kinds(plan(x.softmax())));
        assertEquals(List.of("Rows"), kinds(plan(x.exp().foldKeepingAxes(Reduction.SUM, 1).log().mul(2))));
        assertEquals(List.of("Reduce"), kinds(plan(x.square().foldKeepingAxes(Reduction.SUM, 0).sqrt())));
        // Two folds over the same axis of the same shape.
        assertEquals(List.of("Reduce"), kinds(plan(new Program.Builder()
                .output("sum", x.foldKeepingAxes(Reduction.SUM, 0))
                .output("max", x.foldKeepingAxes(Reduction.MAX, 0)))));
        // A long vector is folded by many threads; what follows of its elements is another kernel.
        Tensor v = matrix("v", 100_000);
        assertEquals(List.of("Reduce", "Map"), kinds(plan(v.sub(v.max()))));
    }

    @Test
    void addressingNeedsNoKernel() {
        Variable v = Variable.zeros("v", DType.F32, Shape.of(100));
        Tensor w = v.read().view(40, Shape.of(5, 8));
        assertEquals(List.of("MatMul"), kinds(plan(matrix("x", 3, 5).matmul(w))));
        assertEquals(List.of("MatMul"), kinds(plan(matrix("x", 3, 8).matmul(w.transpose()))));
        assertEquals(List.of("Map"), kinds(plan(v.read().reshape(10, 10).transpose().add(1))));
    }

    @Test
    void unfusedEachOperationIsAKernel() {
        Tensor x = matrix("x", 20, 30);
        Program program = new Program.Builder().output("y", x.exp().add(1).mul(x).sum(1).reshape(20, 1).tanh()).build();
        assertEquals(List.of("Map", "Map", "Map", "Rows", "Map"), kinds(Scheduler.plan(program, false)));
        Plan product = Scheduler.plan(new Program.Builder().output("y", x.matmul(x, true, false).tanh()).build(), false);
        assertEquals(List.of("MatMul", "Map"), kinds(product));
        for (Kernel kernel : product.kernels()) {
            assertTrue(kernel.body().instrs().size() <= 2);
        }
    }

    /** What costs much and is used by several kernels is stored, what costs little is computed again. */
    @Test
    void costlyValuesAreComputedOnce() {
        Tensor x = matrix("x", 20, 30);
        Tensor costly = x.tanh();
        Program.Builder program = new Program.Builder()
                .output("rows", costly.sum(1)).output("columns", costly.sum(0)).output("product", costly.matmul(matrix("b", 30, 4)));
        long times = plan(program).kernels().stream().flatMap(k -> functions(k).stream()).filter(f -> f == Unary.TANH).count();
        assertEquals(1, times);
        Tensor cheap = x.add(1);
        Plan again = plan(new Program.Builder().output("rows", cheap.sum(1)).output("columns", cheap.sum(0)));
        assertEquals(2, again.kernels().stream().flatMap(k -> k.body().instrs().stream())
                .filter(i -> i instanceof Instr.Compute c && c.fn() == Binary.ADD).count());
        assertFalse(again.buffers().stream().anyMatch(b -> b.role() == BufferSpec.Role.ARENA && b.size() >= 600));
    }

    /** A value that did not fit a kernel leaves no trace in it: what it was computed of is computed anew for the next. */
    @Test
    void whatDoesNotFitLeavesNoTrace() {
        Tensor x = matrix("x", 5, 5);
        Tensor a = x.matmul(x).tanh();
        Tensor shared = x.mul(3);
        // The first two need the product's result turned, which its own kernel cannot; the others only where it is.
        Program program = new Program.Builder().output("a", a)
                .output("turned", shared.add(a.transpose())).output("too", x.sub(5).mul(a.transpose()))
                .output("straight", shared.add(a)).output("also", x.sub(5).mul(a)).build();
        try (Session fused = new Session(new PlanInterpreter()); Session unfused = new Session(new PlanInterpreter(), false)) {
            NdArray value = NdArray.zeros(DType.F32, Shape.of(5, 5));
            for (int i = 0; i < 25; i++) {
                value.set(i, Math.sin(i));
            }
            Step first = fused.compile(program).set("x", value);
            Step second = unfused.compile(program).set("x", value);
            first.run();
            second.run();
            for (String name : program.outputs().keySet()) {
                assertEquals(second.get(name), first.get(name), name);
            }
            assertEquals(2, first.plan().kernels().size());
        }
    }

    /** However large a graph is, no kernel outgrows what compilers like. */
    @Test
    void kernelsHaveAnEnd() {
        Tensor x = matrix("x", 50);
        Program.Builder program = new Program.Builder();
        for (int i = 0; i < 300; i++) {
            program.output("y" + i, x.mul(i).tanh().add(x.mul(-i).sin()));
        }
        Plan plan = plan(program);
        assertTrue(plan.kernels().size() > 1 && plan.kernels().size() < 20, () -> plan.kernels().size() + " kernels");
        plan.kernels().forEach(k -> assertTrue(k.body().instrs().size() <= 450));
    }

    @Test
    void theSameProgramHasTheSamePlan() {
        String first = text(plan(trainingStep(Optimizer.adam(0.9, 0.999, 1e-8), new Dense(50, Activation.GELU),
                new Dropout(0.3), new Dense(10))));
        for (int i = 0; i < 5; i++) {
            assertEquals(first, text(plan(trainingStep(Optimizer.adam(0.9, 0.999, 1e-8), new Dense(50, Activation.GELU),
                    new Dropout(0.3), new Dense(10)))));
        }
    }

    /** All that a plan says, arrays spelled out. */
    private static String text(Plan plan) {
        StringBuilder text = new StringBuilder();
        plan.buffers().forEach(b -> text.append(b.role()).append(b.dtype()).append(b.size()).append(b.name()).append('\n'));
        for (Kernel kernel : plan.kernels()) {
            text.append(kernel.getClass().getSimpleName()).append(' ');
            if (kernel instanceof Kernel.MatMul m) {
                text.append(m.a()).append(m.b());
            }
            Body body = kernel.body();
            text.append(Arrays.toString(body.dims())).append(Arrays.toString(body.folded())).append(body.stores()).append('\n');
            IntStream.range(0, body.instrs().size()).forEach(i -> text.append(i).append(' ').append(text(body.instrs().get(i))));
        }
        return text.toString();
    }

    private static String text(Instr instr) {
        return (instr instanceof Instr.Load load ? "load " + load.slot() + Arrays.toString(load.strides())
                : instr instanceof Instr.Index index ? "index " + Arrays.toString(index.strides())
                : instr instanceof Instr.Random random ? "random " + random.seed() + random.stream() + random.counter()
                        + Arrays.toString(random.strides())
                : instr instanceof Instr.Compute c ? c.dtype() + " " + c.fn() + Arrays.toString(c.args())
                : instr.toString()) + "\n";
    }
}
