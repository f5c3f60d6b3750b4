package dev.norn.train;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.data.Dataset;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.io.SafeTensors;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.optim.Update;
import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One call of {@link Trainer#fit}. Everything that changes from step to step lives in variables: the position in the
 * epoch's order, the count of steps, the totals. So a step is the same program every time, and the host waits for the
 * device once an epoch.
 */
final class TrainingRun {

    private final Trainer trainer;
    private final Session session;
    private final Model model;
    private final DeviceData data;
    private final Evaluator validation;
    private final int batch;
    private final Totals totals;
    private final Update.State optimizerState;
    private final Variable order;
    private final Variable position = Variable.zeros("position", DType.I32, Shape.SCALAR);
    private final Variable steps = Variable.zeros("steps", DType.I32, Shape.SCALAR);
    /** The number of the first step whose loss was not finite; 0 if none. */
    private final Variable diverged = Variable.zeros("diverged", DType.I32, Shape.SCALAR);
    private final Variable rate;
    /** The last step's loss, if someone wants every step's; else null. */
    private final Variable stepLoss;
    private final Variable kept;
    private final Step keep;
    private final Step whole;
    private final Step rest;
    /** All on the device that later epochs depend on, by its name in a checkpoint. */
    private final Map<String, Variable> state = new LinkedHashMap<>();
    private final Progress progress;
    /** What a checkpoint is of; null if there are to be none. */
    private final Map<String, String> configuration;

    TrainingRun(Trainer trainer, Session session, Dataset train, Dataset validation) {
        this.trainer = trainer;
        this.session = session;
        this.model = trainer.model;
        this.data = new DeviceData(train, model);
        int n = data.size();
        this.batch = trainer.batchSize == 0 ? n : Math.min(trainer.batchSize, n);
        this.order = Variable.zeros("order", DType.I32, Shape.of(n));
        this.totals = new Totals(model.dtype());
        this.optimizerState = new Update.State(model.variable(), model.penalizedCount());
        NdArray learningRate = NdArray.zeros(model.dtype(), Shape.SCALAR);
        learningRate.set(0, trainer.learningRate);
        this.rate = Variable.of("learning rate", learningRate);
        this.stepLoss = trainer.stepLoss == null ? null : Variable.zeros("step loss", model.dtype(), Shape.SCALAR);
        this.kept = Variable.of("kept parameters", model.values());
        Program wholeStep = step(batch);
        Program restStep = n % batch == 0 || trainer.dropLast ? null : step(n % batch);
        this.keep = session.compile(keep());
        this.whole = session.compile(wholeStep);
        this.rest = restStep == null ? null : session.compile(restStep);
        state.put("parameters", model.variable());
        state.put("best parameters", kept);
        state.put("steps", steps);
        optimizerState.variables().forEach((name, variable) -> state.put("optimizer." + name, variable));
        this.validation = validation == null ? null
                : new Evaluator(session, model, trainer.loss, new DeviceData(validation, model));
        this.progress = new Progress(trainer.earlyStopping);
        this.configuration = trainer.checkpoints == null ? null : Configuration.of(trainer, batch, train, validation,
                restStep == null ? List.of(wholeStep) : List.of(wholeStep, restStep), state.values());
    }

    /**
     * Keeps the parameters, unless they are not finite: a step can spoil them though its own loss was good, and the next
     * step, which would tell, may never come.
     */
    private Program keep() {
        Tensor now = model.variable().read();
        Tensor finite = now.sub(now).sum().equal(0);
        Tensor first = Tensor.where(diverged.read(), diverged.read(), finite.rsub(1).cast(DType.I32).mul(steps.read()));
        return new Program.Builder()
                .assign(kept, Tensor.where(finite, now, kept.read()))
                .assign(diverged, first)
                .build();
    }

    /** One step on {@code size} samples. */
    private Program step(int size) {
        DType dtype = model.dtype();
        // A full batch needs no order: the sum over all samples is the same in any.
        boolean all = size == data.size() && trainer.sampling != Sampling.WITH_REPLACEMENT;
        Tensor indices = all ? null : order.read().gather(Tensor.iota(size).add(position.read()));
        Tensor target = data.targets(indices);
        List<Tensor> parameters = model.tensors();
        Tensor z = model.apply(data.inputs(indices), parameters, Pass.training(trainer.seed, steps.read()));
        Tensor losses = trainer.loss.perSample(z, target);
        Tensor objective = losses.mean();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor penalty = model.parameters().get(i).parameter().penalized()
                    ? trainer.penalty.of(parameters.get(i)) : null;
            objective = penalty == null ? objective : objective.add(penalty);
        }
        Tensor gradient = Tensor.concat(Gradients.of(objective, parameters));
        Tensor done = steps.read().cast(dtype);
        Tensor eta = rate.read().mul(trainer.schedule.factor(done));
        Tensor number = steps.read().add(1);
        Tensor finite = objective.sub(objective).equal(0).cast(DType.I32);
        Tensor first = Tensor.where(diverged.read(), diverged.read(), finite.rsub(1).mul(number));
        Program.Builder program = new Program.Builder()
                .assign(new Update(optimizerState, gradient, eta, done.add(1)).by(trainer.optimizer))
                .assign(steps, number)
                .assign(diverged, first);
        if (!all) {
            program.assign(position, position.read().add(size));
        }
        if (stepLoss != null) {
            program.assign(stepLoss, losses.mean());
        }
        totals.add(program, losses, trainer.loss.correct(z, target));
        return program.build();
    }

    History run() {
        if (configuration == null) {
            return run(null);
        }
        try (CheckpointFile file = new CheckpointFile(trainer.checkpoints, configuration)) {
            SafeTensors checkpoint = file.read();
            if (checkpoint != null) {
                restore(checkpoint, file);
            }
            return run(file);
        }
    }

    /** @param file null for no checkpoints */
    private History run(CheckpointFile file) {
        int n = data.size();
        int whole = n / batch;
        int all = whole + (rest == null ? 0 : 1);
        int seen = rest == null ? whole * batch : n;
        progress.begin();
        int[] next = order(progress.epochs() + 1, n);
        for (int e = progress.epochs() + 1; e <= trainer.epochs && !progress.stops(); e++) {
            long epochStart = System.nanoTime();
            begin(next);
            for (int s = 1; s <= all; s++) {
                (s <= whole ? this.whole : rest).run();
                if (stepLoss != null) {
                    trainer.stepLoss.accept(session.read(stepLoss).item());
                }
                for (Listener listener : trainer.listeners) {
                    listener.onStep(e, s, all);
                }
            }
            // While the device works: a shuffle takes as long as many steps of a fast one.
            next = e < trainer.epochs ? order(e + 1, n) : null;
            totals.fetch(session);
            checkFinite(e);
            if (validation != null) {
                validation.run();
            }
            Epoch epoch = new Epoch(e, totals.loss() / seen, totals.correct() / seen,
                    validation == null ? Double.NaN : validation.loss(),
                    validation == null ? Double.NaN : validation.accuracy(), (System.nanoTime() - epochStart) * 1e-9);
            progress.add(epoch);
            double counted = validation == null ? epoch.loss() : epoch.validationLoss();
            if (progress.isBetter(counted)) {
                keep.run();
                checkFinite(e);
                progress.keep(counted);
            }
            // Before anybody hears of the epoch: what was told stays true, whatever happens then.
            if (file != null && (e % trainer.checkpoints.every() == 0 || e == trainer.epochs || progress.stops())) {
                file.write(checkpoint());
            }
            for (Listener listener : trainer.listeners) {
                listener.onEpoch(epoch, () -> session.read(model.variable()));
            }
        }
        session.read(kept, model.values().data());
        return progress.history();
    }

    private void checkFinite(int epoch) {
        int step = (int) session.read(diverged).item();
        if (step != 0) {
            session.read(kept, model.values().data());
            throw new DivergenceException(step, epoch, progress.history());
        }
    }

    /** All that later epochs depend on. Random numbers need none: they follow from seed, epoch and step. */
    private Map<String, NdArray> checkpoint() {
        Map<String, NdArray> tensors = progress.tensors();
        state.forEach((name, variable) -> tensors.put(name, session.read(variable)));
        return tensors;
    }

    private void restore(SafeTensors checkpoint, CheckpointFile file) {
        try {
            progress.restore(checkpoint.tensors());
            state.forEach((name, variable) -> {
                NdArray value = checkpoint.tensors().get(name);
                if (value == null) {
                    throw new IllegalArgumentException("it has no " + name);
                }
                session.write(variable, value);
            });
        } catch (IllegalArgumentException e) {
            throw file.damaged(e.getMessage());
        }
        if (progress.epochs() > trainer.epochs) {
            throw file.refused("it is of epoch " + progress.epochs() + ", and there are to be only " + trainer.epochs);
        }
        List<Epoch> before = progress.history().epochs();
        trainer.listeners.forEach(listener -> listener.onResume(before));
    }

    /** The order of an epoch's samples; null where it is the whole set at once. */
    private int[] order(int epoch, int n) {
        if (batch == n && trainer.sampling != Sampling.WITH_REPLACEMENT) {
            return null;
        }
        RandomStream random = new RandomStream(trainer.seed, Streams.epoch(epoch - 1));
        return switch (trainer.sampling) {
            case SHUFFLED -> random.permutation(n);
            case WITH_REPLACEMENT -> random.indices(n, n);
            case IN_ORDER -> java.util.stream.IntStream.range(0, n).toArray();
        };
    }

    /** The epoch's order goes up, and the totals start again. */
    private void begin(int[] indices) {
        totals.reset(session);
        if (indices != null) {
            session.write(order, indices);
            session.write(position, new int[1]);
        }
    }
}
