package dev.norn.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.metrics.Regression;
import dev.norn.optim.Optimizer;
import dev.norn.tensor.NdArray;
import dev.norn.train.Evaluation;
import dev.norn.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {

    /** Points, then seeds, then folds; and what is measured is what a trainer alone measures. */
    @Test
    void rowsAreWhatSingleTrainingsGive() {
        Table table = Sweeps.small().build().run();
        assertEquals(8, table.rows().size());
        for (int i = 0; i < 8; i++) {
            Row row = table.rows().get(i);
            assertEquals(new Trial(i, Sweeps.POINTS.get(i / 2), 1 + i % 2, 0), row.trial());
            assertTrue(row.done());
            assertNull(row.reason());
            Training training =
                    Sweeps.training(row.trial().point(), row.trial().seed(), Sweeps.DATA.split(0.25, row.trial().seed()));
            try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
                Trainer trainer = training.trainer().build(backend);
                double[] losses = trainer.fit(training.data().train()).epochs().stream().mapToDouble(e -> e.loss()).toArray();
                Evaluation test = trainer.evaluate(training.data().test());
                assertEquals(test.loss(), row.number("test_loss"));
                assertEquals(Regression.r2(training.data().test().targets(), test.predictions()), row.number("test_r2"));
                assertTrue(Arrays.equals(losses, row.results().series("loss")));
                assertFalse(row.results().has("validation_loss"));
            }
            assertTrue(row.trainingSeconds() > 0 && row.seconds() >= row.trainingSeconds());
        }
        assertEquals(8, Sweeps.lasting(table).stream().distinct().count());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 50})
    void howManyRunSideBySideChangesNothing(int workers) {
        Sweep sweep = Sweeps.small().workers(workers).build();
        assertEquals(Math.min(workers, 8), sweep.workers());
        assertEquals(Sweeps.lasting(Sweeps.small().workers(1).build().run()), Sweeps.lasting(sweep.run()));
    }

    /** The first run waits until all others have ended, and is the first row all the same. */
    @Test
    void rowsAreInOrderWhicheverEndsFirst() {
        CountDownLatch others = new CountDownLatch(7);
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
        Table table = Sweeps.of(Sweeps.POINTS, (point, seed, data) -> {
            if (point.equals(Sweeps.POINTS.get(0)) && seed == 1) {
                await(others);
            }
            return Sweeps.training(point, seed, data);
        }).workers(2).listener((row, progress) -> {
            if (row != null) {
                ended.add(row.trial().index());
                others.countDown();
            }
        }).build().run();
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 0), ended);
        assertEquals(IntStream.range(0, 8).boxed().toList(), table.rows().stream().map(row -> row.trial().index()).toList());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void progressCountsToTheEnd() {
        List<SweepListener.Progress> heard = new ArrayList<>();
        Sweeps.small().workers(2).listener((row, progress) -> heard.add(progress)).build().run();
        assertEquals(IntStream.rangeClosed(0, 8).boxed().toList(), heard.stream().map(p -> p.done()).toList());
        assertTrue(heard.stream().allMatch(p -> p.total() == 8));
        assertTrue(Double.isNaN(heard.get(0).secondsLeft()));
        assertEquals(heard.get(2).seconds() / 2 * 6, heard.get(2).secondsLeft(), 1e-12);
        assertEquals(0, heard.get(8).secondsLeft());
    }

    /** Of four points one has a rate that diverges, one a recipe that throws, one too little memory. */
    @Test
    void whatFailsIsARowWithItsReason() {
        List<Point> points = new Grid().axis("kind", "good", "diverges", "throws", "memory").points();
        Table table = Sweeps.of(points, (point, seed, data) -> {
            switch (point.text("kind")) {
                case "diverges":
                    Training wild = Sweeps.training(Point.of("nodes", 3).with("rate", 1), seed, data);
                    return new Training(wild.trainer().optimizer(Optimizer.sgd()).learningRate(1e200), data);
                case "throws":
                    throw new IllegalStateException("two\nlines");
                case "memory":
                    throw new OutOfMemoryError("none left");
                default:
                    return Sweeps.training(Point.of("nodes", 3).with("rate", 0.1), seed, data);
            }
        }).seeds(1).build().run();
        assertEquals(List.of(Row.Outcome.DONE, Row.Outcome.DIVERGED, Row.Outcome.FAILED, Row.Outcome.FAILED),
                table.rows().stream().map(Row::outcome).toList());
        assertTrue(table.rows().get(1).reason().startsWith("the loss became NaN or infinite at step "),
                table.rows().get(1).reason());
        assertEquals("java.lang.IllegalStateException: two", table.rows().get(2).reason());
        assertEquals("java.lang.OutOfMemoryError: none left", table.rows().get(3).reason());
        assertTrue(Double.isNaN(table.rows().get(1).number("test_loss")));
        assertEquals(1, table.done().size());
        assertSame(table.rows().get(0), table.least("test_loss").orElseThrow());
    }

    /** Every example is tested with once for each seed, and never trained with in that run. */
    @Test
    void foldsCoverTheData() {
        List<Split> seen = Collections.synchronizedList(new ArrayList<>());
        List<Point> point = List.of(Sweeps.POINTS.get(0));
        Table table = Sweeps.of(point, (p, seed, data) -> {
            seen.add(data);
            return Sweeps.training(p, seed, data);
        }).folds(Sweeps.DATA, 7).seeds(5, 6).workers(1).build().run();
        assertEquals(14, table.rows().size());
        for (int i = 0; i < 14; i++) {
            assertEquals(new Trial(i, point.get(0), 5 + i / 7, i % 7), table.rows().get(i).trial());
            Split expected = Sweeps.DATA.kFold(7, 5 + i / 7).get(i % 7);
            assertEquals(expected.train().inputs(), seen.get(i).train().inputs());
            assertEquals(expected.test().targets(), seen.get(i).test().targets());
        }
        for (int s = 0; s < 2; s++) {
            TreeSet<Double> tested = new TreeSet<>();
            for (Split split : seen.subList(7 * s, 7 * s + 7)) {
                for (double x : split.test().inputs().doubles()) {
                    assertTrue(tested.add(x));
                }
            }
            assertEquals(60, tested.size());
        }
        Table.Summary summary = table.summaries("test_loss").get(0);
        double[] losses = table.rows().stream().mapToDouble(row -> row.number("test_loss")).toArray();
        double mean = Arrays.stream(losses).average().orElseThrow();
        double squares = Arrays.stream(losses).map(x -> (x - mean) * (x - mean)).sum();
        assertEquals(14, summary.count());
        assertEquals(mean, summary.mean(), 1e-15);
        assertEquals(Math.sqrt(squares / 13), summary.deviation(), 1e-15);
        assertEquals(Math.sqrt(squares / 13 / 14), summary.error(), 1e-15);
    }

    @Test
    void summariesLeaveOutWhatIsMissing() {
        Row done = new Row(new Trial(0, Sweeps.POINTS.get(0), 1, 0), Row.Outcome.DONE, null, new Results().put("a", 3), 0, 0);
        Row failed = new Row(new Trial(1, Sweeps.POINTS.get(0), 2, 0), Row.Outcome.FAILED, "why", new Results(), 0, 0);
        Row alone = new Row(new Trial(2, Sweeps.POINTS.get(1), 1, 0), Row.Outcome.FAILED, "why", new Results(), 0, 0);
        Row nan = new Row(new Trial(3, Sweeps.POINTS.get(2), 1, 0), Row.Outcome.DONE, null, new Results().put("a", Double.NaN), 0, 0);
        Table table = new Table(List.of(done, failed, alone, nan));
        List<Table.Summary> summaries = table.summaries("a");
        assertEquals(new Table.Summary(Sweeps.POINTS.get(0), 1, 1, 3, Double.NaN), summaries.get(0));
        assertEquals(new Table.Summary(Sweeps.POINTS.get(1), 0, 1, Double.NaN, Double.NaN), summaries.get(1));
        assertSame(done, table.least("a").orElseThrow());
        assertSame(done, table.most("a").orElseThrow());
        assertTrue(new Table(List.of(failed)).least("a").isEmpty());
    }

    /** A backend that cannot be opened concerns the sweep; so does a listener that throws. */
    @Test
    void whatConcernsTheSweepEndsIt() {
        BackendProvider broken = new Provider(true) {
            @Override
            public Backend open(BackendOptions options) {
                throw new BackendException("not here");
            }
        };
        assertEquals("not here", assertThrows(BackendException.class,
                () -> Sweeps.small().backend(broken, BackendOptions.DEFAULT).build().run()).getMessage());
        AtomicInteger calls = new AtomicInteger();
        Sweep heard = Sweeps.small().workers(2).listener((row, progress) -> {
            if (calls.incrementAndGet() == 3) {
                throw new IllegalStateException("enough");
            }
        }).build();
        assertEquals("enough", assertThrows(IllegalStateException.class, heard::run).getMessage());
        assertEquals(3, calls.get());
    }

    @Test
    void anInterruptEndsItAfterTheRunsUnderWay() {
        Thread caller = Thread.currentThread();
        Sweep sweep = Sweeps.small().workers(1).listener((row, progress) -> {
            if (progress.done() == 2) {
                caller.interrupt();
            }
        }).build();
        assertTrue(assertThrows(CancellationException.class, sweep::run).getMessage().contains(" of 8 runs"));
        assertTrue(Thread.interrupted());
    }

    /** A worker's threads: one where several share the cores, else what the options say. */
    @Test
    void workersShareTheCores() {
        Provider cores = new Provider(true);
        Provider gpu = new Provider(false);
        assertEquals(Math.min(8, Runtime.getRuntime().availableProcessors()),
                Sweeps.small().backend(cores, BackendOptions.DEFAULT).build().workers());
        assertEquals(1, Sweeps.small().backend(gpu, BackendOptions.DEFAULT).build().workers());
        Sweeps.small().backend(cores, BackendOptions.DEFAULT).workers(2).build().run();
        Sweeps.small().backend(cores, BackendOptions.DEFAULT).workers(1).build().run();
        Sweeps.small().backend(cores, BackendOptions.DEFAULT.withThreads(3)).workers(2).build().run();
        assertEquals(List.of(1, 1, 0, 3, 3), cores.threads);
    }

    /** The reference, which counts. */
    private static class Provider implements BackendProvider {
        final List<Integer> threads = Collections.synchronizedList(new ArrayList<>());
        private final boolean cores;

        Provider(boolean cores) {
            this.cores = cores;
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Availability probe() {
            return Availability.of(0, "none");
        }

        @Override
        public boolean takesCores() {
            return cores;
        }

        @Override
        public Backend open(BackendOptions options) {
            threads.add(options.threads());
            return Backends.open("reference", BackendOptions.DEFAULT);
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused("a sweep needs at least one point", () -> Sweeps.of(List.of(), Sweeps::training));
        refused("a sweep's points must all be different; for repetitions, give it seeds",
                () -> Sweeps.of(List.of(Sweeps.POINTS.get(0), Sweeps.POINTS.get(0)), Sweeps::training));
        refused("a sweep needs at least one seed, and all different", () -> Sweeps.small().seeds());
        refused("a sweep needs at least one seed, and all different", () -> Sweeps.small().seeds(1, 1));
        refused("workers must be at least 1 (or 0 for the default), they are -1", () -> Sweeps.small().workers(-1));
        refused("k must be from 2 to the number of examples, 60; it is 61", () -> Sweeps.small().folds(Sweeps.DATA, 61));
        assertThrows(IllegalArgumentException.class, () -> Sweeps.small().data(Sweeps.DATA, 1));
        assertThrows(IllegalStateException.class, () -> new Sweep.Builder("x", Sweeps.POINTS, Sweeps::training).build());
    }

    static void refused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    /** A recipe may change the data, and what is measured are these. */
    @Test
    void aRecipeMayScaleTheData() {
        Table table = Sweeps.of(Sweeps.POINTS, (point, seed, data) -> {
            NdArray zeros = NdArray.zeros(data.test().targets().dtype(), data.test().targets().shape());
            return Sweeps.training(point, seed, new Split(data.train(), new Dataset(data.test().inputs(), zeros)));
        }).build().run();
        assertNotEquals(Sweeps.lasting(Sweeps.small().build().run()), Sweeps.lasting(table));
    }
}
