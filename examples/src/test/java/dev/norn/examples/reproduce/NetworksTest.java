package dev.norn.examples.reproduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.sweep.Point;
import dev.norn.sweep.Training;
import dev.norn.tensor.DType;
import dev.norn.train.History;
import dev.norn.train.Trainer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {

    private static final Split DATA = Runge.sample(50, 0, 1, 0.1, 1).split(0.2, 1);
    private static final Point POINT = Networks.DEFAULT.with("hidden", "4-3").with("epochs", 3).with("eta", 0.02);

    /** The loss of the last epoch. */
    private static double loss(Point point) {
        Training training = new Networks(DType.F64).training(point, 1, DATA);
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
            History history = training.trainer().build(backend).fit(training.data().train(), training.validation());
            return history.last().loss();
        }
    }

    /** Of 40 samples, n times the rate of the mean's gradient is the rate of the sum's. */
    @Test
    void whatTheRateIsMultipliedWith() {
        double loss = loss(POINT);
        assertEquals(loss, loss(POINT.with("step", "sum").with("eta", 0.02 / 40)), 1e-12);
        assertEquals(loss, loss(POINT.with("step", "mean/n").with("eta", 0.02 * 40)), 1e-12);
        // Of a batch, its own samples count.
        Point batches = POINT.with("batch", 8);
        assertEquals(loss(batches), loss(batches.with("step", "mean/n").with("eta", 0.02 * 8)), 1e-12);
    }

    @Test
    void penaltyOverSamples() {
        Point batches = POINT.with("batch", 8);
        for (String penalty : new String[] {"l1", "l2"}) {
            double loss = loss(batches.with("penalty", penalty).with("lambda", 0.1));
            assertEquals(loss, loss(batches.with("penalty", penalty + "/n").with("lambda", 0.8)), 1e-12);
            assertTrue(loss != loss(batches));
        }
    }

    @Test
    void watch() {
        Networks networks = new Networks(DType.F32);
        assertNull(networks.training(POINT, 1, DATA).validation());
        assertSame(DATA.test(), networks.training(POINT.with("watch", "test"), 1, DATA).validation());
        Training stopping = networks.training(POINT.with("watch", "stop"), 1, DATA);
        assertEquals(36, stopping.data().train().size());
        assertEquals(4, stopping.validation().size());
        assertSame(DATA.test(), stopping.data().test());
    }

    @Test
    void polynomial() {
        Point point = Networks.DEFAULT.with("degree", 5).with("penalty", "l2");
        assertEquals(5, new Networks(DType.F32).training(point, 1, DATA).data().test().features());
    }

    @Test
    void widths() {
        assertArrayEquals(new int[] {50, 100}, Networks.widths(Point.of("hidden", "50-100")));
        assertArrayEquals(new int[] {8, 8, 8}, Networks.widths(Point.of(Map.of("layers", 3, "nodes", 8))));
    }

    @ParameterizedTest
    @CsvSource({"optimizer, sdg", "init, random", "step, median", "penalty, l3", "watch, out", "activation, relus"})
    void nonsense(String name, String value) {
        String message = assertThrows(IllegalArgumentException.class, () ->
                new Networks(DType.F32).training(POINT.with(name, value), 1, DATA)).getMessage();
        assertEquals(name + " is " + value, message);
    }

    /** The best epoch's weights count, and training stops soon after it. */
    @Test
    void builderIsComplete() {
        Training training = new Networks(DType.F64).training(POINT.with("optimizer", "adam").with("watch", "stop")
                .with("epochs", 2000).with("eta", 0.5), 1, DATA);
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
            Trainer trainer = training.trainer().build(backend);
            History history = trainer.fit(training.data().train(), training.validation());
            assertEquals(history.best() + 5, history.epochs().size());
        }
    }
}
