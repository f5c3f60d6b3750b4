package dev.norn.train;

import java.util.List;

/** Hears how training goes, on the thread that trains. */
public interface Listener {

    /** Training goes on from a checkpoint, after these epochs, which are not told again. */
    default void onResume(List<Epoch> before) {}

    /**
     * A step was issued (the device may not have finished it).
     *
     * @param epoch 1 for the first
     * @param step 1 for the epoch's first
     * @param steps how many the epoch has
     */
    default void onStep(int epoch, int step, int steps) {}

    /** An epoch ended. */
    default void onEpoch(Epoch epoch) {}
}
