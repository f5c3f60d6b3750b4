package dev.norn.conformance;

import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All reads see the variables as they were, all assignments take effect together. */
final class Assignments {

    private final Check check;

    private Assignments(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        for (int[] dims : new int[][] {{}, {1}, {7}, {5, 5}, {33, 33}, {4, 3, 3}}) {
            check.unfused(dims.length == 0 || dims[0] == 5, () -> new Assignments(check).shapes(dims));
        }
        new Assignments(check).programs();
        new Assignments(check).counters();
    }

    private void steps(String what, Program.Builder program) {
        Check.Run run = new Check.Run(program.build(), Map.of());
        check.programs(what, List.of(run, run, run));
    }

    private void shapes(int[] dims) {
        Variable a = Variable.of("a", check.data.whole(9, dims));
        Variable b = Variable.of("b", check.data.whole(9, dims));
        Variable c = Variable.zeros("c", check.dtype, Shape.of(dims));
        Tensor x = a.read();
        Tensor y = b.read();
        steps("swap", new Program.Builder().assign(a, y).assign(b, x));
        steps("rotation", new Program.Builder().assign(a, y).assign(b, c.read().add(1)).assign(c, x));
        steps("swap, computed", new Program.Builder().assign(a, y.sub(x)).assign(b, x.add(y)));
        steps("the old value is a result", new Program.Builder().output("old", x).assign(a, x.add(1)));
        steps("the new value is a result", new Program.Builder().output("new", x.add(1)).assign(a, x.add(1)));
        steps("one value for two", new Program.Builder().assign(a, x.sub(y)).assign(b, x.sub(y)));
        steps("a constant", new Program.Builder().output("old", x.mul(2)).assign(a, Tensor.full(check.dtype, Shape.of(dims), 3)));
        steps("itself", new Program.Builder().assign(a, x).assign(b, y.mul(1)));
        steps("old value read by a sum", new Program.Builder().assign(a, x.sub(y)).output("sum", x.sum()).output("both", x.mul(y).sum()));
        steps("by its own sum", new Program.Builder().assign(a, x.sub(x.sum().mul(0.125))));
        steps("by its own maximum", new Program.Builder().assign(a, x.sub(x.max())).assign(b, y.add(x.max())));
        int rank = dims.length;
        if (rank > 0) {
            steps("by its row sums", new Program.Builder().assign(a, x.sub(x.foldKeepingAxes(Reduction.SUM, -1).mul(0.125))));
            steps("by its column sums", new Program.Builder().assign(a, x.sub(x.foldKeepingAxes(Reduction.SUM, 0).mul(0.125))));
            int n = a.shape().size();
            Tensor shifted = Tensor.concat(List.of(x.view(n - 1, Shape.of(1)), x.view(0, Shape.of(n - 1)))).reshape(dims);
            steps("shifted", new Program.Builder().assign(a, shifted));
            steps("shifted and added", new Program.Builder().assign(a, shifted.add(x)));
            steps("reversed by rows", new Program.Builder().assign(a, x.gather(Tensor.iota(dims[0]).rsub(dims[0] - 1))));
            steps("sorted out by itself", new Program.Builder().assign(a,
                    x.gather(x.reshape(dims[0], -1).sum(1).cast(DType.I32)).mul(0.5)));
        }
        if (rank >= 2) {
            steps("transposed", new Program.Builder().assign(a, x.transpose()));
            steps("transposed and added", new Program.Builder().assign(a, x.sub(x.transpose())));
            steps("transposed into each other", new Program.Builder().assign(a, y.transpose()).assign(b, x.transpose().add(y)));
        }
        if (rank == 2) {
            steps("product with itself", new Program.Builder().assign(a, x.matmul(x).mul(0.03125)));
            steps("product with another", new Program.Builder().assign(a, x.matmul(y).mul(0.03125).add(x)).assign(b, y.matmul(x, true, false).mul(0.03125)));
            steps("product, added to itself", new Program.Builder().assign(c, x.matmul(y).add(c.read())));
            steps("softmax of itself", new Program.Builder().assign(a, x.softmax()));
        }
    }

    /** Several programs on one set of variables, as training, its last batch and evaluation are. */
    private void programs() {
        Variable w = Variable.of("w", check.data.normal(9));
        Variable sum = Variable.zeros("sum", check.dtype, Shape.SCALAR);
        Variable unused = Variable.of("unused", check.data.normal(3));
        Tensor x = Tensor.input("x", check.dtype, Shape.of(9));
        Tensor few = Tensor.input("x", check.dtype, Shape.of(4));
        Program train = new Program.Builder().assign(w, w.read().mul(0.5).add(x)).build();
        Program rest = new Program.Builder()
                .assign(w, w.read().mul(0.5).add(few.sum()))
                .assign(sum, sum.read().add(w.read().sum())).build();
        Program look = new Program.Builder().output("w", w.read()).output("norm", w.read().square().sum())
                .output("sum", sum.read()).output("unused", unused.read().view(1, Shape.of(2))).build();
        List<Check.Run> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(new Check.Run(train, Map.of("x", check.data.normal(9))));
            runs.add(new Check.Run(look, Map.of()));
            runs.add(new Check.Run(rest, Map.of("x", check.data.normal(4))));
            runs.add(new Check.Run(look, Map.of()));
        }
        check.programs("three programs", runs);
    }

    private void counters() {
        Variable count = Variable.of("count", NdArray.of(Shape.SCALAR, Integer.MAX_VALUE - 1));
        Variable total = Variable.zeros("total", check.dtype, Shape.SCALAR);
        Variable flag = Variable.zeros("flag", DType.I32, Shape.SCALAR);
        steps("counters", new Program.Builder()
                .assign(count, count.read().add(1))
                .assign(total, total.read().add(count.read().cast(check.dtype).mul(0x1p-20)))
                .assign(flag, Tensor.where(flag.read(), flag.read(), count.read().less(0).mul(count.read()))));
        Variable w = Variable.of("w", check.data.whole(9, 40));
        Tensor loss = w.read().square().sum();
        steps("totals", new Program.Builder()
                .assign(total, total.read().add(loss))
                .assign(w, w.read().mul(0.5))
                .output("loss", loss));
    }
}
