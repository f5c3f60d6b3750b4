package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.train.Checkpoints;
import dev.norn.train.Epoch;
import dev.norn.train.History;
import dev.norn.train.Listener;
import dev.norn.train.Sampling;
import dev.norn.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that goes on from a checkpoint ends with the bits of one that was not interrupted, whatever it depends on. */
class ResumeTest {

    private static final Dataset DATA = Workloads.corners(300, 3);
    private static final Dataset VALIDATION = Workloads.corners(70, 4);
    private static final int EPOCHS = 6;

    private static final Backend BACKEND = Workloads.open(2);

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    static Stream<Arguments> trainings() {
        List<Arguments> all = new ArrayList<>();
        for (Optimizer optimizer : List.of(Optimizer.sgd(), Optimizer.momentum(0.9), Optimizer.rmsProp(0.9, 1e-8),
                Optimizer.adam(0.9, 0.999, 1e-8), Optimizer.adamW(0.9, 0.999, 1e-8, 0.01))) {
            for (Sampling sampling : Sampling.values()) {
                for (DType dtype : List.of(DType.F32, DType.F64)) {
                    all.add(Arguments.of(optimizer, sampling, dtype));
                }
            }
        }
        return all.stream();
    }

    private record Outcome(List<List<Double>> figures, int best, NdArray weights) {}

    private static Outcome fit(Optimizer optimizer, Sampling sampling, DType dtype, Checkpoints checkpoints, int stopAfter) {
        Model model = new Model(96, dtype, 1, new Dense(40, Activation.RELU), new Dropout(0.3), new Dense(7));
        Trainer trainer = new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).optimizer(optimizer).sampling(sampling)
                .learningRate(0.003).schedule(Schedule.warmUp(7, Schedule.cosine(30, 0))).penalty(Penalty.elasticNet(1e-5, 1e-4))
                .batchSize(64).epochs(EPOCHS).seed(11).checkpoints(checkpoints).listener(new Listener() {
                    @Override
                    public void onEpoch(Epoch epoch) {
                        if (epoch.number() == stopAfter) {
                            throw new CancellationException();
                        }
                    }
                }).build(BACKEND);
        History history = trainer.fit(DATA, VALIDATION);
        return new Outcome(history.epochs().stream()
                .map(e -> List.of(e.loss(), e.accuracy(), e.validationLoss(), e.validationAccuracy())).toList(),
                history.best(), model.values());
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void endsWithTheSameBits(Optimizer optimizer, Sampling sampling, DType dtype) {
        Outcome whole = fit(optimizer, sampling, dtype, null, 0);
        Checkpoints checkpoints = new Checkpoints(folder, 1, true);
        for (int epoch : new int[] {1, 4}) {
            assertThrows(CancellationException.class, () -> fit(optimizer, sampling, dtype, checkpoints, epoch));
        }
        Outcome resumed = fit(optimizer, sampling, dtype, checkpoints, 0);
        assertEquals(whole, resumed);
        assertEquals(EPOCHS, resumed.figures.size());
        assertTrue(whole.figures.get(0).get(0) > whole.figures.get(EPOCHS - 1).get(0), "it learns nothing");
    }
}
