package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds libraries that are called like NVIDIA's, from src/test/native/stub. */
final class Stubs {

    /** Surefire runs tests in the module's folder. */
    private static final Path SOURCES = Path.of("src", "test", "native", "stub");

    private Stubs() {}

    /** Skips the test where none can be built, or JCuda's natives are not for. */
    static void assume() {
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "only Linux on x86-64 has libraries to re-target");
        boolean gcc;
        try {
            Process process = new ProcessBuilder("gcc", "--version").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            gcc = process.waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            gcc = false;
        }
        assumeTrue(gcc, "there is no gcc to build stubs of NVIDIA's libraries with");
    }

    /** The driver. */
    static void driver(Path folder) throws Exception {
        build(folder, "libcuda.so.1", "cuda.c", false);
    }

    /** cuBLAS and what it needs; as NVIDIA's, all symbols are of one version, which is called like the library. */
    static void cublas(Path folder, int major) throws Exception {
        build(folder, "libcublasLt.so." + major, "cublasLt.c", true);
        build(folder, "libcublas.so." + major, "cublas.c", true, "-DMAJOR=" + major,
                folder.resolve("libcublasLt.so." + major).toString());
    }

    /** NVRTC and its builtins. */
    static void nvrtc(Path folder, int major, int minor) throws Exception {
        build(folder, "libnvrtc-builtins.so." + major + "." + minor, "builtins.c", false);
        build(folder, "libnvrtc.so." + major, "nvrtc.c", true, "-DMAJOR=" + major, "-DMINOR=" + minor);
    }

    /** A shared library. */
    static void build(Path folder, String name, String source, boolean versioned, String... options) throws Exception {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-O1", "-o",
                folder.resolve(name).toString(), "-Wl,-soname," + name, SOURCES.resolve(source).toString()));
        if (versioned) {
            Path script = Files.createTempFile("stub", ".map");
            Files.writeString(script, name + " { global: *; };\n");
            command.add("-Wl,--version-script=" + script);
        }
        command.addAll(List.of(options));
        command.add("-ldl");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
