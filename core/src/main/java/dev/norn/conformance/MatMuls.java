package dev.norn.conformance;

import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Matrix products: shapes around every tile's edge, transposed or not, and what is fused into them. */
final class MatMuls {

    private static final int[] EXTENTS = {0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 32, 33, 65};

    /** [m, n, k] of the MNIST example's steps: forward, backward, weights. */
    private static final int[][] LARGE = {{32, 128, 784}, {20, 100, 784}, {32, 10, 128}, {32, 128, 10}, {784, 100, 20},
            {128, 10, 32}, {100, 96, 257}, {257, 129, 33}, {1, 784, 300}, {300, 1, 784}, {5, 5, 2000},
            {100, 600, 70}, {64, 1030, 40}};

    private final Check check;

    private MatMuls(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        MatMuls m = new MatMuls(check);
        int count = EXTENTS.length;
        for (int i = 0; i < count; i++) {
            // Of every side all extents, of two sides every other pair; the third in turn.
            for (int j = i % 2; j < count; j += 2) {
                int third = EXTENTS[check.data.random().nextInt(count)];
                int[] sides = {EXTENTS[i], EXTENTS[j], third};
                int turn = (i + j / 2) % 3;
                m.product(sides[turn], sides[(turn + 1) % 3], sides[(turn + 2) % 3], (i * count + j) / 2 % 4);
            }
            m.product(EXTENTS[i], EXTENTS[i], EXTENTS[i], i % 4);
        }
        for (int transposed = 0; transposed < 4; transposed++) {
            m.product(33, 33, 33, transposed);
            m.product(7, 9, 16, transposed);
        }
        for (int i = 0; i < LARGE.length; i++) {
            m.product(LARGE[i][0], LARGE[i][1], LARGE[i][2], i % 4);
            m.product(LARGE[i][0], LARGE[i][1], LARGE[i][2], (i + 1 + i / 4) % 4);
        }
        int[][] sizes = {{1, 1, 1}, {3, 5, 0}, {7, 9, 3}, {20, 10, 50}, {33, 17, 65}, {32, 128, 64}};
        for (int i = 0; i < sizes.length; i++) {
            int at = i;
            check.unfused(i == 2, () -> m.epilogues(sizes[at][0], sizes[at][1], sizes[at][2], at % 4, true));
            check.fusedOnly(() -> m.epilogues(sizes[at][0], sizes[at][1], sizes[at][2], (at + 1 + at / 4) % 4, false));
        }
        check.fusedOnly(() -> {
            // In several tasks, blocks and panels.
            m.epilogues(130, 530, 40, 0, true);
            m.epilogues(530, 130, 40, 3, false);
        });
        check.fusedOnly(m::operands);
        check.fusedOnly(m::special);
        m.network();
    }

    private static Tensor product(Tensor a, Tensor b, int transposed) {
        return a.matmul(b, (transposed & 1) != 0, (transposed & 2) != 0);
    }

    private int[] dims(int rows, int columns, boolean transposed) {
        return transposed ? new int[] {columns, rows} : new int[] {rows, columns};
    }

    private void product(int m, int n, int k, int transposed) {
        int[] dimsA = dims(m, k, (transposed & 1) != 0);
        int[] dimsB = dims(k, n, (transposed & 2) != 0);
        Tensor a = Tensor.input("a", check.dtype, Shape.of(dimsA));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(dimsB));
        String what = "[" + m + ", " + k + "]·[" + k + ", " + n + "], transposed " + transposed;
        // Whole numbers: every product and sum is exact, and one wrong element of A or B shows.
        List<Map<String, NdArray>> operands = new ArrayList<>(
                List.of(Map.of("a", check.data.whole(12, dimsA), "b", check.data.whole(12, dimsB))));
        if (k <= 300) {
            operands.add(Map.of("a", check.data.normal(dimsA), "b", check.data.normal(dimsB)));
        }
        check.fusedOnly(() -> check.values(what, product(a, b, transposed), operands));
    }

    /** @param all with all that can be fused into a product, or with a few such things */
    private void epilogues(int m, int n, int k, int transposed, boolean all) {
        int[] dimsA = dims(m, k, (transposed & 1) != 0);
        int[] dimsB = dims(k, n, (transposed & 2) != 0);
        Tensor a = Tensor.input("a", check.dtype, Shape.of(dimsA));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(dimsB));
        Tensor bias = Tensor.input("bias", check.dtype, Shape.of(n));
        Tensor column = Tensor.input("column", check.dtype, Shape.of(m, 1));
        Tensor residual = Tensor.input("residual", check.dtype, Shape.of(m, n));
        Tensor turned = Tensor.input("turned", check.dtype, Shape.of(n, m));
        Map<String, NdArray> in = new LinkedHashMap<>();
        in.put("a", check.data.normal(dimsA));
        in.put("b", check.data.normal(dimsB));
        in.put("bias", check.data.normal(n));
        in.put("column", check.data.normal(m, 1));
        in.put("residual", check.data.normal(m, n));
        in.put("turned", check.data.normal(n, m));
        Tensor p = product(a, b, transposed).mul(1.0 / Math.max(1, k));
        Tensor z = p.add(bias);
        String what = "[" + m + ", " + k + "]·[" + k + ", " + n + "], transposed " + transposed + ", ";
        expect(what + "transposed residual", z.sub(turned.transpose()), in);
        check.program(what + "product and activation", new Program.Builder()
                .output("z", z).output("tanh", z.tanh()).output("both", z.mul(z.sigmoid())).build(), pick(z, in));
        if (!all) {
            return;
        }
        expect(what + "bias", z, in);
        expect(what + "bias and relu", z.relu(), in);
        expect(what + "bias and sigmoid", z.sigmoid(), in);
        expect(what + "bias and tanh", z.tanh(), in);
        expect(what + "column", p.mul(column).sub(1), in);
        expect(what + "residual", z.relu().add(residual), in);
        expect(what + "derivative of sigmoid", p.mul(residual.mul(residual.rsub(1))), in);
        expect(what + "row sums", z.tanh().sum(1), in);
        expect(what + "column sums", z.tanh().sum(0), in);
        expect(what + "softmax", n == 0 ? z : z.softmax(), in);
    }

    private void expect(String what, Tensor t, Map<String, NdArray> inputs) {
        check.value(what, t, pick(t, inputs));
    }

    /** Of the inputs those that an expression has. */
    private static Map<String, NdArray> pick(Tensor t, Map<String, NdArray> inputs) {
        Map<String, NdArray> own = new LinkedHashMap<>(inputs);
        own.keySet().retainAll(new Program.Builder().output("y", t).build().inputs().keySet());
        return own;
    }

    /** Operands that are computed, repeated, parts of something, or the same. */
    private void operands() {
        Tensor a = Tensor.input("a", check.dtype, Shape.of(17, 17));
        Tensor row = Tensor.input("row", check.dtype, Shape.of(17));
        Map<String, NdArray> in = Map.of("a", check.data.whole(9, 17, 17), "row", check.data.whole(9, 17));
        for (int transposed = 0; transposed < 4; transposed++) {
            expect("a matrix by itself, transposed " + transposed, product(a, a, transposed), in);
            expect("a matrix by its transposed, transposed " + transposed, product(a, a.transpose(), transposed), in);
            expect("computed operands, transposed " + transposed, product(a.mul(2).sub(row), a.add(1), transposed), in);
            expect("a repeated operand, transposed " + transposed,
                    product(a, row.broadcast(Shape.of(17, 17)), transposed), in);
            expect("a computed transposed operand, transposed " + transposed,
                    product(a.sub(row).transpose(), a.transpose().relu(), transposed), in);
        }
        expect("chain", a.matmul(a).mul(0.125).matmul(a, true, false).matmul(a.transpose()), in);
        expect("a constant operand", a.matmul(Tensor.full(check.dtype, Shape.of(17, 5), 0.5)), in);
        expect("outer product", row.reshape(17, 1).matmul(row.reshape(1, 17)), in);
        expect("inner product", row.reshape(1, 17).matmul(row.reshape(17, 1)), in);
        expect("two products added", a.matmul(a).add(a.matmul(a, true, true)), in);
        Variable flat = Variable.of("flat", check.data.whole(9, 3 + 7 * 5 + 5 * 9));
        Tensor w1 = flat.read().view(3, Shape.of(7, 5));
        Tensor w2 = flat.read().view(38, Shape.of(5, 9));
        check.value("views of a variable", w1.matmul(w2), Map.of());
        check.value("views of a variable, transposed", w2.matmul(w1, true, true), Map.of());
    }

    private void special() {
        for (int[] size : new int[][] {{3, 4, 5}, {17, 33, 31}}) {
            List<Map<String, NdArray>> operands = new ArrayList<>();
            for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                NdArray a = check.data.whole(9, size[0], size[2]);
                NdArray b = check.data.whole(9, size[2], size[1]);
                a.set(check.data.random().nextInt(a.size()), odd);
                b.set(check.data.random().nextInt(b.size()), 0);
                operands.add(Map.of("a", a, "b", b));
            }
            check.values("with NaN or infinity", Tensor.input("a", check.dtype, Shape.of(size[0], size[2]))
                    .matmul(Tensor.input("b", check.dtype, Shape.of(size[2], size[1]))), operands);
        }
    }

    /** Three layers forward and back, as a user would write them by hand. */
    private void network() {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(19, 11));
        Tensor y = Tensor.input("y", check.dtype, Shape.of(19, 3));
        Variable w1 = Variable.of("w1", check.data.normal(11, 13));
        Variable w2 = Variable.of("w2", check.data.normal(13, 3));
        Tensor h = x.matmul(w1.read()).tanh();
        Tensor delta2 = h.matmul(w2.read()).sub(y).mul(0.125);
        Tensor delta1 = delta2.matmul(w2.read(), false, true).mul(h.mul(h).rsub(1));
        Program step = new Program.Builder()
                .assign(w1, w1.read().sub(x.matmul(delta1, true, false).mul(0.0625)))
                .assign(w2, w2.read().sub(h.matmul(delta2, true, false).mul(0.0625)))
                .output("loss", delta2.square().sum())
                .build();
        List<Check.Run> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(new Check.Run(step, Map.of("x", check.data.normal(19, 11), "y", check.data.normal(19, 3))));
        }
        check.programs("three steps by hand", runs);
    }
}
