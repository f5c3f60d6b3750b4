package dev.norn.sweep;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.data.DataException;
import dev.norn.train.DivergenceException;
import dev.norn.train.History;
import dev.norn.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** One call of {@link Sweep#run}: workers take the trials that are not done, in order. */
final class SweepRun {

    private final Sweep sweep;
    private final ResultsFile file;
    private final List<Trial> open = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final long start = System.nanoTime();
    /** The table so far; with all that follows guarded by this. */
    private final Row[] rows;
    private int ended;
    private Throwable failure;
    private volatile boolean stopped;

    /** @param file null for none */
    SweepRun(Sweep sweep, ResultsFile file) {
        this.sweep = sweep;
        this.file = file;
        this.rows = new Row[sweep.trials.size()];
        for (Trial trial : sweep.trials) {
            Row row = file == null ? null : file.row(trial.index());
            if (row == null || row.outcome() == Row.Outcome.FAILED) {
                open.add(trial);
            } else {
                rows[trial.index()] = row;
            }
        }
    }

    Table run() {
        tell(null);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(sweep.workers, open.size()); i++) {
            Thread worker = new Thread(this::work, "norn-sweep-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw SweepRun.<RuntimeException>unchecked(failure);
        }
        if (interrupted) {
            throw new CancellationException("the sweep was interrupted after " + (rows.length - open.size() + ended) + " of "
                    + rows.length + " runs");
        }
        return new Table(Arrays.asList(rows));
    }

    /** Lets an exception through as it is, whatever its type. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private void work() {
        try (Backend backend = sweep.provider.open(sweep.options)) {
            for (int i = next.getAndIncrement(); i < open.size() && !stopped; i = next.getAndIncrement()) {
                record(row(open.get(i), backend));
            }
        } catch (Throwable e) {
            stop(e);
        }
    }

    private synchronized void stop(Throwable e) {
        stopped = true;
        failure = failure == null ? e : failure;
    }

    private synchronized void record(Row row) {
        if (failure != null) {
            return; // the file may be what failed
        }
        if (file != null) {
            file.append(row);
        }
        rows[row.trial().index()] = row;
        ended++;
        tell(row);
    }

    private void tell(Row row) {
        int left = open.size() - ended;
        double seconds = seconds(start);
        SweepListener.Progress progress = new SweepListener.Progress(rows.length - left, rows.length, seconds,
                left == 0 ? 0 : ended == 0 ? Double.NaN : seconds / ended * left);
        for (SweepListener listener : sweep.listeners) {
            listener.onProgress(row, progress);
        }
    }

    private Row row(Trial trial, Backend backend) {
        long begun = System.nanoTime();
        try {
            Training training =
                    sweep.recipe.training(trial.point(), trial.seed(), sweep.source.split(trial.seed(), trial.fold()));
            Trainer trainer = training.trainer().build(backend);
            History history = trainer.fit(training.data().train(), training.validation());
            Results results = new Results();
            sweep.measure.measure(new Trained(trainer, history, training.data()), results);
            return new Row(trial, Row.Outcome.DONE, null, results, history.seconds(), seconds(begun));
        } catch (DivergenceException e) {
            return without(trial, Row.Outcome.DIVERGED, e.getMessage(), begun);
        } catch (RuntimeException | OutOfMemoryError e) {
            return without(trial, Row.Outcome.FAILED, reason(e), begun);
        }
    }

    private static Row without(Trial trial, Row.Outcome outcome, String reason, long begun) {
        return new Row(trial, outcome, reason, new Results(), Double.NaN, seconds(begun));
    }

    /** In one line; with its type where the message alone was not made for people. */
    private static String reason(Throwable e) {
        boolean plain = e instanceof IllegalArgumentException || e instanceof BackendException || e instanceof DataException;
        return (plain && e.getMessage() != null ? e.getMessage() : e.toString()).lines().findFirst().orElse("");
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
