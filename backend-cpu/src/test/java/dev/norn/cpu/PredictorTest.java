package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.backend.Backend;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Predictor;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictors used by many threads. */
class PredictorTest {

    private static final int THREADS = 8;
    private static final int MOST = 1100;

    private final Model model = Workloads.classifier(DType.F32, 3);
    private final float[] inputs = Workloads.corners(MOST, 3).inputs().to(DType.F32).floats();

    /** So many rows for the i-th call: all sizes of program, in pieces and filled up. */
    private static int rows(int call) {
        return 1 + call * 37 % (call % 3 == 0 ? MOST : 40);
    }

    private float[] predict(Predictor predictor, int call) {
        float[] outputs = new float[rows(call) * 7];
        predictor.predict(inputs, rows(call), outputs);
        return outputs;
    }

    private List<float[]> serially(int calls) {
        List<float[]> all = new ArrayList<>();
        try (Backend backend = Workloads.open(1); Predictor predictor = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
            for (int i = 0; i < calls; i++) {
                all.add(predict(predictor, i));
            }
        }
        return all;
    }

    /** What one of some threads does: calls of its own choice, starting together with the others. */
    private interface Work {
        void run(int thread, CyclicBarrier start) throws Exception;
    }

    private static void together(Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<Void>> ends = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                ends.add(pool.submit((Callable<Void>) () -> {
                    work.run(thread, start);
                    return null;
                }));
            }
            for (Future<Void> end : ends) {
                end.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** All on one predictor, whose programs are compiled while the others wait for them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void eightThreadsOnOnePredictor(int threads) throws Exception {
        List<float[]> expected = serially(30);
        try (Backend backend = Workloads.open(threads); Predictor shared = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
            together((thread, start) -> {
                start.await();
                for (int i = 0; i < 30; i++) {
                    int call = (i + 7 * thread) % 30;
                    assertArrayEquals(expected.get(call), predict(shared, call), "call " + call);
                }
            });
        }
    }

    /** Made, used and closed side by side on one backend. */
    @Test
    void eightPredictorsOnOneBackend() throws Exception {
        List<float[]> expected = serially(20);
        try (Backend backend = Workloads.open(2)) {
            together((thread, start) -> {
                start.await();
                for (int round = 0; round < 3; round++) {
                    try (Predictor own = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
                        for (int i = 0; i < 20; i++) {
                            assertArrayEquals(expected.get(i), predict(own, i), "call " + i);
                        }
                    }
                }
            });
        }
    }

    /** How to use many cores. */
    @Test
    void eightWorkersEachWithItsOwnBackend() throws Exception {
        List<float[]> expected = serially(40);
        together((thread, start) -> {
            try (Backend backend = Workloads.open(1); Predictor own = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
                start.await();
                for (int i = 0; i < 40; i++) {
                    assertArrayEquals(expected.get(i), predict(own, i), "call " + i);
                }
            }
        });
    }

    /** Calls that come after the close are refused; none fails in another way. */
    @Test
    void closedWhileInUse() throws Exception {
        List<float[]> expected = serially(10);
        try (Backend backend = Workloads.open(2)) {
            Predictor shared = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY);
            together((thread, start) -> {
                start.await();
                if (thread == 0) {
                    assertArrayEquals(expected.get(0), predict(shared, 0));
                    shared.close();
                }
                String end = assertThrows(IllegalStateException.class, () -> {
                    for (int i = 0; ; i++) {
                        assertArrayEquals(expected.get(i % 10), predict(shared, i % 10));
                    }
                }).getMessage();
                assertEquals("the predictor is closed", end);
            });
        }
    }
}
