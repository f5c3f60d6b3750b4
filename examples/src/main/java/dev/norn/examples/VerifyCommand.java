package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.Backends;
import dev.norn.conformance.Group;
import dev.norn.conformance.Result;
import dev.norn.tensor.DType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the conformance suite, and trains as the examples do. */
@Command(
        name = "verify",
        description = "Checks a backend against the definition of every operation, and trains on it and on the reference step"
                + " by step. Fails if anything is wrong.")
final class VerifyCommand implements Callable<Integer> {

    private static final int SHOWN = 5; // failures of a group; more of them seldom tell more

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

    @Mixin
    private JsonOption json;

    private final List<Map<String, Object>> checked = new ArrayList<>();

    @Override
    public Integer call() {
        json.open();
        PrintWriter out = json.text();
        boolean right = true;
        try (Backend opened = Backends.open(backend, device.backendOptions())) {
            out.println(opened.device());
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("version", Main.version());
            results.put("java", System.getProperty("java.version"));
            results.put("backend", opened.device().backend());
            results.put("device", opened.device().name());
            results.put("device_details", opened.device().details());
            results.put("seed", seed);
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
            results.put("passed", right);
            results.put("groups", checked);
            json.write(results);
        }
        return right ? 0 : Failures.FAILED;
    }

    private boolean verify(Backend opened, DType dtype, PrintWriter out) {
        boolean right = true;
        for (Group group : filter == null ? Choice.OfGroup.all() : List.of(filter)) {
            long start = System.nanoTime();
            Result result = group.run(opened, dtype, seed);
            double seconds = (System.nanoTime() - start) * 1e-9;
            right &= result.passed();
            checked.add(entry(group, dtype, result, seconds));
            out.printf(Locale.ROOT, "%s  %-20s %,8d checks  %6.2f s  %s%n", Choice.name(dtype), group.name(),
                    result.checks(), seconds, result.passed() ? "ok" : "FAILED");
            result.failures().stream().limit(SHOWN).forEach(failure -> out.println("     " + failure));
            if (result.failures().size() > SHOWN) {
                out.println("     and " + (result.failures().size() - SHOWN) + " more");
            }
            out.flush();
        }
        return right;
    }

    private static Map<String, Object> entry(Group group, DType dtype, Result result, double seconds) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("precision", Choice.name(dtype));
        entry.put("group", group.name());
        entry.put("checks", result.checks());
        entry.put("failures", result.failures());
        entry.put("seconds", seconds);
        return entry;
    }
}
