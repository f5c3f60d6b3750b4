package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.data.Runge;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.sweep.Grid;
import dev.norn.sweep.Measure;
import dev.norn.sweep.Point;
import dev.norn.sweep.Sweep;
import dev.norn.sweep.Training;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several backends in one process, each with one thread. */
class SweepOnCpuTest {

    private static final List<Point> POINTS = new Grid().axis("nodes", 3, 70).axis("layers", 1, 3).axis("seed", 1, 2, 3).points();

    private static List<String> run(DType dtype, int workers, BackendOptions options) {
        return new Sweep.Builder("widths", POINTS, (point, seed, data) -> {
            Dense hidden = new Dense(point.integer("nodes"), Activation.SIGMOID);
            Model model = point.integer("layers") == 1
                    ? new Model(1, dtype, point.integer("seed"), hidden, new Dense(1))
                    : new Model(1, dtype, point.integer("seed"), hidden, new Dropout(0.1), hidden, hidden, new Dense(1));
            return new Training(new Trainer.Builder(model, Loss.MSE).batchSize(30).epochs(5).seed(seed), data);
        })
                .data(Runge.sample(250, -1, 1, 0.1, 1), 0.2).measure(Measure.LOSS.and(Measure.HISTORY))
                .backend(Backends.provider("cpu"), options).workers(workers).build().run()
                .rows().stream().map(row -> row.trial() + " " + row.reason() + " " + row.results()).toList();
    }

    /** Bit for bit, whatever runs beside a training and however many threads it has. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void sideBySideIsAsOneByOne(DType dtype) {
        List<String> alone = run(dtype, 1, BackendOptions.DEFAULT.withThreads(1));
        assertTrue(alone.stream().noneMatch(row -> row.contains("NaN")));
        assertEquals(12, alone.stream().distinct().count());
        assertEquals(alone, run(dtype, 2, BackendOptions.DEFAULT));
        assertEquals(alone, run(dtype, 5, BackendOptions.DEFAULT));
        assertEquals(alone, run(dtype, 1, BackendOptions.DEFAULT.withThreads(3)));
    }

    @Test
    void takesCores() {
        BackendProvider cpu = Backends.provider("cpu");
        assertTrue(cpu.takesCores());
    }
}
