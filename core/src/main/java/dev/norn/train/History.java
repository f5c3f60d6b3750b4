package dev.norn.train;

import java.util.List;

/**
 * How a training went.
 *
 * @param epochs one entry for each epoch
 * @param best the epoch (1 for the first) whose weights the model has; 0 for the initial ones
 * @param seconds wall-clock time from the first step to the last, compilation and upload not included
 */
public record History(List<Epoch> epochs, int best, double seconds) {

    /** The last epoch. */
    public Epoch last() {
        return epochs.get(epochs.size() - 1);
    }
}
