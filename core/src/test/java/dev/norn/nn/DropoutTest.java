package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {

    private static final Tensor ONES = Tensor.full(DType.F64, Shape.of(200, 500), 1);

    private static Tensor step(int number) {
        return Tensor.scalar(DType.I32, number);
    }

    private static NdArray dropped(double rate, Tensor x, long seed, int step, int layer) {
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            Pass pass = Pass.training(seed, step(step)).forLayer(layer);
            return session.evaluate(new Dropout(rate).apply(x, List.of(), pass));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.25, 0.5, 0.9})
    void aShareIsDroppedAndTheRestScaled(double rate) {
        NdArray y = dropped(rate, ONES, 1, 0, 0);
        int n = y.size();
        int zeros = 0;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            zeros += y.get(i) == 0 ? 1 : 0;
            sum += y.get(i);
            // The rate counts to 24 bits.
            double off = Math.abs(y.get(i) - 1 / (1 - rate));
            assertTrue(y.get(i) == 0 || off <= 0x1p-24 / ((1 - rate) * (1 - rate)), "scaled by 1 / (1 - rate)");
        }
        double deviation = Math.sqrt(n * rate * (1 - rate));
        assertEquals(n * rate, zeros, 5 * deviation);
        assertEquals(n, sum, 5 * deviation / (1 - rate), "the expectation stays");
    }

    /** No two steps, layers or seeds drop the same; chance alone gives half. */
    @Test
    void masksAreIndependent() {
        NdArray first = dropped(0.5, ONES, 1, 0, 0);
        assertEquals(first, dropped(0.5, ONES, 1, 0, 0));
        for (NdArray other : List.of(dropped(0.5, ONES, 1, 1, 0), dropped(0.5, ONES, 1, 0, 1), dropped(0.5, ONES, 2, 0, 0))) {
            int same = 0;
            for (int i = 0; i < first.size(); i++) {
                same += first.get(i) == other.get(i) ? 1 : 0;
            }
            assertEquals(first.size() / 2.0, same, 5 * Math.sqrt(first.size()) / 2);
        }
        assertNotEquals(dropped(0.5, ONES, 1, 0, 0), dropped(0.4, ONES, 1, 0, 0));
    }

    @Test
    void inferenceAndRateZeroLeaveAllAsItIs() {
        assertSame(ONES, new Dropout(0.5).apply(ONES, List.of(), Pass.INFERENCE));
        assertSame(ONES, new Dropout(0).apply(ONES, List.of(), Pass.training(1, step(0))));
    }
}
