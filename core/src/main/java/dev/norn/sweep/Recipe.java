package dev.norn.sweep;

import dev.norn.data.Split;

/** What is trained at a point. Called by several threads at once, so whatever it uses besides must be unchanging. */
@FunctionalInterface
public interface Recipe {

    /**
     * The training at a point. It must follow from the three arguments alone, or a resumed sweep would not be what one without
     * interruption is.
     *
     * @param seed for initial weights ({@link dev.norn.nn.Model}) and batches ({@link dev.norn.train.Trainer.Builder#seed})
     * @param data the run's; not to be changed, but the training may have it scaled, or with other features
     */
    Training training(Point point, long seed, Split data);
}
