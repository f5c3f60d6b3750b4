package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.norn.backend.Backend;
import dev.norn.data.Dataset;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.train.Epoch;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One seed gives one history, bit for bit: again, and for any number of threads. */
class ReproducibilityTest {

    private record Outcome(List<Double> losses, NdArray weights) {}

    private static Outcome train(DType dtype, int threads, long seed) {
        Dataset data = Workloads.corners(1111, 3);
        Model model = Workloads.classifier(dtype, seed);
        try (Backend backend = Workloads.open(threads)) {
            List<Double> losses = Workloads.training(model).build(backend).fit(data, data.rows(0, 333)).epochs().stream()
                    .flatMap(e -> java.util.stream.Stream.of(e.loss(), e.accuracy(), e.validationLoss())).toList();
            return new Outcome(losses, model.values().copy());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void theSameSeedGivesTheSameBits(DType dtype) {
        Outcome first = train(dtype, 1, 8);
        for (int threads : new int[] {1, 2, 3, 5}) {
            assertEquals(first, train(dtype, threads, 8), threads + " threads");
        }
        assertNotEquals(first, train(dtype, 1, 9), "another seed");
    }

    /** The first epochs run while the JVM still interprets; later ones in code compiled for speed. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void compiledAndInterpretedCodeAgree(DType dtype) {
        Outcome cold = train(dtype, 2, 1);
        for (int i = 0; i < 20; i++) {
            assertEquals(cold, train(dtype, 2, 1), "run " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void historyIsOfTheWholeRun(DType dtype) {
        try (Backend backend = Workloads.open(1)) {
            List<Epoch> epochs = Workloads.training(Workloads.classifier(dtype, 1)).build(backend)
                    .fit(Workloads.corners(500, 1)).epochs();
            assertEquals(3, epochs.size());
        }
    }
}
