package dev.norn.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SimplifierTest {

    private static final double[] ODD = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1, -1, 2.5,
            Double.MIN_VALUE, -Double.MIN_VALUE, Double.MAX_VALUE, 1e-300, 3};

    private final Tensor x = Tensor.input("x", DType.F64, Shape.of(4, 6));

    private static Tensor simplify(Tensor t) {
        return Simplifier.simplify(new Program.Builder().output("y", t).build()).outputs().get("y");
    }

    private static List<Tensor> simplify(Tensor a, Tensor b) {
        return List.copyOf(
                Simplifier.simplify(new Program.Builder().output("a", a).output("b", b).build()).outputs().values());
    }

    private static double constant(Tensor t) {
        Tensor s = simplify(t);
        assertTrue(s.op() instanceof Op.Constant, () -> "not a constant: " + s);
        assertEquals(t.shape(), s.shape());
        assertEquals(t.dtype(), s.dtype());
        return ((Op.Constant) s.op()).value();
    }

    // ---- constants

    @Test
    void constantsAreComputed() {
        Tensor two = Tensor.full(DType.F64, Shape.of(3, 4), 2);
        assertEquals(Math.exp(2), constant(two.exp()));
        assertEquals(Math.pow(2, 0.5), constant(two.pow(0.5)));
        assertEquals(24, constant(two.sum()));
        assertEquals(8, constant(two.sum(1)));
        assertEquals(2, constant(two.max(0)));
        assertEquals(2, constant(two.transpose().reshape(12).view(3, Shape.of(5)).broadcast(Shape.of(2, 5))));
        assertEquals(1, constant(two.less(3).mul(two.greater(1))));
        assertEquals(7, constant(Tensor.where(two.less(1), two, two.add(5))));
        assertEquals(0, constant(Tensor.full(DType.F64, Shape.of(0, 3), 5).sum(0)));
        assertEquals(Double.NEGATIVE_INFINITY, constant(Tensor.full(DType.F64, Shape.of(0, 3), 5).max(0)));
        assertEquals(-3, constant(Tensor.scalar(DType.F64, -3.9).cast(DType.I32)));
    }

    /** As the reference rounds: once for each operation, to the operation's type. */
    @Test
    void constantsAreRoundedToTheirType() {
        Tensor tenth = Tensor.scalar(DType.F32, 0.1);
        assertEquals(0.1f + 0.2f, constant(tenth.add(Tensor.scalar(DType.F32, 0.2))));
        assertEquals((float) Math.exp(0.1f), constant(tenth.exp()));
        assertEquals((float) Math.sqrt((float) Math.exp(0.1f)), constant(tenth.exp().sqrt()));
        assertEquals(0.1f, constant(Tensor.scalar(DType.F64, 0.1).cast(DType.F32)));
    }

    @Test
    void integersWrapAround() {
        Tensor most = Tensor.scalar(DType.I32, Integer.MAX_VALUE);
        assertEquals(Integer.MIN_VALUE, constant(most.add(1)));
        assertEquals(-2, constant(most.mul(2)));
        assertEquals(Integer.MIN_VALUE, constant(most.neg().sub(1).neg()));
        assertEquals(3 * Integer.MAX_VALUE, constant(Tensor.full(DType.I32, Shape.of(3), Integer.MAX_VALUE).sum()));
    }

    // ---- sharing

    @Test
    void equalValuesAreShared() {
        Tensor a = x.mul(2).tanh();
        Tensor b = x.mul(2).tanh();
        assertNotSame(a, b);
        List<Tensor> shared = simplify(a, b);
        assertSame(shared.get(0), shared.get(1));
        Tensor y = Tensor.input("y", DType.F64, Shape.of(4, 6));
        assertShared(true, x.add(y), y.add(x));
        assertShared(true, x.mul(y).maximum(3), y.mul(x).maximum(3));
        assertShared(true, x.matmul(y.transpose()), x.matmul(y, false, true));
        assertShared(true, x.sum(1), x.sum(-1));
        assertShared(true, Tensor.input("x", DType.F64, Shape.of(4, 6)).exp(), x.exp());
    }

    private static void assertShared(boolean expected, Tensor a, Tensor b) {
        List<Tensor> both = simplify(a, b);
        assertEquals(expected, both.get(0) == both.get(1), () -> a + " and " + b);
    }

    @Test
    void whatDiffersIsNotShared() {
        Tensor y = Tensor.input("y", DType.F64, Shape.of(4, 6));
        assertShared(false, x.sub(y), y.sub(x));
        assertShared(false, x.less(y), y.less(x));
        assertShared(false, x.sum(0), x.max(0));
        assertShared(false, x.sum(0).reshape(6, 1), x.sum(0).reshape(1, 6));
        assertShared(false, x.matmul(y, true, false), x.matmul(y, false, true));
        assertShared(false, Tensor.of(NdArray.vector(1)), Tensor.of(NdArray.vector(1)));
        assertShared(false, x.view(0, Shape.of(3)), x.view(1, Shape.of(3)));
        assertShared(false, x.add(0.0).rdiv(1), x.add(-0.0).rdiv(1));
        Tensor step = Tensor.input("step", DType.I32, Shape.SCALAR);
        assertShared(false, Tensor.uniform(DType.F64, Shape.of(3), 1, 0, step), Tensor.uniform(DType.F64, Shape.of(3), 1, 1, step));
        assertShared(true, Tensor.uniform(DType.F64, Shape.of(3), 1, 0, step), Tensor.uniform(DType.F64, Shape.of(3), 1, 0, step));
    }

    // ---- rewriting

    @Test
    void transpositionsGoIntoProducts() {
        Tensor y = Tensor.input("y", DType.F64, Shape.of(4, 6));
        for (Tensor product : List.of(x.transpose().matmul(y), x.matmul(y.transpose()),
                x.transpose().matmul(y.transpose(), false, true), x.transpose().matmul(y.transpose(), true, false))) {
            Tensor s = simplify(product);
            assertTrue(s.op() instanceof Op.MatMul && s.inputs().stream().allMatch(in -> in.op() instanceof Op.Input), s::toString);
            assertEquals(product.shape(), s.shape());
        }
        assertTrue(simplify(x.transpose().transpose().exp()).inputs().get(0).op() instanceof Op.Input);
    }

    @Test
    void viewsOfViewsAreViews() {
        Tensor s = simplify(x.view(5, Shape.of(12)).view(3, Shape.of(2, 3)));
        assertEquals(new Op.View(8), s.op());
        assertTrue(s.inputs().get(0).op() instanceof Op.Input);
        assertTrue(simplify(x.reshape(24).reshape(6, 4).reshape(4, 6)).op() instanceof Op.Input);
    }

    @Test
    void aViewOfOnePartNeedsThatPartOnly() {
        Tensor y = Tensor.input("y", DType.F64, Shape.of(10));
        Tensor both = Tensor.concat(List.of(x.exp(), y.tanh()));
        Tensor s = simplify(both.view(26, Shape.of(4)));
        assertEquals(List.of(Unary.TANH), Graphs.topological(List.of(s)).stream().map(Tensor::op)
                .filter(op -> op instanceof Unary).toList());
        Tensor across = simplify(both.view(20, Shape.of(6)));
        assertEquals(2, Graphs.topological(List.of(across)).stream().filter(t -> t.op() instanceof Unary).count());
    }

    @Test
    void foldsOverSeparateAxesAreTakenApart() {
        Tensor deep = Tensor.input("d", DType.F64, Shape.of(2, 3, 4, 5));
        assertEquals(List.of(List.of(3), List.of(1)), folds(deep.sum(1, 3)));
        assertEquals(List.of(List.of(2, 3), List.of(0)), folds(deep.sum(0, 2, 3)));
        assertEquals(List.of(List.of(1, 2)), folds(deep.sum(1, 2)));
        assertEquals(List.of(List.of(0, 1, 2, 3)), folds(deep.sum()));
        // An axis of extent 1 is no gap, and nothing to fold.
        Tensor thin = Tensor.input("t", DType.F64, Shape.of(2, 1, 4));
        assertEquals(List.of(List.of(0, 2)), folds(thin.max(0, 2)));
        assertEquals(List.of(), folds(thin.max(1)));
        assertEquals(List.of(List.of(2)), folds(thin.max(1, 2)));
    }

    private static List<List<Integer>> folds(Tensor t) {
        return Graphs.topological(List.of(simplify(t))).stream()
                .filter(s -> s.op() instanceof Op.Fold).map(s -> ((Op.Fold) s.op()).axes()).toList();
    }

    @Test
    void identitiesGo() {
        for (Tensor same : List.of(x.mul(1), x.div(1), x.sub(0), x.pow(1), x.neg().neg(), x.add(-0.0), x.copied(), x.detached(),
                Tensor.where(Tensor.scalar(DType.F64, 1), x, x.add(1)), Tensor.concat(List.of(x)).reshape(4, 6))) {
            assertTrue(simplify(same).op() instanceof Op.Input, same::toString);
        }
        assertEquals(Binary.MUL, simplify(x.pow(2)).op());
        assertEquals(Binary.ADD, simplify(x.add(0)).op());
        Tensor i = Tensor.input("i", DType.I32, Shape.of(3));
        assertTrue(simplify(i.add(0).sub(0).mul(1)).op() instanceof Op.Input);
    }

    @Test
    void whatNothingNeedsIsNotScheduled() {
        Tensor unused = x.exp();
        Tensor y = Tensor.where(Tensor.scalar(DType.F64, 0), unused, x);
        Plan plan = Scheduler.plan(new Program.Builder().output("y", y.mul(2)).build(), true);
        assertEquals(1, plan.kernels().size());
        assertTrue(plan.kernels().get(0).body().instrs().stream()
                .noneMatch(i -> i instanceof Instr.Compute c && c.fn() == Unary.EXP));
    }

    // ---- meaning

    /** Whatever is rewritten has the same bits as before, for every kind of number, the sign of zero included. */
    @TestFactory
    Stream<DynamicTest> oddNumbersKeepTheirMeaning() {
        Tensor v = Tensor.input("v", DType.F64, Shape.of(ODD.length));
        Tensor w = Tensor.input("w", DType.F64, Shape.of(ODD.length));
        Map<String, Tensor> expressions = new LinkedHashMap<>();
        expressions.put("x + 0", v.add(0));
        expressions.put("x + -0", v.add(-0.0));
        expressions.put("0 + x", Tensor.full(DType.F64, v.shape(), 0).add(v));
        expressions.put("x - 0", v.sub(0));
        expressions.put("x - -0", v.sub(-0.0));
        expressions.put("0 - x", v.rsub(0));
        expressions.put("x 1", v.mul(1));
        expressions.put("x 0", v.mul(0));
        expressions.put("x -1", v.mul(-1));
        expressions.put("x / 1", v.div(1));
        expressions.put("0 / x", v.rdiv(0));
        expressions.put("x - x", v.sub(v));
        expressions.put("x / x", v.div(v));
        expressions.put("x = x", v.equal(v));
        expressions.put("x < x", v.less(v));
        expressions.put("x^0", v.pow(0));
        expressions.put("x^1", v.pow(1));
        expressions.put("x^2", v.pow(2));
        expressions.put("--x", v.neg().neg());
        expressions.put("max(x, x)", v.maximum(v));
        expressions.put("max(x, 0)", v.maximum(0));
        expressions.put("where", Tensor.where(v, v, w));
        expressions.put("x + y - (y + x)", v.add(w).sub(w.add(v)));
        expressions.put("max(x, y) - max(y, x)", v.maximum(w).sub(w.maximum(v)));
        expressions.put("min(x, y) / min(y, x)", v.minimum(w).div(w.minimum(v)));
        NdArray reversed = NdArray.vector(ODD.clone());
        for (int i = 0; i < ODD.length; i++) {
            reversed.set(i, ODD[ODD.length - 1 - i]);
        }
        Map<String, NdArray> inputs = Map.of("v", NdArray.vector(ODD), "w", reversed);
        return expressions.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            // The sign of zero shows as the sign of an infinity.
            Program program = new Program.Builder().output("y", e.getValue()).output("1/y", e.getValue().rdiv(1)).build();
            Backend reference = Backends.open("reference", BackendOptions.DEFAULT);
            assertEquals(run(reference, program, inputs), run(new PlanInterpreter(), program, inputs));
        }));
    }

    private static Map<String, NdArray> run(Backend backend, Program program, Map<String, NdArray> inputs) {
        try (Session session = new Session(backend)) {
            Step step = session.compile(program);
            program.inputs().keySet().forEach(name -> step.set(name, inputs.get(name)));
            step.run();
            return Map.of("y", step.get("y"), "1/y", step.get("1/y"));
        }
    }

    @Test
    void sumsOverOneElementAreThatElement() {
        Tensor column = Tensor.input("c", DType.F64, Shape.of(5, 1));
        assertTrue(simplify(column.foldKeepingAxes(Reduction.SUM, 1)).op() instanceof Op.Input);
    }
}
