package dev.norn.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

    private static int arena(Plan plan) {
        return plan.buffers().stream().filter(b -> b.role() == BufferSpec.Role.ARENA).mapToInt(BufferSpec::size).sum();
    }

    /** A product, which nothing is fused into but what follows it. */
    private static Tensor product(Tensor x, double factor) {
        return x.matmul(Tensor.of(NdArray.of(Shape.of(2, 2), factor, 0, 0, factor)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPartOutlivesItsConcatenation(boolean fuse) {
        Tensor x = Tensor.input("x", DType.F64, Shape.of(2, 2));
        Tensor part = product(x, 2);
        Tensor whole = Tensor.concat(List.of(part, product(x, 3)));
        // After the product of the whole, many others that could take its place, and only then the part again.
        Tensor y = product(whole.reshape(4, 2), 1);
        for (int i = 0; i < 8; i++) {
            y = product(y, -1);
        }
        Tensor late = product(y.view(0, Shape.of(2, 2)).add(part), 1);
        try (Session session = new Session(new PlanInterpreter(), fuse)) {
            Step step = session.compile(new Program.Builder().output("y", late).build());
            step.set("x", NdArray.of(Shape.of(2, 2), 1.0, 2, 3, 4)).run();
            assertArrayEquals(new double[] {4, 8, 12, 16}, step.get("y").doubles());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAssignmentThatWaitsKeepsItsValue(boolean fuse) {
        Variable v = Variable.of("v", NdArray.of(Shape.of(2, 2), 1.0, 2, 3, 4));
        Tensor next = product(v.read(), 2);
        Tensor whole = Tensor.concat(List.of(next, product(v.read(), 3)));
        Tensor y = product(whole.reshape(4, 2), 1);
        for (int i = 0; i < 8; i++) {
            y = product(y, -1);
        }
        // The old value is read last of all, so the new one, a part of the whole, has to wait.
        Tensor last = product(y.view(0, Shape.of(2, 2)).add(v.read()), 1);
        try (Session session = new Session(new PlanInterpreter(), fuse)) {
            Step step = session.compile(new Program.Builder().output("y", last).assign(v, next).build());
            step.run();
            assertArrayEquals(new double[] {3, 6, 9, 12}, step.get("y").doubles());
            assertArrayEquals(new double[] {2, 4, 6, 8}, session.read(v).doubles());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatSimplificationLeavesOutCanStillBeSet(boolean fuse) {
        Tensor x = Tensor.input("x", DType.F64, Shape.of(3));
        Variable unread = Variable.zeros("unread", DType.F64, Shape.of(3));
        Tensor zeros = Tensor.full(DType.F64, Shape.of(3), 0);
        Tensor y = Tensor.where(zeros, x.add(unread.read()), Tensor.of(NdArray.vector(1, 2, 3)));
        try (Session session = new Session(new PlanInterpreter(), fuse)) {
            Step step = session.compile(new Program.Builder().output("y", y).build());
            step.set("x", NdArray.vector(7, 8, 9)).run();
            assertArrayEquals(new double[] {1, 2, 3}, step.get("y").doubles());
        }
    }

    @Test
    void aLongChainNeedsTwoPlaces() {
        Tensor x = Tensor.input("x", DType.F32, Shape.of(64, 64));
        Tensor y = x;
        for (int i = 0; i < 20; i++) {
            y = y.matmul(x);
        }
        Plan plan = Scheduler.plan(new Program.Builder().output("y", y).build(), true);
        assertEquals(20, plan.kernels().size());
        assertEquals(2 * 64 * 64, arena(plan));
    }

    @Test
    void resultsNeedNoArena() {
        Tensor x = Tensor.input("x", DType.F32, Shape.of(64, 64));
        Variable v = Variable.zeros("v", DType.F32, Shape.of(1, 64));
        Plan plan = Scheduler.plan(new Program.Builder()
                .output("y", x.matmul(x).add(v.read()).tanh())
                .assign(v, v.read().add(x.foldKeepingAxes(Reduction.SUM, 0)))
                .build(), true);
        assertEquals(0, arena(plan));
    }

    @Test
    void aConcatenationIsWrittenInPlace() {
        Tensor x = Tensor.input("x", DType.F32, Shape.of(4, 4));
        Tensor whole = Tensor.concat(List.of(x.matmul(x), x.sum(0), x.exp().sum(1)));
        Plan plan = Scheduler.plan(new Program.Builder().output("y", whole.mul(2).tanh()).build(), true);
        assertEquals(4, plan.kernels().size());
        assertEquals(24, arena(plan));
        assertTrue(plan.kernels().get(3) instanceof Kernel.Map);
    }
}
