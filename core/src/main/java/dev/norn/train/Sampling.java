package dev.norn.train;

/** How an epoch's batches are drawn from the training data. */
public enum Sampling {
    /** In a new random order each epoch, every sample once. */
    SHUFFLED,
    /** Each sample drawn at random from all, independently. */
    WITH_REPLACEMENT,
    /** In the order of the data. */
    IN_ORDER
}
