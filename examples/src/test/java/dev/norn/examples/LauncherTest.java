package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as processes of its own. */
@Timeout(60)
class LauncherTest {

    @TempDir
    private Path folder;

    /** A JVM without the vector module, started as a user would: options of the JVM, then arguments. */
    private ProcessBuilder java(String options, String args) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(words(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Launcher.class.getName()));
        command.addAll(words(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("NORN_") || name.contains("JAVA"));
        return builder;
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" "));
    }

    private record Ended(int code, String out, String err) {}

    private Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
        return new Ended(code, Files.readString(out), Files.readString(err));
    }

    @Test
    void startsTheVectorModule() throws IOException, InterruptedException {
        Ended with = run(java("", "devices"));
        assertEquals(0, with.code());
        assertFalse(with.out().contains("scalar kernels"), with.out());
        assertTrue(with.out().contains("SIMD kernels"), with.out());
        // The JVM's own line, which nothing suppresses, and no other.
        assertEquals(List.of("WARNING: Using incubator modules: jdk.incubator.vector"), with.err().lines().toList());
    }

    /** The JVM's line would be there. */
    @ParameterizedTest
    @CsvSource({"0, completion", "1, info --model nowhere.safetensors", "1, export --model nowhere.safetensors --onnx a.onnx"})
    void notForWhatDoesNotCompute(int code, String args) throws IOException, InterruptedException {
        Ended ended = run(java("", args));
        assertEquals(code, ended.code());
        assertFalse(ended.err().contains("jdk.incubator.vector"), ended.err());
    }

    @Test
    void canBeToldNotTo() throws IOException, InterruptedException {
        ProcessBuilder builder = java("", "devices");
        builder.environment().put("NORN_NO_RELAUNCH", "1");
        for (ProcessBuilder b : List.of(builder, java("-Dnorn.relaunch=false", "devices"))) {
            Ended without = run(b);
            assertEquals(0, without.code());
            assertTrue(without.out().contains("scalar kernels"), without.out());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, devices",
        "0, --help",
        "0, --version",
        "1, runge --backend absent",
        "2, mnist --epochs 0",
        "2, nonsense",
    })
    void exitCode(int code, String args) throws IOException, InterruptedException {
        assertEquals(code, run(java("", args)).code());
    }

    /** A heap that digits do not fit into: an option of the JVM that the other one must have got. */
    @Test
    void optionsOfTheJvmAndMemory() throws IOException, InterruptedException {
        Ended ended = run(java("-Xmx48m", "mnist --epochs 1"));
        assertEquals(1, ended.code(), ended.err());
        // What a collector keeps free for itself does not count.
        assertTrue(ended.err().matches("(?s).*mnist: out of memory \\(Java heap space\\): of 4[0-8] MiB.*"), ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
    }

    @Test
    void optionsInTheEnvironmentCountOnce() throws IOException, InterruptedException {
        ProcessBuilder builder = java("", "devices");
        builder.environment().put("JDK_JAVA_OPTIONS", "-Dnorn.test=1");
        Ended ended = run(builder);
        assertEquals(0, ended.code());
        assertEquals(1, ended.err().lines().filter(line -> line.contains("-Dnorn.test=1")).count(), ended.err());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    @EnabledOnOs(OS.LINUX)
    void signalEndsBoth(String signal, int code) throws IOException, InterruptedException {
        Path json = folder.resolve("result.json");
        Process parent = training("--json " + json);
        ProcessHandle child = parent.children().findFirst().orElseThrow();
        new ProcessBuilder("kill", "-" + signal, Long.toString(parent.pid())).start().waitFor();
        assertEquals(code, parent.waitFor());
        assertFalse(child.isAlive());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(file -> file.toString().contains("result.json")).toList());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void killedParentIsFollowed() throws IOException, InterruptedException {
        Process parent = training("");
        ProcessHandle child = parent.children().findFirst().orElseThrow();
        parent.destroyForcibly().waitFor();
        child.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void childsDeathIsTold() throws IOException, InterruptedException {
        Process parent = training("");
        parent.children().findFirst().orElseThrow().destroyForcibly();
        assertEquals(128 + 9, parent.waitFor());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void standardInputIsPassedOn() throws IOException, InterruptedException {
        Process parent = training("");
        ProcessHandle child = parent.children().findFirst().orElseThrow();
        assertEquals(standardInput(parent.pid()), standardInput(child.pid()));
        parent.destroy();
        parent.waitFor();
    }

    private static Path standardInput(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/0"));
    }

    /** A training that does not end by itself, after its first epoch. */
    private Process training(String options) throws IOException {
        SmallDigits.write(folder);
        Process parent = java("", "mnist --epochs 100000000 --hidden 5 --data " + folder + " " + options).start();
        BufferedReader err = parent.errorReader(StandardCharsets.UTF_8);
        String line = err.readLine();
        while (line != null && !line.startsWith("epoch")) {
            line = err.readLine();
        }
        assertTrue(line != null, "it ended");
        // Whoever writes into a full pipe waits; the rest is read and thrown away.
        Thread rest = new Thread(() -> {
            try {
                String ignored;
                do {
                    ignored = err.readLine();
                } while (ignored != null);
            } catch (IOException e) {
                // the process has ended
            }
        });
        rest.setDaemon(true);
        rest.start();
        return parent;
    }
}
