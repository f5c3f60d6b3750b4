package dev.norn.examples;

import dev.norn.backend.BackendOptions;
import dev.norn.nn.Activation;
import dev.norn.optim.Optimizer;
import dev.norn.train.Sampling;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that trains. Defaults that differ from command to command are the command's to give. */
final class TrainingOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "NAME,...", converter = BackendSelection.Converter.class,
            completionCandidates = Choice.OfBackends.class,
            description = "What to compute with: ${COMPLETION-CANDIDATES} (default: what the environment variable NORN_BACKEND"
                    + " names, else auto, the fastest that is there). Several with commas between, or all (every one that is"
                    + " there, except reference), train in turn from the same seed, each on its best device; one table then"
                    + " takes the place of other results, and --json holds those of each.")
    BackendSelection backend;

    @Mixin
    DeviceOptions device;

    @Option(names = "--threads", paramLabel = "N",
            description = "Threads to compute with (default: one per core).")
    private Integer threads;

    @Option(names = "--precision", paramLabel = "TYPE", converter = Choice.OfPrecision.class,
            completionCandidates = Choice.OfPrecision.class, defaultValue = "f32",
            description = "Type of weights and computation: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). tf32 is f32"
                    + " with matrix products of less precision, on NVIDIA's GPUs.")
    Precision precision;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Of all that is random: weights, order, dropout, data (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--hidden", paramLabel = "N,N,...", converter = Numbers.WidthsConverter.class,
            description = "Units of each hidden layer, or none (default: ${DEFAULT-VALUE}).")
    Numbers.Widths hidden;

    @Option(names = "--activation", paramLabel = "NAME", converter = Choice.OfActivation.class,
            completionCandidates = Choice.OfActivation.class,
            description = "Of the hidden layers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Activation activation;

    @Option(names = "--init", paramLabel = "NAME", converter = Choice.OfInitializer.class,
            completionCandidates = Choice.OfInitializer.class,
            description = "Where weights start: ${COMPLETION-CANDIDATES} (default: he for relu and its like, else glorot)."
                    + " Biases start at 0.")
    private InitializerKind initializer;

    @Option(names = "--dropout", paramLabel = "RATE", defaultValue = "0",
            description = "Share of each hidden layer's outputs that a step leaves out (default: ${DEFAULT-VALUE}).")
    double dropout;

    @Option(names = "--l1", paramLabel = "X", defaultValue = "0",
            description = "Factor of the sum of |w| in what is minimized (default: ${DEFAULT-VALUE}).")
    double l1;

    @Option(names = "--l2", paramLabel = "X", defaultValue = "0",
            description = "Factor of half the sum of w^2 in what is minimized (default: ${DEFAULT-VALUE}).")
    double l2;

    @Option(names = "--optimizer", paramLabel = "NAME", converter = Choice.OfOptimizer.class,
            completionCandidates = Choice.OfOptimizer.class, defaultValue = "adam",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). gd uses all samples in each step.")
    OptimizerKind optimizer;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Default: ${DEFAULT-VALUE}.")
    double learningRate;

    @Option(names = "--momentum", paramLabel = "X", defaultValue = "0.9",
            description = "Of momentum (default: ${DEFAULT-VALUE}).")
    private double momentum;

    @Option(names = "--beta1", paramLabel = "X", defaultValue = "0.9",
            description = "Of adam and adamw (default: ${DEFAULT-VALUE}).")
    private double beta1;

    @Option(names = "--beta2", paramLabel = "X",
            description = "Of adam and adamw (default: 0.999), and of rmsprop (default: 0.9).")
    private Double beta2;

    @Option(names = "--weight-decay", paramLabel = "X", defaultValue = "0.01",
            description = "Of adamw (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--schedule", paramLabel = "NAME", converter = Choice.OfSchedule.class,
            completionCandidates = Choice.OfSchedule.class,
            description = "How the learning rate changes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    ScheduleKind schedule;

    @Option(names = "--schedule-epochs", paramLabel = "X",
            description = "Epochs until step and exponential halve the rate (default: a quarter of all), cosine ends at 0"
                    + " (all), warm-up reaches the full rate (a tenth).")
    private Double scheduleEpochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Samples in a step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--drop-last", description = "Leave out an epoch's last batch where it is smaller than the others.")
    boolean dropLast;

    @Option(names = "--sampling", paramLabel = "NAME", converter = Choice.OfSampling.class,
            completionCandidates = Choice.OfSampling.class, defaultValue = "shuffled",
            description = "How batches are drawn: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Sampling sampling;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(names = "--validation-split", paramLabel = "SHARE",
            description = "Share of the training samples to validate with after each epoch, instead of training with them"
                    + " (default: none).")
    Double validationSplit;

    @Option(names = "--patience", paramLabel = "N",
            description = "Stop after so many epochs without a lower loss (of validation, if there is any), and go back to"
                    + " the weights with the lowest (default: never).")
    Integer patience;

    @Mixin
    SavingOptions saving;

    @Option(names = "--tensorboard", paramLabel = "DIR",
            description = "Write for TensorBoard, into a folder, how losses and weights change; with several backends, into a"
                    + " folder in that for each.")
    private Path tensorboard;

    @Option(names = "--quiet", description = "Show no progress.")
    boolean quiet;

    @Mixin
    JsonOption json;

    /** Options that are the command's own, as it has {@linkplain #record recorded} them. */
    private final Map<String, Object> own = new LinkedHashMap<>();

    /** Of what core would refuse later, after data were loaded. */
    void check() {
        if (backend == null) {
            backend = BackendSelection.preferred(spec.commandLine());
        }
        if (!backend.isOne()) {
            device.checkOneBackend("--backend " + backend);
        }
        saving.check(backend.isOne() ? null : backend.toString());
        require(threads == null || threads >= 1, "--threads", "at least 1", threads);
        require(dropout >= 0 && dropout < 1, "--dropout", "at least 0 and less than 1", dropout);
        require(l1 >= 0 && Double.isFinite(l1), "--l1", "finite and not negative", l1);
        require(l2 >= 0 && Double.isFinite(l2), "--l2", "finite and not negative", l2);
        require(learningRate > 0 && Double.isFinite(learningRate), "--learning-rate", "finite and above 0", learningRate);
        require(momentum >= 0 && momentum < 1, "--momentum", "at least 0 and less than 1", momentum);
        require(beta1 >= 0 && beta1 < 1, "--beta1", "at least 0 and less than 1", beta1);
        require(beta2() >= 0 && beta2() < 1, "--beta2", "at least 0 and less than 1", beta2);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "--weight-decay", "finite and not negative", weightDecay);
        require(scheduleEpochs == null || scheduleEpochs > 0 && Double.isFinite(scheduleEpochs),
                "--schedule-epochs", "finite and above 0", scheduleEpochs);
        require(batchSize >= 1, "--batch-size", "at least 1", batchSize);
        require(epochs >= 1, "--epochs", "at least 1", epochs);
        requireShare("--validation-split", validationSplit);
        require(patience == null || patience >= 1, "--patience", "at least 1", patience);
        allow("--batch-size", optimizer.takesBatchSize(), "--optimizer " + Choice.name(optimizer));
        allow("--momentum", optimizer.takesMomentum(), "--optimizer " + Choice.name(optimizer));
        allow("--beta1", optimizer.takesBeta1(), "--optimizer " + Choice.name(optimizer));
        allow("--beta2", optimizer.takesBeta2(), "--optimizer " + Choice.name(optimizer));
        allow("--weight-decay", optimizer.takesWeightDecay(), "--optimizer " + Choice.name(optimizer));
        allow("--schedule-epochs", schedule != ScheduleKind.CONSTANT, "--schedule " + Choice.name(schedule));
    }

    /** Refuses a value. */
    void require(boolean valid, String option, String rule, Object value) {
        if (!valid) {
            throw error(option + " must be " + rule + ", it is " + value);
        }
    }

    /** Refuses a share that leaves one side empty. */
    void requireShare(String option, Double share) {
        require(share == null || share > 0 && share < 1, option, "above 0 and below 1", share);
    }

    /** An option that would do nothing is a mistake. */
    private void allow(String option, boolean useful, String where) {
        if (!useful && spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw error(option + " has no meaning with " + where);
        }
    }

    ParameterException error(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** What is asked of every backend. */
    BackendOptions backendOptions() {
        return device.backendOptions().withThreads(threads == null ? 0 : threads).withTf32(precision == Precision.TF32);
    }

    /** Adds an option of the command's own to what is reported. */
    void record(String name, Object value) {
        own.put(name, value);
    }

    /** Where a backend's training is to be followed; null for nowhere. */
    Path tensorboard(String name) {
        return tensorboard == null || backend.isOne() ? tensorboard : tensorboard.resolve(name);
    }

    InitializerKind initializer() {
        return initializer == null ? InitializerKind.usualFor(activation) : initializer;
    }

    /** 0 for all samples. */
    int batchSize() {
        return optimizer.takesBatchSize() ? batchSize : 0;
    }

    private double beta2() {
        return beta2 != null ? beta2 : optimizer == OptimizerKind.RMSPROP ? 0.9 : 0.999;
    }

    Optimizer optimizer() {
        return optimizer.with(momentum, beta1, beta2(), weightDecay);
    }

    double scheduleEpochs() {
        return scheduleEpochs != null ? scheduleEpochs : epochs * schedule.usualShare();
    }

    /**
     * The options in force, under their names, with underscores; those that do not count are left out. All that a result follows
     * from is there, so that {@code --config} can repeat it.
     *
     * @param backend that is used
     */
    Map<String, Object> effective(String backend) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("backend", backend);
        all.put("precision", Choice.name(precision));
        all.put("seed", seed);
        all.putAll(own);
        all.put("hidden", hidden.units().isEmpty() ? hidden.toString() : hidden.units());
        all.put("activation", activation.name());
        all.put("init", Choice.name(initializer()));
        all.put("dropout", dropout);
        all.put("l1", l1);
        all.put("l2", l2);
        all.put("optimizer", Choice.name(optimizer));
        all.put("learning_rate", learningRate);
        putIf(optimizer.takesMomentum(), all, "momentum", momentum);
        putIf(optimizer.takesBeta1(), all, "beta1", beta1);
        putIf(optimizer.takesBeta2(), all, "beta2", beta2());
        putIf(optimizer.takesWeightDecay(), all, "weight_decay", weightDecay);
        all.put("schedule", Choice.name(schedule));
        putIf(schedule != ScheduleKind.CONSTANT, all, "schedule_epochs", scheduleEpochs());
        putIf(optimizer.takesBatchSize(), all, "batch_size", batchSize);
        all.put("drop_last", dropLast);
        all.put("sampling", Choice.name(sampling));
        all.put("epochs", epochs);
        putIf(validationSplit != null, all, "validation_split", validationSplit);
        putIf(patience != null, all, "patience", patience);
        putIf(threads != null, all, "threads", threads);
        device.report(all);
        return all;
    }

    private static void putIf(boolean counts, Map<String, Object> all, String name, Object value) {
        if (counts) {
            all.put(name, value);
        }
    }
}
