package dev.norn.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {

    private final Variable v = Variable.of("v", NdArray.vector(1, 2, 3));
    private final Tensor x = Tensor.input("x", DType.F64, Shape.of(3));

    /** The reference, counting what is made and given back. */
    private static final class Counting implements Backend {
        private final Backend reference = Backends.open("reference", BackendOptions.DEFAULT);
        private int buffers;
        private int executables;
        private int compilations;
        private DType lacking;
        private boolean failing;

        @Override
        public DeviceInfo device() {
            return reference.device();
        }

        @Override
        public String lacks(DType dtype) {
            return dtype == lacking ? "this device has no " + dtype : null;
        }

        @Override
        public Buffer allocate(DType dtype, int size) {
            buffers++;
            return new Counted(reference.allocate(dtype, size), this);
        }

        @Override
        public Executable compile(Plan plan, List<Buffer> memory) {
            if (failing) {
                throw new BackendException("out of luck");
            }
            executables++;
            compilations++;
            List<Buffer> plain = new ArrayList<>();
            memory.forEach(b -> plain.add(b == null ? null : ((Counted) b).buffer));
            Executable executable = reference.compile(plan, plain);
            return new Executable() {
                @Override
                public void run() {
                    executable.run();
                }

                @Override
                public void close() {
                    executables--;
                    executable.close();
                }
            };
        }

        @Override
        public void synchronize() {
            reference.synchronize();
        }

        @Override
        public void close() {
            reference.close();
        }
    }

    private record Counted(Buffer buffer, Counting counting) implements Buffer {
        @Override
        public DType dtype() {
            return buffer.dtype();
        }

        @Override
        public int size() {
            return buffer.size();
        }

        @Override
        public void write(Object source, int sourceOffset, int offset, int count) {
            buffer.write(source, sourceOffset, offset, count);
        }

        @Override
        public void read(int offset, Object target, int targetOffset, int count) {
            buffer.read(offset, target, targetOffset, count);
        }

        @Override
        public void close() {
            counting.buffers--;
            buffer.close();
        }
    }

    private static Program output(Tensor y) {
        return new Program.Builder().output("y", y).build();
    }

    private static String message(Runnable code) {
        return assertThrows(IllegalArgumentException.class, code::run).getMessage();
    }

    @Test
    void programsShareVariables() {
        try (Session session = new Session(new Counting())) {
            Step add = session.compile(new Program.Builder().assign(v, v.read().add(x)).build());
            Step look = session.compile(output(v.read().mul(10)));
            add.set("x", NdArray.vector(1, 0, -1)).run();
            add.run();
            look.run();
            assertArrayEquals(new double[] {30, 20, 10}, look.get("y").doubles());
            assertArrayEquals(new double[] {3, 2, 1}, session.read(v).doubles());
            session.write(v, NdArray.vector(7, 7, 7));
            look.run();
            assertArrayEquals(new double[] {70, 70, 70}, look.get("y").doubles());
            assertArrayEquals(new double[] {1, 2, 3}, v.initial().doubles(), "the variable's own numbers stay");
        }
    }

    @Test
    void constantsStay() {
        NdArray numbers = NdArray.vector(1, 2, 3);
        Variable constant = Variable.constant("c", numbers);
        try (Session session = new Session(new Counting())) {
            assertEquals(6, session.evaluate(constant.read().sum()).item());
            String written = message(() -> session.write(constant, numbers));
            assertTrue(written.contains("c F64[3] is constant"), written);
            String assigned = message(() -> new Program.Builder().assign(constant, x));
            assertTrue(assigned.contains("c F64[3] is constant"), assigned);
            assertEquals(numbers, session.read(constant));
        }
    }

    @Test
    void partsOfArrays() {
        try (Session session = new Session(new Counting())) {
            Step step = session.compile(output(x.mul(2)));
            step.set("x", new double[] {9, 1, 2, 3, 9}, 1);
            step.run();
            double[] target = new double[5];
            step.get("y", target, 2);
            assertArrayEquals(new double[] {0, 0, 2, 4, 6}, target);
            step.set("x", new double[] {9, 5, 6}, 1, 2);
            step.run();
            assertArrayEquals(new double[] {10, 12, 6}, step.get("y").doubles(), "the third is as it was");
            step.get("y", target, 4, 1);
            assertArrayEquals(new double[] {0, 0, 2, 4, 10}, target);
            assertThrows(IndexOutOfBoundsException.class, () -> step.set("x", new double[4], 0, 4));
            assertThrows(IndexOutOfBoundsException.class, () -> step.get("y", new double[4], 0, 4));
        }
    }

    @Test
    void mistakesAreNamed() {
        try (Session session = new Session(new Counting())) {
            Step step = session.compile(output(x));
            String shape = message(() -> step.set("x", NdArray.vector(1, 2)));
            assertTrue(shape.contains("\"x\"") && shape.contains("F64[3]") && shape.contains("F64[2]"), shape);
            String type = message(() -> step.set("x", NdArray.of(Shape.of(3), 1f, 2, 3)));
            assertTrue(type.contains("F64[3]") && type.contains("F32[3]"), type);
            String input = message(() -> step.set("z", NdArray.vector(1)));
            assertTrue(input.contains("\"z\"") && input.contains("x"), input);
            String output = message(() -> step.get("z"));
            assertTrue(output.contains("\"z\"") && output.contains("y"), output);
            String variable = message(() -> session.write(v, NdArray.vector(1, 2)));
            assertTrue(variable.contains("F64[3]") && variable.contains("F64[2]"), variable);
            String inputs = message(() -> session.evaluate(x));
            assertTrue(inputs.contains("\"x\""), inputs);
            message(() -> new Program.Builder().output("y", x).output("y", x));
            message(() -> new Program.Builder().assign(v, v.read()).assign(v, v.read()));
            String assigned = message(() -> new Program.Builder().assign(v, x.view(0, Shape.of(2))));
            assertTrue(assigned.contains("F64[3]") && assigned.contains("F64[2]"), assigned);
            String twice = message(() -> output(x.add(Tensor.input("x", DType.F64, Shape.of(1)))));
            assertTrue(twice.contains("F64[3]") && twice.contains("F64[1]"), twice);
        }
    }

    @Test
    void whatADeviceLacksIsSaid() {
        Counting backend = new Counting();
        backend.lacking = DType.F64;
        try (Session session = new Session(backend)) {
            assertEquals("this device has no F64",
                    assertThrows(BackendException.class, () -> session.compile(output(x))).getMessage());
            assertEquals("this device has no F64",
                    assertThrows(BackendException.class, () -> session.write(v, NdArray.vector(1, 2, 3))).getMessage());
            assertEquals(0, backend.buffers);
            session.compile(output(Tensor.input("x", DType.F32, Shape.of(3))));
        }
    }

    @Test
    void everythingIsGivenBack() {
        Counting backend = new Counting();
        Session session = new Session(backend);
        Step step = session.compile(new Program.Builder().assign(v, v.read().add(x)).output("y", x)
                .output("z", Tensor.of(NdArray.vector(1))).build());
        session.evaluate(v.read());
        assertEquals(2, backend.executables);
        step.close();
        step.close();
        assertEquals(1, backend.executables);
        assertTrue(assertThrows(IllegalStateException.class, () -> step.get("y")).getMessage().contains("closed"));
        assertThrows(IllegalStateException.class, step::run);
        assertArrayEquals(new double[] {1, 2, 3}, session.read(v).doubles(), "the variable outlives the step");
        session.close();
        session.close();
        assertEquals(0, backend.executables);
        assertEquals(0, backend.buffers);
        assertTrue(assertThrows(IllegalStateException.class, () -> session.read(v)).getMessage().contains("closed"));
        assertThrows(IllegalStateException.class, () -> session.compile(output(x)));
        assertThrows(IllegalStateException.class, () -> session.evaluate(v.read()));
    }

    /** A compilation that fails leaves no memory behind but the variables. */
    @Test
    void aFailedCompilationIsGivenBack() {
        Counting backend = new Counting();
        backend.failing = true;
        try (Session session = new Session(backend)) {
            assertThrows(BackendException.class, () -> session.compile(output(v.read().add(x))));
            assertEquals(1, backend.buffers);
        }
        assertEquals(0, backend.buffers);
    }

    /** The same formula on other numbers is compiled once. */
    @Test
    void expressionsAreCompiledOncePerStructure() {
        Counting backend = new Counting();
        try (Session session = new Session(backend)) {
            for (int i = 0; i < 5; i++) {
                Tensor a = Tensor.of(NdArray.vector(i, 2, 3));
                Tensor b = Tensor.of(NdArray.vector(1, i, 1));
                assertEquals(3 + 3.0 * i, session.evaluate(a.mul(b).sum()).item());
            }
            assertEquals(1, backend.compilations);
            Tensor a = Tensor.of(NdArray.vector(1, 2, 3));
            assertEquals(14, session.evaluate(a.mul(a).sum()).item(), "not the product of two");
            assertEquals(List.of(NdArray.vector(1, 4, 9), NdArray.vector(1, 2, 3)), session.evaluate(List.of(a.mul(a), a)));
            assertEquals(List.of(NdArray.vector(1, 2, 3), NdArray.vector(1, 4, 9)), session.evaluate(List.of(a, a.mul(a))));
            assertEquals(4, backend.compilations);
            assertEquals(3.0, session.evaluate(Tensor.of(NdArray.vector(2)).add(1)).get(0));
            assertEquals(4.0, session.evaluate(Tensor.of(NdArray.vector(2)).add(2)).get(0));
        }
        assertEquals(0, backend.buffers);
    }

    @Test
    void expressionsSeeWhatVariablesHoldNow() {
        try (Session session = new Session(new Counting())) {
            Tensor total = v.read().sum();
            assertEquals(6, session.evaluate(total).item());
            session.write(v, NdArray.vector(1, 1, 1));
            assertEquals(3, session.evaluate(total).item());
        }
    }
}
