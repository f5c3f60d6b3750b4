package dev.norn.examples;

import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.examples.reproduce.Reproduction;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repeats two studies. */
@Command(
        name = "reproduce",
        description = "Repeats the experiments of two student studies, and writes a report with the published numbers beside the"
                + " measured. Cut off and started again with the same folder, it goes on where it was.",
        sortOptions = false)
final class ReproduceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Experiments, as --list shows them (default: all).")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--list", description = "List the experiments, and run none.")
    private boolean list;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the report, index.html, and all numbers.")
    private Path out;

    @Option(names = "--quick", description = "Everything at reduced size: a look at what it does, in two minutes.")
    private boolean quick;

    @Option(names = "--backend", paramLabel = "NAME", converter = Choice.OfBackend.class,
            completionCandidates = Choice.OfBackend.class,
            description = "What to compute with: ${COMPLETION-CANDIDATES} (default: what the environment variable NORN_BACKEND"
                    + " names, else auto, the fastest that is there).")
    private String backend;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--python", paramLabel = "COMMAND",
            description = "A Python, to compare with what it has of scikit-learn, PyTorch and Keras (default: python3, the path's and"
                    + " the system's).")
    private String python;

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        json.open();
        Reproduction reproduction;
        try {
            reproduction = new Reproduction(ids, quick);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        PrintWriter print = json.text();
        if (list) {
            Table.print(print, reproduction.list(), 3);
            json.write(Map.of("experiments", reproduction.list().stream().map(ReproduceCommand::entry).toList()));
            return 0;
        }
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "--out DIR is missing: where to write the report");
        }
        if (backend == null) {
            backend = BackendSelection.preferred(spec.commandLine()).names().get(0);
        }
        Reproduction.prepare(out);
        BackendProvider provider = backend.equals(Backends.AUTO) ? Backends.choose().provider() : Backends.provider(backend);
        Table.print(print, reproduction.run(Main.version(), provider, device.backendOptions(), out, python,
                quiet ? null : spec.commandLine().getErr(), Terminal.isThere()), 2);
        print.println();
        print.println(out.resolve("index.html"));
        json.copy(out.resolve("results.json"));
        return 0;
    }

    private static Map<String, Object> entry(List<String> row) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", row.get(0));
        entry.put("source", row.get(1));
        entry.put("title", row.get(2));
        return entry;
    }
}
