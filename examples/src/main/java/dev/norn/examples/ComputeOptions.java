package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.tensor.DType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What to compute with, for commands that use a model. */
final class ComputeOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "NAME", converter = Choice.OfBackend.class,
            completionCandidates = Choice.OfBackend.class,
            description = "What to compute with: ${COMPLETION-CANDIDATES} (default: what the environment variable NORN_BACKEND"
                    + " names, else auto, the fastest that is there).")
    private String backend;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with (default: one per core).")
    private Integer threads;

    /** Opens the backend, as the model was trained with it. */
    Backend open(SavedModel saved) {
        if (threads != null && threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads must be at least 1, it is " + threads);
        }
        BackendOptions options = device.backendOptions().withThreads(threads == null ? 0 : threads)
                .withTf32(Choice.name(Precision.TF32).equals(saved.configuration().get("precision")));
        Backend opened = open(
                backend != null ? backend : BackendSelection.preferred(spec.commandLine()).names().get(0), options);
        DType dtype = saved.model().dtype();
        String lack = opened.lacks(dtype);
        if (lack != null) {
            opened.close();
            throw new BackendException(lack);
        }
        return opened;
    }

    /** What {@value Backends#AUTO} chooses, it says; not as the library does, in a log. */
    private Backend open(String name, BackendOptions options) {
        if (!name.equals(Backends.AUTO)) {
            return Backends.open(name, options);
        }
        Backends.Choice choice = Backends.choose();
        spec.commandLine().getErr().println("auto " + choice.explanation());
        return choice.provider().open(options);
    }
}
