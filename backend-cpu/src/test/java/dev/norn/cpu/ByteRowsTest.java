package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.random.RandomStream;
import dev.norn.schedule.Scheduler;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products that fetch their first operand as bytes give the bits of those that read it as floats. */
class ByteRowsTest {

    private static final RandomStream RANDOM = new RandomStream(1, 0);

    private static NdArray floats(int... dims) {
        NdArray array = NdArray.zeros(DType.F32, Shape.of(dims));
        for (int i = 0; i < array.size(); i++) {
            array.floats()[i] = (float) RANDOM.nextGaussian();
        }
        return array;
    }

    private static NdArray table(int rows, int width) {
        NdArray table = NdArray.zeros(DType.UNORM8, Shape.of(rows, width));
        for (int i = 0; i < table.size(); i++) {
            table.bytes()[i] = (byte) RANDOM.nextInt(256);
        }
        return table;
    }

    private static int[] rows(int count, int of) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = i % 5 == 0 ? of - 1 : RANDOM.nextInt(of);
        }
        return rows;
    }

    /** Both products that training makes of a batch: with the weights, and of its transpose with a gradient. */
    private static Program program(Tensor table, Tensor rows, NdArray weights, NdArray gradient) {
        Tensor x = table.gather(rows);
        return new Program.Builder()
                .output("y", x.matmul(Tensor.of(weights)).add(1))
                .output("g", x.matmul(Tensor.of(gradient), true, false))
                .build();
    }

    private static int found(Program program) {
        return ByteRows.among(Scheduler.plan(program, true)).values().stream().mapToInt(products -> products.size()).sum();
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 2", "2, 5, 3", "12, 16, 16", "13, 17, 7", "100, 784, 128", "128, 784, 10", "73, 300, 33", "30, 2000, 40",
        "1000, 31, 5", "25, 272, 1025", "300, 64, 2"})
    void bitsAreTheSame(int batch, int width, int units) {
        NdArray bytes = table(40, width);
        NdArray weights = floats(width, units);
        NdArray gradient = floats(batch, units);
        Tensor rows = Tensor.of(NdArray.of(Shape.of(batch), rows(batch, 40)));
        Program fetched = program(Variable.constant("bytes", bytes).read(), rows, weights, gradient);
        Program read = program(Variable.constant("floats", bytes.to(DType.F32)).read(), rows, weights, gradient);
        assertEquals(2, found(fetched));
        for (int threads : new int[] {1, 3}) {
            try (Backend backend = Workloads.open(threads); Session session = new Session(backend)) {
                Step a = session.compile(fetched);
                Step b = session.compile(read);
                for (int i = 0; i < 3; i++) {
                    a.run();
                    b.run();
                    assertArrayEquals(b.get("y").floats(), a.get("y").floats());
                    assertArrayEquals(b.get("g").floats(), a.get("g").floats());
                }
            }
        }
    }

    /** What else reads the rows needs them as floats; vectors and second operands are not packed this way. */
    @Test
    void onlyWhereProductsAloneReadThem() {
        Tensor table = Variable.constant("bytes", table(40, 20)).read();
        Tensor rows = Tensor.input("rows", DType.I32, Shape.of(8));
        Tensor x = table.gather(rows);
        Tensor w = Tensor.input("w", DType.F32, Shape.of(20, 6));
        Tensor v = Tensor.input("v", DType.F32, Shape.of(20, 1));
        assertEquals(1, found(new Program.Builder().output("y", x.matmul(w)).build()));
        assertEquals(1, found(new Program.Builder().output("y", x.matmul(w)).output("z", w.exp().sum(0)).build()));
        assertEquals(0, found(new Program.Builder().output("y", x.matmul(w)).output("s", x.sum(0)).build()));
        assertEquals(0, found(new Program.Builder().output("y", x.matmul(w)).output("x", x).build()));
        assertEquals(0, found(new Program.Builder().output("y", x.matmul(v)).build()));
        assertEquals(0, found(new Program.Builder().output("y", w.matmul(x, true, true)).build()));
        assertEquals(0, found(new Program.Builder().output("y", x.matmul(x, false, true)).build()));
        assertEquals(0, found(new Program.Builder().output("y", x.view(20, Shape.of(4, 20)).matmul(w)).build()));
        Tensor floats = Variable.constant("floats", floats(40, 20)).read().gather(rows);
        assertEquals(0, found(new Program.Builder().output("y", floats.matmul(w)).build()));
    }
}
