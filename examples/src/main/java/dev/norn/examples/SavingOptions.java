package dev.norn.examples;

import dev.norn.io.AtomicFile;
import dev.norn.train.Checkpoints;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is kept of a training: the model, and on the way the state. */
final class SavingOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--save", paramLabel = "FILE",
            description = "Write the trained model to a file, in the safetensors format, with all that it is from.")
    private Path save;

    @Option(names = "--checkpoint", paramLabel = "DIR",
            description = "Keep the state of the training in a folder, after every epoch.")
    private Path checkpoint;

    @Option(names = "--resume",
            description = "Go on from the checkpoint in the folder, if there is one; the result is that of a training without"
                    + " interruption, to the last bit. Only --epochs may differ, and be more.")
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
}
