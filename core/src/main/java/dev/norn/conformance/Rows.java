package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Loss;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Softmax and its kin: several passes over each row. */
final class Rows {

    private Rows() {}

    static void run(Check check) {
        // Unfused they are operations that other groups have, at shapes like these.
        for (int[] size : new int[][] {{0, 10}, {1, 1}, {33, 2}, {33, 10}, {33, 17}, {9, 65}, {2, 1000},
                {33, 1000}, {1, 5000}, {5000, 10}}) {
            check.unfused(size[1] == 17, () -> rows(check, size[0], size[1]));
        }
        check.fusedOnly(() -> {
            ties(check);
            extremes(check);
        });
    }

    private static void rows(Check check, int rows, int columns) {
        String what = "of [" + rows + ", " + columns + "]";
        NdArray logits = check.data.normal(rows, columns);
        Variable v = Variable.of("z", logits);
        Tensor z = v.read();
        check.value("softmax " + what, z.softmax(), Map.of());
        check.value("log-sum-exp " + what, z.logSumExp(), Map.of());
        check.value("log-softmax " + what, z.sub(z.logSumExp()), Map.of());
        check.value("argmax " + what, z.argmax(), Map.of());
        check.value("softmax of a product " + what, z.mul(Tensor.input("s", check.dtype, Shape.of(columns))).softmax(),
                Map.of("s", check.data.normal(columns)));
        check.value("normalised " + what, z.sub(z.sum(1).mul(1.0 / columns).reshape(rows, 1)).square().sum(1), Map.of());

        Tensor labels = Tensor.input("labels", DType.I32, Shape.of(rows));
        Map<String, NdArray> labelled = Map.of("labels", check.data.integers(0, columns - 1, rows));
        Tensor weights = Tensor.of(check.data.normal(rows));
        Loss loss = Loss.SOFTMAX_CROSS_ENTROPY;
        check.program("cross-entropy with labels " + what,
                step(v, loss.perSample(z, labels), weights, loss.correct(z, labels)), labelled);

        Tensor target = Tensor.input("target", check.dtype, Shape.of(rows, columns));
        Tensor scores = Tensor.of(check.data.normal(rows, columns));
        try (Session session = new Session(reference())) {
            NdArray distribution = session.evaluate(scores.softmax());
            check.program("cross-entropy with distributions " + what,
                    step(v, loss.perSample(z, target), weights, loss.correct(z, target)), Map.of("target", distribution));
        }
        Tensor cubed = z.softmax().mul(z).sum(1).mul(weights).sum();
        check.value("gradient of softmax " + what, Gradients.of(cubed, List.of(z)).get(0), Map.of());
        Tensor max = z.max(1).mul(weights).sum();
        check.value("gradient of max " + what, Gradients.of(max, List.of(z)).get(0), Map.of());
    }

    private static Backend reference() {
        return Backends.open("reference", BackendOptions.DEFAULT);
    }

    /** Losses, what is right, and one step down the gradient. */
    private static Program step(Variable v, Tensor losses, Tensor weights, Tensor correct) {
        Tensor gradient = Gradients.of(losses.mul(weights).sum(), List.of(v.read())).get(0);
        return new Program.Builder()
                .output("losses", losses)
                .output("correct", correct.sum())
                .output("total", losses.sum())
                .output("gradient", gradient)
                .assign(v, v.read().sub(gradient.mul(0.125)))
                .build();
    }

    private static void ties(Check check) {
        NdArray z = check.data.whole(2, 33, 17);
        NdArray odd = check.data.whole(2, 4, 17);
        for (int j = 0; j < 17; j++) {
            odd.set(j, Double.NaN);
            odd.set(17 + j, Double.NEGATIVE_INFINITY);
        }
        odd.set(2 * 17 + 5, Double.NaN);
        odd.set(3 * 17 + 6, Double.POSITIVE_INFINITY);
        for (NdArray value : List.of(z, odd)) {
            Tensor x = Tensor.input("x", check.dtype, value.shape());
            check.value("argmax with ties", x.argmax(), Map.of("x", value));
            check.value("max with ties", x.max(1), Map.of("x", value));
        }
        Variable v = Variable.of("z", z);
        for (boolean greatest : new boolean[] {true, false}) {
            Tensor extreme = greatest ? v.read().max(1) : v.read().min(1);
            check.value("gradient with ties", Gradients.of(extreme.square().sum(), List.of(v.read())).get(0), Map.of());
        }
        Tensor deep = Tensor.input("x", check.dtype, Shape.of(2, 3, 5));
        check.value("argmax of rank 3", deep.argmax(), Map.of("x", check.data.whole(3, 2, 3, 5)));
        check.value("softmax of rank 3", deep.softmax(), Map.of("x", check.data.normal(2, 3, 5)));
        Tensor vector = Tensor.input("x", check.dtype, Shape.of(5));
        check.value("argmax of a vector", vector.argmax(), Map.of("x", check.data.whole(3, 5)));
        check.value("softmax of a vector", vector.softmax(), Map.of("x", check.data.normal(5)));
    }

    /** Great numbers must not overflow on the way. */
    private static void extremes(Check check) {
        NdArray z = check.data.normal(8, 10);
        for (int i = 0; i < 10; i++) {
            z.set(i, i == 3 ? 1000 : -1000);
            z.set(10 + i, 1e4 + i);
            z.set(20 + i, -1e4);
            z.set(30 + i, i == 4 ? Double.NEGATIVE_INFINITY : i);
            z.set(40 + i, i == 5 ? Double.NaN : i);
        }
        Variable v = Variable.of("z", z);
        Tensor labels = Tensor.of(check.data.integers(0, 9, 8));
        Tensor losses = Loss.SOFTMAX_CROSS_ENTROPY.perSample(v.read(), labels);
        check.value("softmax", v.read().softmax(), Map.of());
        check.value("log-sum-exp", v.read().logSumExp(), Map.of());
        check.value("losses", losses, Map.of());
        check.value("gradient", Gradients.of(losses.sum(), List.of(v.read())).get(0), Map.of());
    }
}
