package dev.norn.train;

/** Hears how training goes, on the thread that trains. */
public interface Listener {

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
