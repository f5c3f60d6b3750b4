package dev.norn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** UNORM8 is fetched by rows, and nothing else: all that would compute in it says so. */
class Unorm8Test {

    private final Tensor bytes = Tensor.of(NdArray.zeros(DType.UNORM8, Shape.of(4, 4)));
    private final Tensor floats = Tensor.of(NdArray.zeros(DType.F32, Shape.of(4, 4)));

    @Test
    void rowsAreF32() {
        assertEquals(DType.F32, bytes.gather(Tensor.iota(3)).dtype());
        assertEquals(DType.F32, bytes.reshape(16).view(3, Shape.of(5)).gather(Tensor.iota(3)).dtype());
    }

    @Test
    void nothingElse() {
        List<Executable> refused = List.of(
                () -> bytes.neg(), () -> bytes.exp(), () -> bytes.add(bytes), () -> floats.mul(bytes), () -> bytes.mul(2),
                () -> bytes.less(bytes), () -> bytes.sum(), () -> bytes.sum(0), () -> bytes.max(), () -> bytes.argmax(),
                () -> bytes.transpose(), () -> bytes.cast(DType.F32), () -> floats.cast(DType.UNORM8), () -> bytes.copied(),
                () -> bytes.detached(), () -> bytes.broadcast(Shape.of(2, 4, 4)), () -> bytes.matmul(bytes),
                () -> floats.matmul(bytes), () -> Tensor.concat(List.of(bytes, bytes)), () -> Tensor.where(bytes, floats, floats),
                () -> Tensor.where(floats, bytes, bytes), () -> Tensor.full(DType.UNORM8, Shape.of(2), 1),
                () -> floats.gather(bytes.reshape(16)), () -> new Program.Builder().output("y", bytes),
                () -> new Program.Builder().assign(Variable.zeros("v", DType.UNORM8, Shape.of(4, 4)), bytes));
        for (int i = 0; i < refused.size(); i++) {
            String message = assertThrows(IllegalArgumentException.class, refused.get(i), "number " + i).getMessage();
            assertTrue(message.contains("UNORM8"), i + ": " + message);
        }
    }
}
