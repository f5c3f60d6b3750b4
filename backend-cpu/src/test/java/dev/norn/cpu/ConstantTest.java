package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.backend.Backend;
import dev.norn.backend.Buffer;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Constants are read where they lie for as long as nothing reads beyond their ends. */
class ConstantTest {

    private static final Tensor ROWS = Tensor.of(NdArray.of(Shape.of(2), 4, 1));

    private static NdArray numbers(DType dtype) {
        NdArray numbers = NdArray.zeros(dtype, Shape.of(5, 3));
        for (int i = 0; i < numbers.size(); i++) {
            numbers.set(i, dtype == DType.UNORM8 ? i / 255f : i);
        }
        return numbers;
    }

    private static Program output(Tensor y) {
        return new Program.Builder().output("y", y).build();
    }

    /** The array is changed here, which nobody may, to see who reads it. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void rowsAreFetchedFromTheArrayItself(DType dtype) {
        NdArray numbers = numbers(dtype);
        Tensor table = Variable.constant("table", numbers).read();
        try (Backend backend = Workloads.open(1); Session session = new Session(backend)) {
            Step fetch = session.compile(output(table.gather(ROWS)));
            numbers.set(14, 1);
            fetch.run();
            assertEquals(1, fetch.get("y").get(2));
        }
    }

    /** What may read beyond the end has a copy; what was compiled before goes on as it was. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "I32"})
    void whatIsReadInVectorsIsCopied(DType dtype) {
        NdArray numbers = numbers(dtype);
        Tensor table = Variable.constant("table", numbers).read();
        try (Backend backend = Workloads.open(1); Session session = new Session(backend)) {
            Step fetch = session.compile(output(table.gather(ROWS)));
            numbers.set(14, 99);
            Step add = session.compile(output(table.add(table)));
            Step fetchAgain = session.compile(output(table.gather(ROWS)));
            numbers.set(14, 98);
            for (Step step : new Step[] {fetch, add, fetchAgain}) {
                step.run();
            }
            assertEquals(98, fetch.get("y").get(2));
            assertEquals(2 * 99, add.get("y").get(14));
            assertEquals(99, fetchAgain.get("y").get(2));
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void nobodyWritesThem(DType dtype) {
        NdArray numbers = numbers(dtype);
        try (Backend backend = Workloads.open(1); Buffer buffer = backend.constant(numbers)) {
            assertThrows(IllegalStateException.class, () -> buffer.write(numbers.copy().data(), 0, 0, 1));
            NdArray read = NdArray.zeros(dtype, numbers.shape());
            buffer.read(0, read.data(), 0, read.size());
            assertEquals(numbers, read);
        }
    }
}
