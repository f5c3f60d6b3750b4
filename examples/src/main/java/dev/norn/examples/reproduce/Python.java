package dev.norn.examples.reproduce;

import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.sweep.Point;
import dev.norn.sweep.Results;
import dev.norn.tensor.NdArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Other frameworks, where a Python on this machine has them. Each library has a small script among the resources. */
final class Python {

    /** Something went wrong that is not ours; the message says what. */
    static final class Failure extends Exception {

        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    private static final int PROBE_SECONDS = 60;
    private static final int TRAINING_SECONDS = 300;

    /** The pythons of a machine may have different libraries: that of the path, and the system's. */
    private static final List<String> USUAL = List.of("python3", "/usr/bin/python3", "python");

    private final List<String> candidates;
    private final Map<String, String> found = new LinkedHashMap<>();

    /** @param command the only one to try; null for the usual ones */
    Python(String command) {
        this.candidates = command == null ? USUAL : List.of(command);
    }

    /**
     * Trains the network of a point.
     *
     * @return {@code seconds}, of training alone; {@code train_loss}, {@code test_loss}; {@code fit}, the model at
     *         {@link Samples#grid}; {@code test}, its predictions of the test samples
     * @throws Failure if there is no Python with the library, or its training fails
     */
    Results train(String library, Samples samples, Point point, long seed) throws Failure {
        String python = found.computeIfAbsent(library, this::find);
        if (python.isEmpty()) {
            throw new Failure("no Python here has " + library + " (tried " + String.join(", ", candidates) + ")");
        }
        try {
            Path folder = Files.createTempDirectory("norn-peer");
            try {
                Files.write(folder.resolve("peer.py"), resource(library + ".py"));
                Files.writeString(folder.resolve("job.txt"), job(samples, point, seed));
                return parse(run(List.of(python, "peer.py", "job.txt"), folder, TRAINING_SECONDS));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String find(String library) {
        for (String candidate : candidates) {
            try {
                run(List.of(candidate, "-c", "import " + library), null, PROBE_SECONDS);
                return candidate;
            } catch (Failure e) {
                // the next one may have it
            }
        }
        return "";
    }

    /** What a script reads: a name and its values in each line. */
    private static String job(Samples samples, Point point, long seed) {
        Map<String, String> lines = new LinkedHashMap<>();
        point.values().forEach((name, value) -> lines.put(name, value.toString()));
        lines.put("widths", Arrays.stream(Networks.widths(point)).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
        lines.put("seed", Long.toString(seed));
        Split split = samples.scaled();
        add(lines, "train", split.train());
        add(lines, "test", split.test());
        lines.put("grid_x", numbers(samples.scaled(Samples.column(samples.grid()))));
        return lines.entrySet().stream().map(e -> e.getKey() + " " + e.getValue() + "\n").collect(Collectors.joining());
    }

    private static void add(Map<String, String> lines, String name, Dataset data) {
        lines.put(name + "_x", numbers(data.inputs()));
        lines.put(name + "_y", numbers(data.targets()));
    }

    private static String numbers(NdArray values) {
        return IntStream.range(0, values.size()).mapToObj(i -> Double.toString(values.get(i))).collect(Collectors.joining(" "));
    }

    private static Results parse(String output) throws Failure {
        Results results = new Results();
        try {
            for (String line : output.split("\n")) {
                String[] parts = line.strip().split(" ");
                double[] values = Arrays.stream(parts).skip(1).mapToDouble(Double::parseDouble).toArray();
                if (values.length == 1) {
                    results.put(parts[0], values[0]);
                } else {
                    results.put(parts[0], values);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new Failure("its output is not understood: " + output.lines().findFirst().orElse(""));
        }
        return results;
    }

    /** What a command writes to its standard output. */
    private static String run(List<String> command, Path folder, int seconds) throws Failure {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            if (folder != null) {
                builder.directory(folder.toFile());
            }
            Map<String, String> environment = builder.environment();
            environment.put("OMP_NUM_THREADS", "1"); // such small networks are slower with more
            environment.put("TF_CPP_MIN_LOG_LEVEL", "3");
            environment.remove("OPENBLAS_L2_SIZE");
            environment.remove("OPENBLAS_CORETYPE");
            if (hasAvx512()) {
                environment.put("OPENBLAS_CORETYPE", "SkylakeX"); // older OpenBLAS takes processors newer than itself for old ones
            }
            Path errors = Files.createTempFile("norn-peer", ".txt");
            try {
                Process process = builder.redirectError(errors.toFile()).start();
                process.getOutputStream().close();
                Thread guard = new Thread(() -> endAfter(process, seconds));
                guard.setDaemon(true);
                guard.start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int code = process.waitFor();
                if (code != 0) {
                    List<String> lines = Files.readAllLines(errors);
                    throw new Failure(command.get(0) + " failed: " + (lines.isEmpty() ? "exit code " + code : lines.get(lines.size() - 1)));
                }
                return output;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new Failure(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }

    private static void endAfter(Process process, int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private static boolean hasAvx512() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).contains("avx512f");
        } catch (IOException e) {
            return false; // not a Linux
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Python.class.getResourceAsStream("/reproduce/" + name)) {
            return in.readAllBytes();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
