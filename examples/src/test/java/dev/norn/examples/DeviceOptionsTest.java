package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceOptionsTest {

    private static final String[] COMMANDS = {"mnist --epochs 1", "runge --epochs 1", "verify"};

    @TempDir
    private Path folder;

    private static String fit(String options) {
        return "runge --samples 20 --hidden 3 --epochs 1 --quiet " + options;
    }

    @AfterEach
    void unplug() {
        FragileProvider.unplug();
    }

    @ParameterizedTest
    @CsvSource({"0, sound", "1, broken", "SOUND, sound", "roke, broken"})
    void deviceByIndexOrName(String wanted, String device) {
        FragileProvider.plugIn(true);
        Cli cli = Cli.run(fit("--backend fragile --device " + wanted));
        if (device.equals("sound")) {
            assertTrue(cli.succeeded().out().startsWith("backend   fragile: sound\n"), cli.out());
        } else {
            assertTrue(cli.err().startsWith("runge: " + FragileProvider.FAILURE), cli.err());
        }
    }

    @Test
    void anUnknownDevice() {
        FragileProvider.plugIn(true);
        for (String command : COMMANDS) {
            Cli.run(command + " --backend fragile --device 2")
                    .failed(1, "there is no fragile device \"2\"; there are: 0: sound, 1: broken");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void backendsWithNothingToChooseOrToShow(String backend) {
        Path kernels = folder.resolve("kernels");
        for (String command : COMMANDS) {
            Cli.run(command + " --backend " + backend + " --device 0")
                    .failed(1, "the " + backend + " backend has one device; \"0\" cannot be chosen");
            Cli.run(command + " --backend " + backend + " --dump-kernels " + kernels)
                    .failed(1, "the " + backend + " backend has no kernels to write to " + kernels);
        }
        assertFalse(Files.exists(kernels));
        Cli.run(fit("--precision tf32 --backend " + backend)).failed(1, "the " + backend + " backend has no TF32; use F32");
        Cli.run(fit("--no-tune --no-graph --backend " + backend)).succeeded();
    }

    /** Who did not name the backend is told which it is. */
    @Test
    void autoSaysWhatRefused() {
        Cli.run(fit("--device nowhere")).failed(1, "nowhere", "; auto chose ");
    }

    @Test
    void openClDevice() {
        OpenCl.assumeAvailable();
        String name = Cli.run(fit("--backend opencl --device 0")).succeeded().out().lines().findFirst().orElseThrow();
        assertTrue(name.startsWith("backend   opencl: "), name);
        for (String command : COMMANDS) {
            Cli.run(command + " --backend opencl --device nowhere")
                    .failed(1, "there is no OpenCL device \"nowhere\"; there are: 0: ");
        }
    }

    @Test
    void kernelsAsText() throws IOException {
        OpenCl.assumeAvailable();
        Path kernels = folder.resolve("new/kernels");
        Cli.run(fit("--backend opencl --dump-kernels " + kernels)).succeeded();
        try (Stream<Path> files = Files.list(kernels)) {
            List<Path> all = files.toList();
            assertFalse(all.isEmpty());
            for (Path file : all) {
                assertTrue(file.getFileName().toString().matches("opencl-program-\\d+\\.c"), file.toString());
                assertTrue(Files.readString(file).contains("items\n"), file.toString());
            }
        }
    }

    @Test
    void kernelsWhereNothingCanBeWritten() throws IOException {
        OpenCl.assumeAvailable();
        Path file = Files.createFile(folder.resolve("file"));
        for (String command : COMMANDS) {
            Cli.run(command + " --backend opencl --dump-kernels " + file)
                    .failed(1, "cannot write kernels to " + file + ": it is no folder");
        }
    }

    @Test
    void reportSaysWhenNothingWasTuned() {
        Path json = folder.resolve("result.json");
        Cli.run(fit("--backend cpu --no-tune --json " + json)).succeeded();
        Object parameters = Json.read(json).get("parameters");
        assertEquals(true, ((Map<?, ?>) parameters).get("no_tune"));
    }
}
