package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Gradients;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossTest {

    private static double[] evaluate(Tensor t) {
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            return session.evaluate(t).to(DType.F64).doubles();
        }
    }

    private static Tensor matrix(int columns, double... values) {
        return Tensor.of(NdArray.of(Shape.of(values.length / columns, columns), values));
    }

    private static Tensor labels(int... values) {
        return Tensor.of(NdArray.of(Shape.of(values.length), values));
    }

    @Test
    void meanSquaredError() {
        double[] losses = evaluate(Loss.MSE.perSample(matrix(2, 1, 2, 3, 5), matrix(2, 1, 4, 0, 1)));
        assertArrayEquals(new double[] {2, 12.5}, losses);
        assertNull(Loss.MSE.correct(matrix(2, 1, 2), matrix(2, 1, 2)));
    }

    @Test
    void binaryCrossEntropy() {
        double p = 1 / (1 + Math.exp(-0.7));
        double q = 1 / (1 + Math.exp(2.0));
        double[] losses = evaluate(Loss.BINARY_CROSS_ENTROPY.perSample(matrix(2, 0.7, -2), matrix(2, 1, 0.25)));
        assertArrayEquals(new double[] {(-Math.log(p) - 0.25 * Math.log(q) - 0.75 * Math.log(1 - q)) / 2}, losses, 1e-15);
        assertArrayEquals(new double[] {p, q}, evaluate(Loss.BINARY_CROSS_ENTROPY.predict(matrix(2, 0.7, -2))), 1e-15);
        // Right if every output is on the right side.
        assertArrayEquals(new double[] {1, 0, 0}, evaluate(Loss.BINARY_CROSS_ENTROPY.correct(
                matrix(2, 3, -1, 3, 1, -3, 1), matrix(2, 1, 0, 1, 0, 1, 0))));
    }

    @Test
    void softmaxCrossEntropy() {
        double total = Math.exp(1) + Math.exp(2) + Math.exp(-1);
        double[] want = {-Math.log(Math.exp(2) / total), -Math.log(Math.exp(-1) / total)};
        Tensor z = matrix(3, 1, 2, -1, 1, 2, -1);
        assertArrayEquals(want, evaluate(Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, labels(1, 2))), 1e-15);
        assertArrayEquals(want, evaluate(Loss.SOFTMAX_CROSS_ENTROPY.perSample(z, matrix(3, 0, 1, 0, 0, 0, 1))), 1e-15);
        assertArrayEquals(new double[] {(want[0] + want[1]) / 2},
                evaluate(Loss.SOFTMAX_CROSS_ENTROPY.perSample(matrix(3, 1, 2, -1), matrix(3, 0, 0.5, 0.5))), 1e-15);
        assertArrayEquals(new double[] {1, 0}, evaluate(Loss.SOFTMAX_CROSS_ENTROPY.correct(z, labels(1, 2))));
        assertArrayEquals(new double[] {1, 0},
                evaluate(Loss.SOFTMAX_CROSS_ENTROPY.correct(z, matrix(3, 0, 1, 0, 0, 0, 1))));
        double[] p = evaluate(Loss.SOFTMAX_CROSS_ENTROPY.predict(z));
        assertArrayEquals(new double[] {Math.exp(1) / total, Math.exp(2) / total, Math.exp(-1) / total},
                new double[] {p[0], p[1], p[2]}, 1e-15);
    }

    /** Logits of ±1000: losses that grow like |z|, gradients within [-1, 1], and no NaN in either type. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void greatLogits(DType dtype) {
        NdArray z = NdArray.of(Shape.of(4, 2), 1000.0, -1000, -1000, 1000, 1000, 1000, -1000, -1000).to(dtype);
        NdArray wrong = NdArray.of(Shape.of(4, 2), 0.0, 1, 1, 0, 0, 1, 1, 0).to(dtype);
        Tensor x = Variable.of("z", z).read();
        Tensor t = Tensor.of(wrong);
        Tensor binary = Loss.BINARY_CROSS_ENTROPY.perSample(x, t);
        assertArrayEquals(new double[] {1000, 1000, 500, 500}, evaluate(binary));
        Tensor softmax = Loss.SOFTMAX_CROSS_ENTROPY.perSample(x, t);
        assertArrayEquals(new double[] {2000, 2000, Math.log(2), Math.log(2)}, evaluate(softmax), 1e-3);
        assertArrayEquals(evaluate(softmax), evaluate(Loss.SOFTMAX_CROSS_ENTROPY.perSample(x, labels(1, 0, 1, 0))));
        for (Tensor loss : List.of(binary, softmax)) {
            for (double g : evaluate(Gradients.of(loss.sum(), List.of(x)).get(0))) {
                assertTrue(Math.abs(g) <= 1, () -> "gradient " + g);
            }
        }
        assertArrayEquals(new double[] {1, -1, -1, 1, 0.5, -0.5, -0.5, 0.5},
                evaluate(Gradients.of(softmax.sum(), List.of(x)).get(0)));
        assertArrayEquals(new double[] {0.5, -0.5, -0.5, 0.5, 0.5, 0, -0.5, 0},
                evaluate(Gradients.of(binary.sum(), List.of(x)).get(0)), 1e-300);
    }

    @Test
    void penalties() {
        Tensor w = matrix(2, 1, -2, 0, 3);
        assertEquals(0.6, evaluate(Penalty.l1(0.1).of(w))[0], 1e-15);
        assertEquals(0.7, evaluate(Penalty.l2(0.1).of(w))[0], 1e-15);
        assertEquals(0.6 + 1.4, evaluate(Penalty.elasticNet(0.1, 0.2).of(w))[0], 1e-15);
        assertNull(Penalty.NONE.of(w));
        assertNull(Penalty.l1(0).of(w));
        Tensor x = Variable.of("w", NdArray.vector(1, -2, 0, 3)).read();
        assertArrayEquals(new double[] {0.1 + 0.2, -0.1 - 0.4, 0, 0.1 + 0.6},
                evaluate(Gradients.of(Penalty.elasticNet(0.1, 0.2).of(x), List.of(x)).get(0)), 1e-15);
    }

    @Test
    void names() {
        assertEquals(List.of("mse", "binary-cross-entropy", "softmax-cross-entropy"),
                Loss.all().stream().map(Loss::name).toList());
        assertEquals(List.of("identity", "sigmoid", "tanh", "relu", "leaky-relu", "elu", "gelu", "silu", "softmax"),
                Activation.all().stream().map(Activation::name).toList());
    }
}
