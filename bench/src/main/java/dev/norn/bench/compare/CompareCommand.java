package dev.norn.bench.compare;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.bench.Device;
import dev.norn.examples.Failures;
import dev.norn.examples.OutputException;
import dev.norn.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures workloads on backends, and peers if wanted, in alternation. */
@Command(
        name = "java -jar bench.jar compare",
        description = "Trains the same networks on several backends, and in other frameworks if wanted, in alternation; prints a"
                + " table and writes it with results.json and report.html.",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 100)
public final class CompareCommand implements Callable<Integer> {

    private static final int LEAST_ROUNDS = 5;
    private static final int MOST_THREADS = 1024;
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec;

    @Option(names = "--backends", paramLabel = "LIST", defaultValue = "cpu",
            description = "Backends, with commas between (default: ${DEFAULT-VALUE}).")
    private String backends;

    @Option(names = "--workloads", paramLabel = "LIST", defaultValue = ALL,
            description = "Trainings W1 to W5, matrix products W6 and, in F64, W7 (default: ${DEFAULT-VALUE}).")
    private String workloads;

    @Option(names = "--threads", paramLabel = "LIST",
            description = "Numbers of threads for the cpu backend and the peers (default: 1 and one per core).")
    private String threads;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "" + LEAST_ROUNDS,
            description = "How often each is measured, at least " + LEAST_ROUNDS + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--peers", paramLabel = "LIST", arity = "0..1", fallbackValue = ALL,
            description = "Measure other frameworks too: pytorch, scikit-learn, djl, dl4j, openblas; without a list, those of"
                    + " them that are here.")
    private String peers;

    @Option(names = "--peers-dir", paramLabel = "DIR",
            description = "Where they are: bench/peers of Norn's sources (default: from where the jar was built).")
    private Path peersFolder;

    @Option(names = "--python", paramLabel = "COMMAND",
            description = "The interpreter for pytorch and scikit-learn (default: the first that has them).")
    private String python;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where results go; made if it is not there.")
    private Path out;

    @Option(names = "--verbose", description = "Show the stack trace of a failure.")
    private boolean verbose;

    /** Whether stack traces are wanted. */
    public boolean verbose() {
        return verbose;
    }

    @Override
    public Integer call() throws IOException {
        Comparison comparison = comparison();
        comparison.backends().forEach(CompareCommand::checkBackend);
        if (peers != null && !peers.equals(ALL)) {
            for (Peer peer : comparison.peers()) {
                if (peer.command(comparison.peersFolder(), python) == null) {
                    throw new BackendException(peer.label() + ": " + peer.absence(comparison.peersFolder(), python));
                }
            }
        }
        makeFolder();
        AtomicFile json = new AtomicFile(out.resolve("results.json"));
        AtomicFile table = new AtomicFile(out.resolve("table.txt"));
        AtomicFile page = new AtomicFile(out.resolve("report.html"));
        PrintWriter err = spec.commandLine().getErr();
        Outcome outcome = comparison.run(err::println, soFar -> {
            json.write(JsonResults.of(soFar));
            table.write(TextReport.of(soFar).getBytes(StandardCharsets.UTF_8));
            page.write(PageReport.of(soFar));
        });
        spec.commandLine().getOut().print(TextReport.of(outcome));
        spec.commandLine().getOut().flush();
        return outcome.failures().isEmpty() ? 0 : Failures.FAILED;
    }

    private Comparison comparison() {
        List<String> known = Backends.providers().stream().map(BackendProvider::name).toList();
        List<String> labels = Arrays.stream(Peer.values()).map(Peer::label).toList();
        if (rounds < LEAST_ROUNDS) {
            throw error("--rounds must be at least " + LEAST_ROUNDS + ", it is " + rounds);
        }
        return new Comparison(
                list("--backends", backends, name -> known.contains(name) ? name : null, known),
                list("--workloads", workloads, Task::of, Task.workloads()).stream().flatMap(List::stream).toList(),
                threads == null ? Stream.of(1, Machine.cores()).distinct().toList()
                        : list("--threads", threads, CompareCommand::count, List.of("numbers from 1 to " + MOST_THREADS)),
                rounds,
                peers == null ? List.of() : list("--peers", peers, Peer::of, labels),
                peersFolder == null ? besideJar() : peersFolder,
                python);
    }

    /** What a list with commas names, each once. {@value #ALL} names all that are valid. */
    private <T> List<T> list(String option, String text, Function<String, T> parse, List<String> valid) {
        Set<T> values = new LinkedHashSet<>();
        for (String part : text.equals(ALL) ? valid : List.of(text.split(",", -1))) {
            T value = parse.apply(part.strip());
            if (value == null) {
                throw error(option + ": there is no '" + part.strip() + "'; valid are " + String.join(", ", valid));
            }
            values.add(value);
        }
        return List.copyOf(values);
    }

    /** A number of threads; null if it is none. */
    private static Integer count(String text) {
        try {
            int count = Integer.parseInt(text);
            return count >= 1 && count <= MOST_THREADS ? count : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private ParameterException error(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static void checkBackend(String name) {
        BackendProvider.Availability found = Backends.provider(name).probe();
        if (!found.available()) {
            throw new BackendException(name + ": " + found.reason());
        }
        if (found.devices().stream().allMatch(Device::isDouble)) {
            throw new BackendException(name + ": a test double is no device to measure: " + found.description());
        }
    }

    private void makeFolder() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new OutputException("cannot make the folder " + out + ": " + e.getMessage(), e);
        }
    }

    /** bench/peers, as seen from bench/target/bench.jar. */
    private static Path besideJar() {
        try {
            return Path.of(CompareCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .resolve("../../peers").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
