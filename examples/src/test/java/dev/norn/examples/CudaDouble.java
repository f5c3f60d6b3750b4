package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The double of NVIDIA's libraries that the CUDA backend is tested on, for command lines in JVMs of their own. Where it cannot
 * be built the tests are skipped, with the reason; where {@code -Dnorn.test.require} has {@code cuda-double} they fail.
 */
final class CudaDouble {

    private final Path libraries;

    private CudaDouble(Path libraries) {
        this.libraries = libraries;
    }

    /** Builds it. */
    static CudaDouble build() throws IOException, InterruptedException {
        boolean here = System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64")
                && isThere("gcc") && isThere("g++");
        if (!here && System.getProperty("norn.test.require", "").contains("cuda-double")) {
            fail("the CUDA test double is required");
        }
        assumeTrue(here, "the CUDA test double needs Linux on x86-64, gcc and g++");
        Path libraries = Path.of("target", "cuda-double").toAbsolutePath();
        Path log = Files.createTempFile("norn", ".log");
        int code = new ProcessBuilder("sh", "../backend-cuda/src/test/native/build.sh", libraries.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
        assertEquals(0, code, Files.readString(log));
        Files.delete(log);
        return new CudaDouble(libraries);
    }

    private static boolean isThere(String compiler) throws InterruptedException {
        try {
            return new ProcessBuilder(compiler, "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The folder that it is in. */
    Path libraries() {
        return libraries;
    }

    /** Runs a command line with it, as a user would, and gives what that did. What was asked of the driver is in {@code log}. */
    Cli run(Path folder, String args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp", System.getProperty("java.class.path"), Launcher.class.getName()));
        command.addAll(List.of(args.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.contains("CUDA") || name.contains("JAVA"));
        // Before any real one.
        environment.put("NORN_CUDA_LIBRARY_PATH", libraries.toString());
        environment.put("NORN_CUDA_DOUBLE_LOG", folder.resolve("log").toString());
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
        return new Cli(code, Files.readString(out), Files.readString(err));
    }
}
