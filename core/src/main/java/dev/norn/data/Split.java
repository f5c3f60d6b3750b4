package dev.norn.data;

import java.util.Objects;

/**
 * Examples to train with and examples to test with.
 *
 * @param train what the model learns from
 * @param test  what it is judged by
 */
public record Split(Dataset train, Dataset test) {

    /** Neither may be null. */
    public Split {
        Objects.requireNonNull(train, "train");
        Objects.requireNonNull(test, "test");
    }
}
