package dev.norn.conformance;

import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values that are parts of others, and others put together. */
final class Views {

    private Views() {}

    static void run(Check check) {
        views(check);
        concatenations(check);
        gradients(check);
    }

    private static void views(Check check) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(6, 8));
        Map<String, NdArray> in = Map.of("x", check.data.normal(6, 8));
        check.value("reshape", x.reshape(8, 6), in);
        check.value("reshape to a vector", x.reshape(-1), in);
        check.value("reshape to rank 4", x.reshape(2, 3, 1, -1), in);
        check.value("reshape of a sum", x.add(1).reshape(3, 16).mul(x.reshape(3, 16)), in);
        check.value("reshape and transpose", x.reshape(8, 6).transpose().sub(x), in);
        check.value("transpose and reshape", x.transpose().reshape(6, 8).sub(x), in);
        check.value("transpose, reshape, transpose", x.transpose().reshape(4, 12).transpose().exp(), in);
        check.value("reshape of repeated", x.sum(1).reshape(6, 1).broadcast(Shape.of(6, 8)).reshape(8, 6).mul(2), in);
        for (int offset : new int[] {0, 1, 5, 16, 40}) {
            check.value("view at " + offset, x.view(offset, Shape.of(2, 4)), in);
            check.value("view of computed at " + offset, x.tanh().view(offset, Shape.of(8)).add(1), in);
            check.value("view of a view at " + offset, x.view(offset, Shape.of(8)).view(3, Shape.of(5)).neg(), in);
            check.value("views of two places at " + offset, x.view(offset, Shape.of(8)).sub(x.view(7, Shape.of(8))), in);
        }
        check.value("an empty view", x.view(48, Shape.of(0)), in);
        check.value("an element", x.view(13, Shape.SCALAR).mul(x), in);
        check.value("view of a row sum", x.sum(1).view(2, Shape.of(3)).mul(x.sum(0).view(1, Shape.of(3))), in);
        Variable v = Variable.of("v", check.data.normal(48));
        check.program("views as results", new Program.Builder()
                .output("input", x).output("part", x.view(3, Shape.of(5))).output("turned", x.transpose())
                .output("variable", v.read()).output("part of it", v.read().view(7, Shape.of(4, 5)))
                .output("constant", Tensor.full(check.dtype, Shape.of(3), 2)).output("count", Tensor.iota(Shape.of(3, 4), 1))
                .output("repeated", x.view(0, Shape.of(8)).broadcast(Shape.of(3, 8)))
                .output("literal", Tensor.of(check.data.normal(5)))
                .build(), in);
    }

    private static void concatenations(Check check) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(3, 5));
        Tensor y = Tensor.input("y", check.dtype, Shape.of(7));
        Map<String, NdArray> in = Map.of("x", check.data.normal(3, 5), "y", check.data.normal(7));
        Variable v = Variable.of("v", check.data.normal(4));
        Variable w = Variable.of("w", check.data.normal(2, 3));
        check.value("of inputs", Tensor.concat(List.of(x, y)), in);
        check.value("of one twice", Tensor.concat(List.of(x, y, x)).mul(2), in);
        check.value("of variables", Tensor.concat(List.of(v.read(), w.read())), Map.of());
        check.value("of computed", Tensor.concat(List.of(x.exp(), y.tanh(), x.sum(0), x.matmul(x, false, true))).sum(), in);
        check.value("of constants", Tensor.concat(List.of(Tensor.full(check.dtype, Shape.of(3), 1), y)).cos(), Map.of("y", in.get("y")));
        check.value("of nothing", Tensor.concat(List.of(x.view(0, Shape.of(0)), y)), in);
        check.value("of one", Tensor.concat(List.of(x)), Map.of("x", in.get("x")));
        Tensor e = x.exp();
        Tensor inner = Tensor.concat(List.of(e, y));
        check.value("nested", Tensor.concat(List.of(y.neg(), inner, Tensor.concat(List.of(inner.neg(), e)))), in);
        check.program("a part used alone, before and after", new Program.Builder()
                .output("whole", Tensor.concat(List.of(e, y.mul(2))))
                .output("part", e.sum(1))
                .output("again", Tensor.concat(List.of(y.mul(2), e)).view(4, Shape.of(9)))
                .build(), in);
        check.value("a view across parts", Tensor.concat(List.of(e, y)).view(12, Shape.of(2, 3)).mul(3), in);
        check.value("a view of one part", Tensor.concat(List.of(e, y)).view(16, Shape.of(2, 2)).mul(3), in);
        check.value("as a matrix", Tensor.concat(List.of(e, e.neg())).reshape(6, 5).matmul(x, false, true), Map.of("x", in.get("x")));
        check.program("assigned", new Program.Builder()
                .assign(v, Tensor.concat(List.of(v.read().view(3, Shape.of(1)), v.read().view(0, Shape.of(3)))))
                .assign(w, Tensor.concat(List.of(w.read().view(3, Shape.of(3)).neg(), v.read().view(1, Shape.of(3)))).reshape(2, 3))
                .build(), Map.of());
    }

    private static void gradients(Check check) {
        Variable v = Variable.of("v", check.data.whole(9, 4, 6));
        Variable w = Variable.of("w", check.data.whole(9, 5));
        Tensor x = v.read();
        Tensor y = w.read();
        Tensor factors = Tensor.of(check.data.whole(5, 29));
        Map<String, Tensor> functions = new LinkedHashMap<>();
        functions.put("reshape", x.reshape(3, 8).square().sum());
        functions.put("view", x.view(7, Shape.of(2, 5)).square().sum());
        functions.put("overlapping views", x.view(0, Shape.of(10)).mul(x.view(3, Shape.of(10))).sum());
        functions.put("transpose", x.transpose().mul(factors.view(0, Shape.of(6, 4))).sum());
        functions.put("concat", Tensor.concat(List.of(x, y)).mul(factors).sum());
        functions.put("nested concat", Tensor.concat(List.of(Tensor.concat(List.of(x, y)), y)).square().sum());
        functions.put("repeated", y.reshape(5, 1).broadcast(Shape.of(5, 29)).mul(factors).sum());
        functions.put("not dependent", y.sum());
        functions.forEach((name, loss) -> {
            List<Tensor> gradients = Gradients.of(loss, List.of(x, y));
            check.program("gradient through " + name, new Program.Builder()
                    .output("x", gradients.get(0)).output("y", gradients.get(1)).build(), Map.of());
            check.program("joined gradient through " + name, new Program.Builder()
                    .output("both", Tensor.concat(gradients)).build(), Map.of());
        });
    }
}
