package dev.norn.cuda;

import static jcuda.driver.JCudaDriver.cuCtxGetLimit;
import static jcuda.driver.JCudaDriver.cuCtxSetLimit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The double of NVIDIA's driver, NVRTC and cuBLAS: C libraries that gcc builds here, for JCuda's own natives to call. See
 * {@code src/test/native/double.h}.
 */
final class TestDouble {

    /** Its libraries, in the order in which they need each other. */
    static final List<String> LIBRARIES = List.of("libcuda.so.1", "libnvrtc.so.12", "libcublas.so.12");

    /** What it counts; in the order of {@code enum norn_limit}. */
    enum Counter {
        ALLOCATIONS, FREES, BYTES, PEAK, TO_DEVICE, TO_HOST, KERNELS, LAUNCHES, GRAPH_LAUNCHES, SYNCHRONIZES, PRODUCTS, LEAKED
    }

    private static final int COUNTERS = 1_000_000;
    private static final int SET_FAULT = 1_000_100;
    private static final int SET_MEMORY = 1_000_101;

    private static Path built;
    private static boolean loaded;

    private TestDouble() {}

    /** Why there is no double here, in one line, or null if there is. */
    static String missing() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        if (!os.contains("linux") || !arch.equals("amd64")) {
            return "the CUDA test double is for Linux on x86-64, this is " + os + " on " + arch;
        }
        for (String compiler : List.of("gcc", "g++")) {
            try {
                new ProcessBuilder(compiler, "--version").redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            } catch (IOException e) {
                return "the CUDA test double needs " + compiler + ": " + e.getMessage();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return null;
    }

    /** Builds it under {@code target}, once a JVM; gives the folder. */
    static synchronized Path build() {
        if (built == null) {
            Path folder = Path.of("target", "cuda-double").toAbsolutePath();
            run(List.of("sh", Path.of("src", "test", "native", "build.sh").toAbsolutePath().toString(), folder.toString()));
            built = folder;
        }
        return built;
    }

    /** Loads it into this JVM, before JCuda looks for the real ones. */
    static synchronized void load() {
        if (!loaded) {
            LIBRARIES.forEach(library -> System.load(build().resolve(library).toString()));
            loaded = true;
        }
    }

    /** What it has counted so far. */
    static long count(Counter counter) {
        long[] value = new long[1];
        check(cuCtxGetLimit(value, COUNTERS + counter.ordinal()));
        return value[0];
    }

    /** Begins the peak of memory anew. */
    static void resetPeak() {
        check(cuCtxSetLimit(COUNTERS + Counter.PEAK.ordinal(), 0));
    }

    /** Has the n-th kernel from now read where nothing is; 0: none. */
    static void failKernel(long n) {
        check(cuCtxSetLimit(SET_FAULT, n));
    }

    /** How much memory the device has from now on. */
    static void setMemory(long bytes) {
        check(cuCtxSetLimit(SET_MEMORY, bytes));
    }

    private static void check(int result) {
        if (result != 0) {
            throw new IllegalStateException("not the CUDA test double: " + result);
        }
    }

    /** Runs a command; what it writes goes with the failure. */
    static String run(List<String> command) {
        try {
            Path log = Files.createTempFile("norn", ".log");
            try {
                int code = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
                String text = Files.readString(log, StandardCharsets.UTF_8);
                if (code != 0) {
                    throw new IllegalStateException(String.join(" ", command) + " ended with " + code + "\n" + text);
                }
                return text;
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
