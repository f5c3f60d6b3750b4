package dev.norn.conformance;

import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows of tables by their numbers. */
final class Gathers {

    private Gathers() {}

    static void run(Check check) {
        for (int[] dims : new int[][] {{1}, {7}, {1025}, {5, 1}, {1, 33}, {9, 17}, {100, 784}, {4, 3, 5}, {6, 0}}) {
            for (int count : new int[] {0, 1, 33}) {
                // An empty table's rows are empty, and a single one is like several: some tables do.
                if (count == 33 || count == 0 && dims.length == 1 || count == 1 && dims[0] % 4 == 1) {
                    check.unfused(dims[0] == 9, () -> table(check, dims, count));
                }
            }
        }
        check.fusedOnly(() -> {
            table(check, new int[] {40, 784}, 300);
            table(check, new int[] {1000}, 70_001);
        });
        computed(check);
        bytes(check);
        epoch(check);
    }

    private static void table(Check check, int[] dims, int count) {
        Tensor table = Tensor.input("table", check.dtype, Shape.of(dims));
        Tensor indices = Tensor.input("i", DType.I32, Shape.of(count));
        // Some beyond both ends.
        NdArray chosen = check.data.integers(-2, dims[0] + 1, count);
        if (count > 20) {
            chosen.set(3, Integer.MIN_VALUE);
            chosen.set(7, Integer.MAX_VALUE);
        }
        String what = count + " of " + table.shape();
        check.value(what, table.gather(indices), Map.of("table", check.data.normal(dims), "i", chosen));
        check.value(what + ", composed", table.gather(indices).mul(2).tanh(), Map.of("table", check.data.normal(dims), "i", chosen));
        check.value(what + ", I32", Tensor.input("table", DType.I32, Shape.of(dims)).gather(indices),
                Map.of("table", check.data.integers(-99, 99, dims), "i", chosen));
        if (dims[0] * count > 50_000) {
            return; // The gradient is a product with a matrix of so many elements.
        }
        Variable v = Variable.of("table", check.data.whole(9, dims));
        Tensor rows = v.read().gather(indices);
        Tensor loss = rows.mul(Tensor.of(check.data.whole(9, rows.shape().dims()))).sum();
        check.program(what + ", gradient", new Program.Builder()
                .output("loss", loss)
                .output("gradient", Gradients.of(loss, List.of(v.read())).get(0))
                .build(), Map.of("i", chosen));
    }

    private static void computed(Check check) {
        Tensor table = Tensor.input("table", check.dtype, Shape.of(9, 5));
        Tensor i = Tensor.input("i", DType.I32, Shape.of(12));
        Map<String, NdArray> in = Map.of("table", check.data.normal(9, 5), "i", check.data.integers(-3, 12, 12));
        check.value("of a computed table", table.exp().gather(i), in);
        check.value("of a transposed table", table.transpose().gather(i), in);
        check.value("of a repeated table", table.sum(0).broadcast(Shape.of(9, 5)).gather(i), in);
        check.value("by computed indices", table.gather(i.mul(2).sub(1)), in);
        check.value("by counted indices", table.gather(Tensor.iota(4).mul(2)), Map.of("table", in.get("table")));
        check.value("of a gather", table.gather(i).gather(i), in);
        check.value("by gathered indices", table.gather(i.gather(i)), in);
        check.value("of a view", table.view(5, Shape.of(4, 5)).gather(i), in);
        check.value("and a product", table.gather(i).matmul(table, false, true), in);
        check.value("and its sum", table.gather(i).sum(0), in);
        check.program("as a result twice", new Program.Builder()
                .output("rows", table.gather(i)).output("same", table.gather(i)).output("reshaped", table.gather(i).reshape(-1))
                .build(), in);
        check.value("by the place of the maximum", table.gather(table.transpose().argmax()), Map.of("table", in.get("table")));
    }

    /** Rows of UNORM8 become F32: every byte, and widths around a vector's. */
    private static void bytes(Check check) {
        for (int width : new int[] {1, 7, 8, 15, 16, 17, 64, 255, 256, 784}) {
            NdArray table = NdArray.zeros(DType.UNORM8, Shape.of(11, width));
            for (int i = 0; i < table.size(); i++) {
                table.bytes()[i] = (byte) i;
            }
            NdArray indices = check.data.integers(-2, 12, 23);
            Tensor i = Tensor.input("i", DType.I32, Shape.of(23));
            Tensor constant = Variable.constant("table", table).read();
            String what = "23 of UNORM8 " + table.shape();
            check.value(what, Tensor.input("table", DType.UNORM8, table.shape()).gather(i), Map.of("table", table, "i", indices));
            check.value(what + ", a constant", constant.gather(i), Map.of("i", indices));
            check.value(what + ", a literal", Tensor.of(table).gather(i), Map.of("i", indices));
            check.value(what + ", a view", constant.view(width, Shape.of(9, width)).gather(i), Map.of("i", indices));
            check.value(what + ", composed", constant.gather(i).cast(check.dtype).mul(2).tanh(), Map.of("i", indices));
            check.value(what + ", a product", constant.gather(i).cast(check.dtype)
                    .matmul(Tensor.input("w", check.dtype, Shape.of(width, 5))), Map.of("i", indices, "w", check.data.normal(width, 5)));
            check.value(what + ", a product of its transpose", constant.gather(i).cast(check.dtype)
                    .matmul(Tensor.input("w", check.dtype, Shape.of(23, 6)), true, false),
                    Map.of("i", indices, "w", check.data.normal(23, 6)));
        }
    }

    /** As training does it: an order, a position in it, and batches of inputs and labels. */
    private static void epoch(Check check) {
        Variable inputs = Variable.of("inputs", check.data.normal(23, 7));
        Variable pixels = Variable.constant("pixels", check.data.uniform(0, 1, 23, 9).to(DType.UNORM8));
        Variable labels = Variable.of("labels", check.data.integers(0, 4, 23));
        Variable order = Variable.of("order", NdArray.of(Shape.of(23), check.data.random().permutation(23)));
        Variable position = Variable.zeros("position", DType.I32, Shape.SCALAR);
        List<Check.Run> runs = new ArrayList<>();
        for (int size : new int[] {5, 5, 5, 5, 3}) {
            Tensor indices = order.read().gather(Tensor.iota(size).add(position.read()));
            runs.add(new Check.Run(new Program.Builder()
                    .output("x", inputs.read().gather(indices))
                    .output("p", pixels.read().gather(indices))
                    .output("y", labels.read().gather(indices))
                    .assign(position, position.read().add(size))
                    .build(), Map.of()));
        }
        check.programs("an epoch", runs);
    }
}
