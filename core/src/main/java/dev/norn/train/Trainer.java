package dev.norn.train;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.nn.Predictor;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Trains a model on a backend.
 *
 * <pre>{@code
 * Dataset data = Runge.sample(1500, -1, 1, 0.1, 1);
 * Split split = data.split(0.2, 1);
 * Model model = new Model(1, DType.F32, 1, new Dense(50, Activation.TANH), new Dense(1));
 * try (Backend backend = Backends.open("auto", BackendOptions.DEFAULT)) {
 *     Trainer trainer = new Trainer.Builder(model, Loss.MSE)
 *             .optimizer(Optimizer.adam(0.9, 0.999, 1e-8)).learningRate(1e-3)
 *             .batchSize(20).epochs(100)
 *             .build(backend);
 *     trainer.fit(split.train());
 *     System.out.println(trainer.evaluate(split.test()).loss());
 * }
 * }</pre>
 */
public final class Trainer {

    final Model model;
    final Loss loss;
    final Backend backend;
    final Optimizer optimizer;
    final double learningRate;
    final Schedule schedule;
    final Penalty penalty;
    final int batchSize;
    final int epochs;
    final long seed;
    final Sampling sampling;
    final boolean dropLast;
    final EarlyStopping earlyStopping;
    final Checkpoints checkpoints;
    final List<Listener> listeners;
    final DoubleConsumer stepLoss;

    private Trainer(Builder b, Backend backend) {
        this.model = b.model;
        this.loss = b.loss;
        this.backend = backend;
        this.optimizer = b.optimizer;
        this.learningRate = b.learningRate;
        this.schedule = b.schedule;
        this.penalty = b.penalty;
        this.batchSize = b.batchSize;
        this.epochs = b.epochs;
        this.seed = b.seed;
        this.sampling = b.sampling;
        this.dropLast = b.dropLast;
        this.earlyStopping = b.earlyStopping;
        this.checkpoints = b.checkpoints;
        this.listeners = List.copyOf(b.listeners);
        this.stepLoss = b.stepLoss;
    }

    /** What is trained. */
    public Model model() {
        return model;
    }

    /** Trains without validation. See {@link #fit(Dataset, Dataset)}. */
    public History fit(Dataset train) {
        return fit(train, null);
    }

    /**
     * Trains, starting from the model's weights, and leaves the new ones in the model.
     *
     * @param validation measured after each epoch; may be null
     * @throws DivergenceException if the loss becomes NaN or infinite; the model then has its last good weights
     * @throws IllegalArgumentException if the data do not fit the model or the batch size
     * @throws dev.norn.data.DataException if a checkpoint cannot be written, or the one that is there cannot be gone on from
     */
    public History fit(Dataset train, Dataset validation) {
        try (Session session = new Session(backend)) {
            return new TrainingRun(this, session, train, validation).run();
        }
    }

    /** Loss, accuracy and predictions on data, with the model's weights. */
    public Evaluation evaluate(Dataset data) {
        try (Session session = new Session(backend)) {
            Evaluator evaluator = new Evaluator(session, model, loss, new DeviceData(data, model));
            evaluator.run();
            return new Evaluation(evaluator.loss(), evaluator.accuracy(), predict(data.inputs()));
        }
    }

    /**
     * What the model predicts. To predict often, {@linkplain Model#compile(Backend, Loss) compile} it once.
     *
     * @param inputs [n, features]
     * @return [n, outputs]: values, or probabilities where the loss has a link function
     * @throws IllegalArgumentException as {@link Predictor#predict(NdArray)}
     */
    public NdArray predict(NdArray inputs) {
        try (Predictor predictor = model.compile(backend, loss)) {
            return predictor.predict(inputs);
        }
    }

    /** Collects what a training needs. All but model and loss has a default. */
    public static final class Builder {
        private final Model model;
        private final Loss loss;
        private Optimizer optimizer = Optimizer.adam(0.9, 0.999, 1e-8);
        private double learningRate = 1e-3;
        private Schedule schedule = Schedule.constant();
        private Penalty penalty = Penalty.NONE;
        private int batchSize = 32;
        private int epochs = 10;
        private long seed;
        private Sampling sampling = Sampling.SHUFFLED;
        private boolean dropLast;
        private EarlyStopping earlyStopping;
        private Checkpoints checkpoints;
        private final List<Listener> listeners = new ArrayList<>();
        private DoubleConsumer stepLoss;

        /** What to train, and what to make small. */
        public Builder(Model model, Loss loss) {
            List<Layer> layers = model.layers();
            if (loss == Loss.SOFTMAX_CROSS_ENTROPY && layers.get(layers.size() - 1) instanceof Dense last
                    && last.activation() == Activation.SOFTMAX) {
                throw new IllegalArgumentException("the loss " + loss.name()
                        + " applies softmax itself: give the last layer the identity activation");
            }
            this.model = model;
            this.loss = loss;
        }

        /** How parameters follow from gradients; default Adam (0.9, 0.999, 1e-8). */
        public Builder optimizer(Optimizer value) {
            this.optimizer = value;
            return this;
        }

        /** η, positive; default 0.001. */
        public Builder learningRate(double value) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the learning rate must be positive and finite, it is " + value);
            }
            this.learningRate = value;
            return this;
        }

        /** How η changes with time; default not at all. */
        public Builder schedule(Schedule value) {
            this.schedule = value;
            return this;
        }

        /** What is added to the loss for each weight matrix; default nothing. */
        public Builder penalty(Penalty value) {
            this.penalty = value;
            return this;
        }

        /** Samples a step; 0, or more than there are, for all of them. Default 32. */
        public Builder batchSize(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("the batch size must be positive (or 0 for full batch), it is " + value);
            }
            this.batchSize = value;
            return this;
        }

        /** Passes over the data; default 10. */
        public Builder epochs(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("epochs must be at least 1, they are " + value);
            }
            this.epochs = value;
            return this;
        }

        /** Of shuffles and dropout; default 0. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** How batches are drawn; default shuffled. */
        public Builder sampling(Sampling value) {
            this.sampling = value;
            return this;
        }

        /** Whether a last batch smaller than the others is left out; default no. */
        public Builder dropLast(boolean value) {
            this.dropLast = value;
            return this;
        }

        /** When to stop before the last epoch; default never. */
        public Builder earlyStopping(EarlyStopping value) {
            this.earlyStopping = value;
            return this;
        }

        /** Where the state is kept from epoch to epoch, and gone on from; default nowhere. */
        public Builder checkpoints(Checkpoints value) {
            this.checkpoints = value;
            return this;
        }

        /** Someone who wants to know how it goes. */
        public Builder listener(Listener value) {
            this.listeners.add(value);
            return this;
        }

        /**
         * Someone who wants every step's loss: the mean over its batch, without penalties; default nobody. The host then waits
         * for the device at each step, so this is for looking closely at a training, not for training fast.
         */
        public Builder stepLoss(DoubleConsumer value) {
            this.stepLoss = value;
            return this;
        }

        /** The trainer. The backend stays the caller's to close. */
        public Trainer build(Backend backend) {
            return new Trainer(this, backend);
        }
    }
}
