package dev.norn.examples;

import dev.norn.backend.BackendOptions;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that opens a backend. */
final class DeviceOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--device", paramLabel = "INDEX|NAME",
            description = "Which of the backend's devices, by index or part of its name, as the command devices shows them"
                    + " (default: the best).")
    private String device;

    @Option(names = "--no-tune",
            description = "Do not try kernels of several kinds for the fastest; for backends that would.")
    private boolean noTune;

    @Option(names = "--no-graph",
            description = "Launch each step's kernels one by one; for backends that would take a step at once. The results are the"
                    + " same.")
    private boolean noGraph;

    @Option(names = "--dump-kernels", paramLabel = "DIR",
            description = "Write the kernels of every program to a folder, as text; for backends that generate them, which"
                    + " cpu and reference do not.")
    private Path dumpKernels;

    /** Refuses what has no meaning where there are several backends. */
    void checkOneBackend(String where) {
        String option = device != null ? "--device" : dumpKernels != null ? "--dump-kernels" : null;
        if (option != null) {
            throw new ParameterException(spec.commandLine(), option + " has no meaning with " + where + "; it is for one backend");
        }
    }

    /** What they ask of a backend. */
    BackendOptions backendOptions() {
        if (device != null && device.isBlank()) {
            throw new ParameterException(spec.commandLine(),
                    "--device must be an index or a part of a name, it is '" + device + "'");
        }
        return BackendOptions.DEFAULT
                .withDevice(device == null ? "" : device).withTuning(!noTune).withGraphs(!noGraph)
                .withDump(dumpKernels);
    }

    /** Adds those that a result, or its time, depends on. */
    void report(Map<String, Object> parameters) {
        if (device != null) {
            parameters.put("device", device);
        }
        if (noTune) {
            parameters.put("no_tune", true);
        }
        if (noGraph) {
            parameters.put("no_graph", true);
        }
    }
}
