package dev.norn.examples;

import dev.norn.io.AtomicFile;
import dev.norn.train.Checkpoints;
import dev.norn.train.Epoch;
import dev.norn.train.Listener;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is kept of a training: the model, and on the way the state. */
final class SavingOptions {

    private static final String CONFIGURATION = "configuration.json";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--save", paramLabel = "FILE",
            description = "Write the trained model to a file, in the safetensors format, with all that it is from.")
    private Path save;

    @Option(names = "--checkpoint", paramLabel = "DIR",
            description = "Keep the state of the training in a folder, after every epoch; and its options, in configuration.json.")
    private Path checkpoint;

    @Option(names = "--resume",
            description = "Go on from the checkpoint in the folder, if there is one; the result is that of a training without"
                    + " interruption, to the last bit. Only --epochs may differ, and be more; a schedule that follows them, as cosine"
                    + " does by default, then needs the same --schedule-epochs.")
    private boolean resume;

    /** @param backends null for one */
    void check(String backends) {
        if (backends != null && (save != null || checkpoint != null)) {
            throw new ParameterException(spec.commandLine(), (save != null ? "--save" : "--checkpoint")
                    + " has no meaning with --backend " + backends + "; it is for one backend");
        }
        if (resume && checkpoint == null) {
            throw new ParameterException(spec.commandLine(), "--resume needs --checkpoint DIR");
        }
    }

    /** Where the model is to be written; null for nowhere. */
    AtomicFile file() {
        return save == null ? null : new AtomicFile(save);
    }

    /** Where the state is to be kept; null for nowhere. */
    Checkpoints checkpoints() {
        return checkpoint == null ? null : new Checkpoints(checkpoint, 1, resume);
    }

    /**
     * Writes the options beside the state, for {@code --config}; once there is a state, since a folder that has another training's is
     * refused.
     *
     * @param parameters as {@link TrainingOptions#effective} has them
     */
    Listener recorder(Map<String, Object> parameters) {
        return new Listener() {
            private boolean recorded = checkpoint == null;

            @Override
            public void onEpoch(Epoch epoch) {
                if (!recorded) {
                    recorded = true;
                    new AtomicFile(checkpoint.resolve(CONFIGURATION)).write(
                            JsonReport.of(Map.of(ConfigFile.RESULTS_KEY, parameters)));
                }
            }
        };
    }
}
