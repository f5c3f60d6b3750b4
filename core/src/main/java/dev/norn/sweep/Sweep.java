package dev.norn.sweep;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.io.Fingerprint;
import dev.norn.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Trains one recipe at many points, with several seeds, in folds, and gives a table.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * List<Point> points = new Grid().axis("nodes", 4, 16, 64).axis("rate", 1e-3, 1e-2).points();
 * Sweep sweep = new Sweep.Builder("runge-width", points, (point, seed, data) -> {
 *     Model model = new Model(1, DType.F32, seed, new Dense(point.integer("nodes"), Activation.TANH), new Dense(1));
 *     return new Training(new Trainer.Builder(model, Loss.MSE)
 *             .learningRate(point.number("rate")).batchSize(20).epochs(100).seed(seed), data);
 * })
 *         .data(Runge.sample(1500, -1, 1, 0.1, 1), 0.2)
 *         .seeds(1, 2, 3)
 *         .resultsFile(Path.of("runge-width.jsonl"))
 *         .build();
 * for (Table.Summary width : sweep.run().summaries("test_loss")) {
 *     System.out.println(width.point() + ": " + width.mean() + " ± " + width.error());
 * }
 * }</pre>
 *
 * <p><b>Side by side.</b> On a processor, each worker opens a backend of its own, with one thread, so that many small networks
 * train at once, one a core; on a GPU they train one after another. What a run gives follows from its point, seed, fold and
 * data, not from how many run beside it. Rows are in the sweep's order, whichever run ends first.
 *
 * <p><b>Interruption.</b> With a results file, every finished run is on the disk before the next begins; the same sweep, started
 * again, does only the rest, and gives the table that it would have given without interruption. Runs that failed are tried again.
 *
 * <p><b>Failure.</b> A run that diverges or fails is a row with its reason. Only what concerns the sweep itself ends it: a
 * backend that cannot be opened, a file that cannot be written.
 */
public final class Sweep {

    /** The first name of a results file. */
    static final String FORMAT = "norn_sweep";

    final Recipe recipe;
    final Source source;
    final Measure measure;
    final List<SweepListener> listeners;
    final BackendProvider provider;
    final BackendOptions options;
    final int workers;
    final List<Trial> trials;
    private final Path file;
    private final Map<String, Object> header;

    private Sweep(Builder b) {
        this.recipe = b.recipe;
        this.source = b.source;
        this.measure = b.measure;
        this.listeners = List.copyOf(b.listeners);
        this.provider = b.provider == null ? Backends.provider() : b.provider;
        this.trials = trials(b);
        int most = b.workers > 0 ? b.workers
                : provider.takesCores() ? Runtime.getRuntime().availableProcessors() : 1;
        this.workers = Math.min(most, trials.size());
        this.options = workers > 1 && b.options.threads() == 0 ? b.options.withThreads(1) : b.options;
        this.file = b.file;
        this.header = file == null ? null : header(b);
    }

    private static List<Trial> trials(Builder b) {
        List<Trial> trials = new ArrayList<>();
        for (Point point : b.points) {
            for (long seed : b.seeds) {
                for (int fold = 0; fold < b.source.folds(); fold++) {
                    trials.add(new Trial(trials.size(), point, seed, fold));
                }
            }
        }
        return List.copyOf(trials);
    }

    private Map<String, Object> header(Builder b) {
        Fingerprint points = new Fingerprint();
        b.points.forEach(point -> points.add(Json.write(point.values())));
        Fingerprint data = new Fingerprint();
        source.addTo(data);
        Map<String, Object> header = new LinkedHashMap<>();
        header.put(FORMAT, 1L);
        header.put("recipe", b.id);
        header.put("version", b.version);
        header.put("backend", provider.name() + (options.tf32() ? ", TF32" : ""));
        header.put("points", points.hex());
        header.put("seeds", LongStream.of(b.seeds).boxed().toList());
        header.put("data", data.hex());
        return header;
    }

    /** The runs, in order. */
    public List<Trial> trials() {
        return trials;
    }

    /** How many run side by side. */
    public int workers() {
        return workers;
    }

    /**
     * Does what is not in the results file yet. May be called again: without a results file, it does everything again.
     *
     * @throws dev.norn.backend.BackendException if the backend cannot be opened
     * @throws dev.norn.data.DataException if the results file is another sweep's, is damaged, or cannot be written
     * @throws java.util.concurrent.CancellationException if this thread is interrupted, once the runs under way have ended
     */
    public Table run() {
        if (file == null) {
            return new SweepRun(this, null).run();
        }
        try (ResultsFile results = new ResultsFile(file, header, trials)) {
            return new SweepRun(this, results).run();
        }
    }

    /** Collects what a sweep needs: points, a recipe, data. All else has a default. */
    public static final class Builder {
        private final String id;
        private final List<Point> points;
        private final Recipe recipe;
        private Source source;
        private long[] seeds = {0};
        private Measure measure = Measure.LOSS;
        private BackendProvider provider;
        private BackendOptions options = BackendOptions.DEFAULT;
        private int workers;
        private Path file;
        private String version = "";
        private final List<SweepListener> listeners = new ArrayList<>();

        /**
         * What to train, and where.
         *
         * @param id names the recipe, in the results file
         * @param points at least one, all different: of a {@link Grid}, a {@link RandomSearch}, or a list of your own
         */
        public Builder(String id, List<Point> points, Recipe recipe) {
            this.id = Objects.requireNonNull(id, "id");
            this.points = List.copyOf(points);
            this.recipe = Objects.requireNonNull(recipe, "recipe");
            if (points.isEmpty()) {
                throw new IllegalArgumentException("a sweep needs at least one point");
            }
            if (Set.copyOf(points).size() < points.size()) {
                throw new IllegalArgumentException("a sweep's points must all be different; for repetitions, give it seeds");
            }
        }

        /** The data of every run. */
        public Builder data(Split split) {
            this.source = new Source.Fixed(Objects.requireNonNull(split, "split"));
            return this;
        }

        /** Data that are divided anew for each seed, by {@link Dataset#split}. */
        public Builder data(Dataset all, double testFraction) {
            all.split(testFraction, 0); // for its checks
            this.source = new Source.Divided(all, testFraction);
            return this;
        }

        /** Data for cross-validation: for each point and seed k runs, divided by {@link Dataset#fold} with the seed. */
        public Builder folds(Dataset all, int k) {
            all.fold(k, 0, 0); // for its checks
            this.source = new Source.Folded(all, k);
            return this;
        }

        /** At each point a run for each of these, all different; default one, 0. */
        public Builder seeds(long... values) {
            if (values.length == 0 || LongStream.of(values).distinct().count() < values.length) {
                throw new IllegalArgumentException("a sweep needs at least one seed, and all different");
            }
            this.seeds = values.clone();
            return this;
        }

        /** What to keep of a run; default {@link Measure#LOSS}. */
        public Builder measure(Measure value) {
            this.measure = Objects.requireNonNull(value, "measure");
            return this;
        }

        /**
         * What to train on; default the one that {@link Backends#choose} does.
         *
         * @param options threads are those of one worker; 0 stands for one thread, or all cores if there is one worker
         */
        public Builder backend(BackendProvider provider, BackendOptions options) {
            this.provider = Objects.requireNonNull(provider, "provider");
            this.options = Objects.requireNonNull(options, "options");
            return this;
        }

        /** How many runs side by side; default, or 0, one a core on a processor and one on a GPU. */
        public Builder workers(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("workers must be at least 1 (or 0 for the default), they are " + value);
            }
            this.workers = value;
            return this;
        }

        /** Where finished runs are kept, and looked for first; default nowhere. The folder must exist. */
        public Builder resultsFile(Path value) {
            this.file = value;
            return this;
        }

        /**
         * What else the results follow from: to be changed with the recipe, so that old results are not taken for its own.
         * Points, seeds, data and backend need no mention.
         */
        public Builder version(String value) {
            this.version = Objects.requireNonNull(value, "version");
            return this;
        }

        /** Someone who wants to know how it goes. */
        public Builder listener(SweepListener value) {
            this.listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /** @throws IllegalStateException if there are no data */
        public Sweep build() {
            if (source == null) {
                throw new IllegalStateException("a sweep needs data: call data or folds");
            }
            return new Sweep(this);
        }
    }
}
