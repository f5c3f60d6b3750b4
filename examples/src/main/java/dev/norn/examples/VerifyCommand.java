package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.Backends;
import dev.norn.conformance.Group;
import dev.norn.conformance.Result;
import dev.norn.tensor.DType;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the conformance suite, and trains as the examples do. */
@Command(
        name = "verify",
        description = "Checks a backend against the definition of every operation, and trains on it and on the reference step"
                + " by step. Fails if anything is wrong.")
final class VerifyCommand implements Callable<Integer> {

    private static final int SHOWN = 5; // failures of a group; more of them seldom tell more

    @Spec
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "NAME", required = true, converter = Choice.OfBackend.class,
            completionCandidates = Choice.OfBackend.class, description = "Which: ${COMPLETION-CANDIDATES}.")
    private String backend;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--precision", paramLabel = "TYPE", converter = Choice.OfPrecisions.class,
            completionCandidates = Choice.OfPrecisions.class, defaultValue = "both",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<DType> precisions;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Of the random checks (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--filter", paramLabel = "GROUP", converter = Choice.OfGroup.class,
            completionCandidates = Choice.OfGroup.class,
            description = "Only these checks: ${COMPLETION-CANDIDATES} (default: all).")
    private Group filter;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean right = true;
        try (Backend opened = Backends.open(backend, device.backendOptions())) {
            out.println(opened.device());
            for (DType dtype : precisions) {
                String lack = opened.lacks(dtype);
                if (lack == null) {
                    right &= verify(opened, dtype, out);
                } else if (precisions.size() == 1) {
                    throw new BackendException(lack);
                } else {
                    out.println(Choice.name(dtype) + "  not checked: " + lack);
                }
            }
        }
        return right ? 0 : Failures.FAILED;
    }

    private boolean verify(Backend opened, DType dtype, PrintWriter out) {
        boolean right = true;
        for (Group group : filter == null ? Choice.OfGroup.all() : List.of(filter)) {
            long start = System.nanoTime();
            Result result = group.run(opened, dtype, seed);
            right &= result.passed();
            out.printf(Locale.ROOT, "%s  %-20s %,8d checks  %6.2f s  %s%n", Choice.name(dtype), group.name(),
                    result.checks(), (System.nanoTime() - start) * 1e-9, result.passed() ? "ok" : "FAILED");
            result.failures().stream().limit(SHOWN).forEach(failure -> out.println("     " + failure));
            if (result.failures().size() > SHOWN) {
                out.println("     and " + (result.failures().size() - SHOWN) + " more");
            }
            out.flush();
        }
        return right;
    }
}
