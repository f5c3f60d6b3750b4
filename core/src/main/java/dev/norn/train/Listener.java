package dev.norn.train;

import dev.norn.tensor.NdArray;
import java.util.List;
import java.util.function.Supplier;

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

    /**
     * An epoch ended; for who wants to see the parameters, too.
     *
     * @param parameters reads them from the device when asked to, as they are after the epoch: one vector, in the order of
     *     {@link dev.norn.nn.Model#parameters}
     */
    default void onEpoch(Epoch epoch, Supplier<NdArray> parameters) {
        onEpoch(epoch);
    }
}
