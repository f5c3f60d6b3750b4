package dev.norn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime predicts what Norn predicts, with every activation and every loss. */
class OnnxRuntimeTest {

    private static final int[] BATCHES = {1, 7, 1000};

    static Stream<Arguments> networks() {
        List<Arguments> networks = new ArrayList<>();
        List<Loss> losses = new ArrayList<>(Loss.all());
        losses.add(null);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (Activation activation : Activation.all()) {
                if (dtype == DType.F32 || activation != Activation.GELU) { // ONNX Runtime: OperationsTest
                    for (Loss loss : losses) {
                        networks.add(Arguments.of(dtype, activation, loss));
                    }
                }
            }
        }
        return networks.stream();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void predictsTheSame(DType dtype, Activation activation, Loss loss) throws OrtException {
        Model model = Models.withBiases(new Model(5, dtype, 3,
                new Dense(7, activation), new Dropout(0.5), new Dense(6, activation), new Dense(4)));
        try (Runtime runtime = Runtime.of(model, loss)) {
            for (String name : List.of("reference", "cpu")) {
                try (Backend backend = Backends.open(name, BackendOptions.DEFAULT)) {
                    for (int batch : BATCHES) {
                        NdArray x = Models.samples(dtype, batch, 5, 2, 1e6, 1e-20, 0);
                        assertClose(model, x, Models.predict(backend, model, loss, x), runtime.predict(x));
                    }
                }
            }
        }
    }

    /**
     * Rounding errors scale with the terms of the sums. So, for each sample, m is what the network would give for |x|, |W| and
     * |b|, with |z| + 1 for every activation, which none exceeds. A sum of at most 7 terms and a bias is within 8 u m of the
     * right one on either side, u being the unit roundoff (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd
     * edition, 2002, equation 4.4); an activation adds a few u m, and makes errors before it at most 1.13 times as large (GELU).
     * In three layers, on both sides, that is less than 100 u m.
     */
    private static void assertClose(Model model, NdArray x, NdArray expected, NdArray actual) {
        assertEquals(expected.shape(), actual.shape());
        double unit = x.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53;
        int outputs = expected.shape().dim(1);
        for (int row = 0; row < x.shape().dim(0); row++) {
            double magnitude = magnitude(model, x.rows(row, row + 1));
            for (int j = 0; j < outputs; j++) {
                double wanted = expected.get(row, j);
                double got = actual.get(row, j);
                assertTrue(Math.abs(wanted - got) <= 100 * unit * magnitude, () -> got + " instead of " + wanted);
            }
        }
    }

    private static double magnitude(Model model, NdArray x) {
        double[] m = new double[x.size()];
        Arrays.setAll(m, i -> Math.abs(x.get(i)));
        for (int layer : List.of(0, 2, 3)) {
            NdArray weights = model.value("layers." + layer + ".weight");
            NdArray biases = model.value("layers." + layer + ".bias");
            double[] next = new double[biases.size()];
            for (int j = 0; j < next.length; j++) {
                next[j] = 1 + Math.abs(biases.get(j));
                for (int i = 0; i < m.length; i++) {
                    next[j] += m[i] * Math.abs(weights.get(i, j));
                }
            }
            m = next;
        }
        return Arrays.stream(m).max().orElseThrow();
    }
}
