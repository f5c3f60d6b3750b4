package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JCuda's real natives over stubs of NVIDIA's libraries, each time in a JVM of its own. */
class LoadingTest {

    @TempDir
    private Path folder;
    private Path driver;
    private Path toolkit;
    private Path cache;
    private Path temporary;

    @BeforeEach
    void folders() throws IOException {
        Stubs.assume();
        driver = Files.createDirectories(folder.resolve("driver"));
        toolkit = Files.createDirectories(folder.resolve("toolkit"));
        temporary = Files.createDirectories(folder.resolve("tmp"));
        cache = folder.resolve("cache");
    }

    /** What {@link LoadingMain} prints; on the error stream nothing is allowed. */
    private List<String> run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Djava.io.tmpdir=" + temporary,
                "-Duser.home=" + folder.resolve("home"), "-Xmx256m"));
        if (Runtime.version().feature() >= 22) {
            // Else the JVM warns of it.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadingMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile());
        builder.environment().keySet().removeAll(List.of("LD_LIBRARY_PATH", "CUDA_PATH", "CUDA_HOME", "VIRTUAL_ENV",
                "CONDA_PREFIX", "CUDA_VISIBLE_DEVICES", "JAVA_TOOL_OPTIONS", "XDG_CACHE_HOME", LibrarySearch.VARIABLE));
        builder.environment().put("NORN_CACHE", cache.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals("", Files.readString(folder.resolve("stderr")), "the error stream");
        assertEquals(0, process.waitFor(), lines.toString());
        return lines;
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1)).toList();
    }

    private static String value(List<String> lines, String key) {
        List<String> values = values(lines, key);
        assertEquals(1, values.size(), key + " in " + lines);
        return values.get(0);
    }

    private Map<String, String> asked() {
        return Map.of(LibrarySearch.VARIABLE, driver + ":" + toolkit);
    }

    private static void assumeAbsent(Library library) {
        assumeTrue(LibrarySearch.here().find(library).stream().allMatch(found -> found.path() == null),
                "this machine has a " + library + " of its own");
    }

    @ParameterizedTest
    @CsvSource({"12, 6", "13, 0", "14, 1"})
    void everyVersionLoads(int major, int minor) throws Exception {
        Stubs.driver(driver);
        Stubs.nvrtc(toolkit, major, minor);
        Stubs.cublas(toolkit, major);
        List<String> lines = run(Map.of(LibrarySearch.VARIABLE, driver + ":" + toolkit, "STUB_CUDA_VERSION", "14020"));
        assertEquals("cuda []", value(lines, "name"), "no native code before it is asked for");
        assertEquals("true", value(lines, "available"), lines.toString());
        String description = value(lines, "description");
        assertTrue(description.startsWith("Stub GPU (3.0 GiB, compute capability 8.9); driver "), description);
        assertTrue(description.endsWith("for CUDA 14.2, NVRTC " + major + "." + minor + ", cuBLAS "
                + toolkit.resolve("libcublas.so." + major)), description);
        assertEquals("true", value(lines, "again"));
        assertEquals("true true", value(lines, "tmpdir restored"));
        assertEquals(major + "." + minor, value(lines, "nvrtc"));
        assertEquals("1", value(lines, "builtins"), "libnvrtc-builtins is found by name");
        assertEquals("0", value(lines, "create"));
        assertEquals(Integer.toString(major * 10000 + 42), value(lines, "cublas"));
        assertEquals(3, values(lines, "loaded").size(), lines.toString());
        for (String path : values(lines, "loaded")) {
            assertTrue(path.startsWith(cache.toString()), path);
            Path parent = Path.of(path).getParent();
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)));
        }
        try (var left = Files.list(temporary)) {
            assertEquals(List.of(), left.filter(path -> path.toString().endsWith(".so")).toList(), "JCuda unpacked nothing");
        }
    }

    /** The one that JCuda is made for comes first, and where it is broken, the other is taken. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twelveIsPreferredUnlessBroken(boolean broken) throws Exception {
        Stubs.driver(driver);
        Stubs.nvrtc(toolkit, 12, 4);
        Stubs.cublas(toolkit, 13);
        Stubs.cublas(toolkit, 12);
        if (broken) {
            Files.write(toolkit.resolve("libcublas.so.12"), new byte[100]);
        }
        List<String> lines = run(asked());
        assertEquals(broken ? "130042" : "120042", value(lines, "cublas"));
    }

    @Test
    void aLibraryThatTheDriverIsTooOldFor() throws Exception {
        assumeAbsent(Library.NVRTC);
        assumeAbsent(Library.CUBLAS);
        Stubs.driver(driver);
        Stubs.nvrtc(toolkit, 13, 0);
        Stubs.cublas(toolkit, 13);
        List<String> lines = run(Map.of(LibrarySearch.VARIABLE, driver + ":" + toolkit, "STUB_CUDA_VERSION", "12040"));
        assertEquals("no libnvrtc.so.12 and no libcublas.so.12: install CUDA 12 (https://developer.nvidia.com/cuda-downloads) "
                + "or only these libraries (pip install nvidia-cublas-cu12 nvidia-cuda-nvrtc-cu12), or name the folders they "
                + "are in in NORN_CUDA_LIBRARY_PATH [" + toolkit + "/libnvrtc.so.13 needs a driver for CUDA 13; "
                + toolkit + "/libcublas.so.13 needs a driver for CUDA 13]", value(lines, "description"));
        assertEquals(value(lines, "description"), value(lines, "open"));
    }

    @Test
    void noDriver() throws Exception {
        assumeAbsent(Library.DRIVER);
        List<String> lines = run(Map.of());
        assertEquals("false", value(lines, "available"));
        assertEquals("no NVIDIA driver (libcuda.so.1): install it (Ubuntu: ubuntu-drivers install; Debian: nvidia-driver from "
                + "non-free; others: https://www.nvidia.com/drivers); in a container, start that with --gpus all",
                value(lines, "description"));
        assertEquals(value(lines, "description"), value(lines, "open"));
    }

    @Test
    void noToolkit() throws Exception {
        assumeAbsent(Library.NVRTC);
        assumeAbsent(Library.CUBLAS);
        Stubs.driver(driver);
        assertEquals("no libnvrtc.so.12 and no libcublas.so.12: install CUDA 12 or newer "
                + "(https://developer.nvidia.com/cuda-downloads) or only these libraries (pip install nvidia-cublas-cu12 "
                + "nvidia-cuda-nvrtc-cu12), or name the folders they are in in NORN_CUDA_LIBRARY_PATH",
                value(run(asked()), "description"));
        Stubs.nvrtc(toolkit, 12, 6);
        assertTrue(value(run(asked()), "description").startsWith("no libcublas.so.12: install CUDA 12 or newer"));
    }

    @Test
    void noGpu() throws Exception {
        Stubs.driver(driver);
        assertEquals("the NVIDIA driver is there, but cuInit failed with CUDA_ERROR_NO_DEVICE (100): no NVIDIA GPU is visible"
                + ", and CUDA_VISIBLE_DEVICES is \"7\"", value(run(Map.of(LibrarySearch.VARIABLE, driver.toString(),
                        "STUB_CUDA_INIT", "100", "CUDA_VISIBLE_DEVICES", "7")), "description"));
    }

    /** By the wheels' folders alone, without a variable. */
    @Test
    void pythonsPackages() throws Exception {
        assumeAbsent(Library.DRIVER);
        assumeAbsent(Library.CUBLAS);
        Path wheels = folder.resolve("home/.local/lib/python3.11/site-packages/nvidia");
        Stubs.driver(driver);
        Stubs.nvrtc(wheels.resolve("cuda_nvrtc/lib"), 12, 9);
        Stubs.cublas(wheels.resolve("cublas/lib"), 12);
        List<String> lines = run(Map.of("LD_LIBRARY_PATH", driver.toString()));
        assertTrue(value(lines, "description").endsWith("NVRTC 12.9, cuBLAS " + wheels + "/cublas/lib/libcublas.so.12"),
                lines.toString());
        assertEquals("120042", value(lines, "cublas"));
        assertEquals("1", value(lines, "builtins"));
    }

    @Test
    void whatSomebodyLeftInTheSharedFolderIsNotLoaded() throws Exception {
        Stubs.driver(driver);
        Stubs.nvrtc(toolkit, 12, 6);
        Stubs.cublas(toolkit, 12);
        for (String name : List.of("JCudaDriver", "JNvrtc", "JCublas2")) {
            Stubs.build(temporary, "lib" + name + "-12.6.0-linux-x86_64.so", "planted.c", false);
        }
        Path mark = folder.resolve("mark");
        Map<String, String> environment = Map.of(LibrarySearch.VARIABLE, driver + ":" + toolkit,
                "PLANTED_MARK", mark.toString());
        assertEquals("120042", value(run(environment), "cublas"));
        assertFalse(Files.exists(mark), "loaded");
        // JCuda by itself does load it.
        run(environment, "without Norn");
        assertTrue(Files.exists(mark), "this test would not notice");
    }

    /** A cache that others can write to is left alone, and so is none; natives then lie in a folder made for the one run. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutACache(boolean writable) throws Exception {
        Stubs.driver(driver);
        Stubs.nvrtc(toolkit, 13, 0);
        Stubs.cublas(toolkit, 13);
        Files.createDirectories(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> lines = run(Map.of(LibrarySearch.VARIABLE, driver + ":" + toolkit,
                "NORN_CACHE", writable ? cache.toString() : "off"));
        assertEquals("130042", value(lines, "cublas"));
        assertEquals(3, values(lines, "loaded").size());
        for (String path : values(lines, "loaded")) {
            assertTrue(path.startsWith(temporary + "/norn-natives"), path);
            assertFalse(Files.exists(Path.of(path).getParent()), path + " is left behind");
        }
        try (var left = Files.list(cache)) {
            assertEquals(0, left.count());
        }
    }

    /** Inside the cache as well. */
    @Test
    void aFolderThatOthersCanWriteToIsRefused() throws Exception {
        Stubs.driver(driver);
        Path own = Path.of(values(run(asked()), "loaded").get(0)).getParent();
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        String description = value(run(asked()), "description");
        assertTrue(description.startsWith("JCuda's own library cannot be loaded; NORN_CACHE names another folder for it [no "
                + "folder for libJCudaDriver-12.6.0-linux-x86_64.so: " + own + ": others can read or write it"), description);
    }
}
