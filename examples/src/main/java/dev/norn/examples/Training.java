package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.backend.DeviceInfo;
import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.io.AtomicFile;
import dev.norn.io.Fingerprint;
import dev.norn.io.Json;
import dev.norn.io.ModelFile;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Initializer;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.tensorboard.TensorBoard;
import dev.norn.train.EarlyStopping;
import dev.norn.train.Epoch;
import dev.norn.train.History;
import dev.norn.train.Listener;
import dev.norn.train.Trainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One training as {@link TrainingOptions} say, on the backend that they name, and what there is to tell of it. */
final class Training implements AutoCloseable {

    private final long start = System.nanoTime();
    private final TrainingOptions options;
    private final String choice;
    private final Backend backend;
    private Model model;
    private Loss loss;
    private Dataset data;
    private Trainer trainer;
    private History history;
    private int samples;
    /** When the first step was done, by {@link System#nanoTime}; null before, and where there was nothing left to do. */
    private Long firstStep;
    /** Epochs that were trained before this run. */
    private int before;

    private Training(TrainingOptions options, String choice, BackendProvider provider) {
        this.options = options;
        this.choice = choice;
        this.backend = provider.open(options.backendOptions());
    }

    /** Opens the backend of that name. */
    static Training on(String backend, TrainingOptions options) {
        if (!backend.equals(Backends.AUTO)) {
            return new Training(options, null, Backends.provider(backend));
        }
        Backends.Choice chosen = Backends.choose();
        try {
            return new Training(options, chosen.explanation(), chosen.provider());
        } catch (BackendException e) {
            throw new BackendException(e.getMessage() + "; auto " + chosen.explanation(), e);
        }
    }

    /**
     * Makes a model and trains it.
     *
     * @param err where progress is shown
     */
    void fit(Dataset data, int outputs, Loss loss, PrintWriter err) {
        this.data = data;
        this.loss = loss;
        Dataset train = data;
        Dataset validation = null;
        if (options.validationSplit != null) {
            long held = Math.round(data.size() * options.validationSplit);
            options.require(held >= 1 && held < data.size(), "--validation-split",
                    "such that both sides of the " + data.size() + " samples get some", options.validationSplit);
            Split split = data.split(options.validationSplit, options.seed);
            train = split.train();
            validation = split.test();
        }
        model = model(data.features(), outputs);
        boolean dropsLast = options.dropLast && options.batchSize() > 0;
        int used = dropsLast ? Math.max(1, train.size() / options.batchSize()) * options.batchSize() : train.size();
        samples = Math.min(used, train.size());
        Progress progress = new Progress(err, options.epochs, samples, Terminal.isThere(), Terminal.takesColours());
        Trainer.Builder builder = builder(model, loss, train.size()).checkpoints(options.saving.checkpoints());
        builder.listener(new Listener() {
            @Override
            public void onResume(List<Epoch> epochs) {
                before = epochs.size();
            }

            @Override
            public void onStep(int epoch, int step, int steps) {
                if (firstStep == null) {
                    backend.synchronize();
                    firstStep = System.nanoTime();
                }
            }
        });
        if (!options.quiet) {
            builder.listener(progress);
        }
        builder.listener(options.saving.recorder(options.effective(backend.device().backend())));
        if (!options.quiet && !options.backend.isOne()) {
            err.println(backend.device()); // whose progress this is
        }
        Path folder = options.tensorboard(backend.device().backend());
        try (TensorBoard board = folder == null ? null : new TensorBoard(folder, model)) {
            trainer = (board == null ? builder : builder.listener(board)).build(backend);
            history = trainer.fit(train, validation);
        } finally {
            progress.done();
        }
    }

    private Trainer.Builder builder(Model trained, Loss loss, int size) {
        return new Trainer.Builder(trained, loss)
                .optimizer(options.optimizer())
                .learningRate(options.learningRate)
                .schedule(options.schedule.over(options.scheduleEpochs() * steps(size)))
                .penalty(Penalty.elasticNet(options.l1, options.l2))
                .batchSize(options.batchSize())
                .epochs(options.epochs)
                .seed(options.seed)
                .sampling(options.sampling)
                .dropLast(options.dropLast)
                .earlyStopping(options.patience == null ? null : new EarlyStopping(options.patience, 0));
    }

    private Model model(int inputs, int outputs) {
        Initializer initializer = options.initializer().initializer();
        List<Layer> layers = new ArrayList<>();
        for (int units : options.hidden.units()) {
            layers.add(new Dense(units, options.activation, initializer, Initializer.ZEROS));
            if (options.dropout > 0) {
                layers.add(new Dropout(options.dropout));
            }
        }
        layers.add(new Dense(outputs, Activation.IDENTITY, initializer, Initializer.ZEROS));
        try {
            return new Model(inputs, options.precision.dtype(), options.seed, layers.toArray(Layer[]::new));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw options.error("--hidden " + options.hidden + " makes a model that is too large: " + e.getMessage());
        }
    }

    /** Steps in an epoch. */
    private int steps(int samples) {
        int batch = options.batchSize() == 0 ? samples : Math.min(options.batchSize(), samples);
        return options.dropLast ? samples / batch : (samples + batch - 1) / batch;
    }

    /** The trained model. */
    Trainer trainer() {
        return trainer;
    }

    /** What it runs on. */
    DeviceInfo device() {
        return backend.device();
    }

    /** Why the backend cannot train so; null if it can. */
    String lack() {
        return backend.lacks(options.precision.dtype());
    }

    /** How the training went. */
    History history() {
        return history;
    }

    double samplesPerSecond() {
        return (double) samples * history.epochs().size() / history.seconds();
    }

    String modelText() {
        return model.toString();
    }

    /** Prints what was trained, on what, and for how long. */
    void summarize(PrintWriter out) {
        out.println("backend   " + backend.device());
        if (choice != null) {
            out.println("          auto " + choice);
        }
        out.println("model     " + model);
        int run = history.epochs().size();
        out.println("training  " + run + (run == 1 ? " epoch" : " epochs")
                + (history.best() < run ? ", the best of which is " + history.best() : "")
                + String.format(Locale.ROOT, ", %.2f s (%.2f s %s)", history.seconds(), seconds(),
                        before == 0 ? "in all" : "since the checkpoint of epoch " + before));
    }

    private double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    /** What there is to report of any training, and a command's own results. */
    Map<String, Object> report(Map<String, Object> results) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("version", Main.version());
        report.put("java", System.getProperty("java.version"));
        report.put("backend", backend.device().backend());
        report.put("device", backend.device().name());
        report.put("device_details", backend.device().details());
        report.put("precision", Choice.name(options.precision));
        report.put("seed", options.seed);
        report.put("parameters", options.effective(backend.device().backend()));
        report.put("parameter_count", model.parameterCount());
        report.put("epochs", history.epochs().size());
        report.put("best_epoch", history.best());
        report.put("seconds_total", seconds());
        report.put("seconds_training", history.seconds());
        if (options.backend.isOne()) {
            report.put("seconds_to_first_step", firstStep == null ? null : Start.secondsUntil(firstStep));
        }
        report.put("samples_per_second", samplesPerSecond());
        report.put("history", history.epochs().stream().map(Training::entry).toList());
        report.putAll(results);
        return report;
    }

    /**
     * Writes the model, and with it what it is from.
     *
     * @param command what trained it
     * @param more what belongs to it besides: how well it did, how inputs are to be prepared
     */
    void save(AtomicFile file, String command, Map<String, String> more) {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put(SavedModel.COMMAND, command);
        provenance.put("data", Fingerprint.of(data));
        provenance.put("seed", Long.toString(options.seed));
        provenance.put("precision", Choice.name(options.precision));
        provenance.put(SavedModel.CONFIGURATION, Json.write(options.effective(backend.device().backend())));
        provenance.put("epochs", Integer.toString(history.epochs().size()));
        provenance.put("best_epoch", Integer.toString(history.best()));
        provenance.put("device", backend.device().toString());
        provenance.put("version", Main.version());
        provenance.put("java", System.getProperty("java.version"));
        provenance.putAll(more);
        ModelFile.save(file, model, loss, provenance);
    }

    private static Map<String, Object> entry(Epoch epoch) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("epoch", epoch.number());
        entry.put("loss", epoch.loss());
        entry.put("val_loss", epoch.validationLoss());
        entry.put("accuracy", epoch.accuracy());
        entry.put("val_accuracy", epoch.validationAccuracy());
        entry.put("seconds", epoch.seconds());
        return entry;
    }

    @Override
    public void close() {
        backend.close();
    }
}
