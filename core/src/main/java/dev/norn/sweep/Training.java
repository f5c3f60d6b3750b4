package dev.norn.sweep;

import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.train.Trainer;
import java.util.Objects;

/**
 * One training of a sweep, not begun yet.
 *
 * @param trainer model, loss, optimizer, batch size, epochs
 * @param data what to train with, and what to test with afterwards
 * @param validation what to measure after each epoch, as {@link Trainer#fit(Dataset, Dataset)} does; null for nothing
 */
public record Training(Trainer.Builder trainer, Split data, Dataset validation) {

    public Training {
        Objects.requireNonNull(trainer, "trainer");
        Objects.requireNonNull(data, "data");
    }

    /** Without validation. */
    public Training(Trainer.Builder trainer, Split data) {
        this(trainer, data, null);
    }
}
