package dev.norn.train;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a training keeps its state, so that one that was ended, however it was, can go on and end with the very bits that it
 * would have had without interruption, on the same backend.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Dataset data = Runge.sample(1500, -1, 1, 0.1, 1);
 * Model model = new Model(1, DType.F32, 1, new Dense(50, Activation.TANH), new Dense(1));
 * try (Backend backend = Backends.open("auto", BackendOptions.DEFAULT)) {
 *     Trainer trainer = new Trainer.Builder(model, Loss.MSE)
 *             .epochs(100)
 *             .checkpoints(new Checkpoints(Path.of("runs", "runge"), 10, true))
 *             .build(backend);
 *     trainer.fit(data); // where it was cut off, it goes on
 * }
 * }</pre>
 *
 * <p>The state is {@code checkpoint.safetensors} in the folder; each replaces the one before, as a whole. A training goes on only from
 * a checkpoint of its own: model, initial weights, data, seed and all that decides what a step computes must be as they were, but
 * there may be more epochs. A folder serves one training at a time.
 *
 * @param folder made if it is not there
 * @param every after how many epochs there is a checkpoint; there is one after the last, too
 * @param resume whether to go on from the checkpoint that is there; if there is none, training begins at the beginning. Without this,
 *        a folder that has one is refused
 */
public record Checkpoints(Path folder, int every, boolean resume) {

    public Checkpoints {
        Objects.requireNonNull(folder, "folder");
        if (every < 1) {
            throw new IllegalArgumentException("checkpoints must be at least 1 epoch apart, they are " + every);
        }
    }
}
