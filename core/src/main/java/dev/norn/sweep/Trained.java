package dev.norn.sweep;

import dev.norn.data.Split;
import dev.norn.nn.Model;
import dev.norn.train.Evaluation;
import dev.norn.train.History;
import dev.norn.train.Trainer;

/** One training of a sweep that is done, for what there is to measure. What several measures want is computed once. */
public final class Trained {

    private final Trainer trainer;
    private final History history;
    private final Split data;
    private Evaluation train;
    private Evaluation test;

    Trained(Trainer trainer, History history, Split data) {
        this.trainer = trainer;
        this.history = history;
        this.data = data;
    }

    /** The trainer, to evaluate or predict other data with; not beyond the measurement. */
    public Trainer trainer() {
        return trainer;
    }

    /** The model with its weights. */
    public Model model() {
        return trainer.model();
    }

    /** How the training went. */
    public History history() {
        return history;
    }

    /** What it was trained and is tested with, as {@link Training} has it. */
    public Split data() {
        return data;
    }

    /** The model on the training data. */
    public Evaluation train() {
        if (train == null) {
            train = trainer.evaluate(data.train());
        }
        return train;
    }

    /** The model on the test data. */
    public Evaluation test() {
        if (test == null) {
            test = trainer.evaluate(data.test());
        }
        return test;
    }
}
