package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.DiskCache;
import dev.norn.graph.Variable;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What NVRTC is asked for, and what becomes of what it made; on the double, whose NVRTC knows 50 to 90. */
class ProgramsTest {

    private static final String TEXT = "extern \"C\" __global__ void k(float *x) { *x = 1; }";

    @TempDir
    private Path folder;

    private Programs programs(int capability) {
        Doubled.load();
        return new Programs(new Calls(), DiskCache.in(folder.resolve("cache")),
                new Gpu(0, "a GPU", 1L << 30, capability / 10, capability % 10), CudaLibraries.load());
    }

    /** Its own architecture's code; for one that NVRTC does not know, PTX for the nearest below. */
    @ParameterizedTest
    @CsvSource({"90, sm_90", "75, sm_75", "91, compute_90", "100, compute_90", "121, compute_90", "84, compute_80"})
    void architecture(int capability, String option) {
        String key = programs(capability).key(TEXT);
        assertTrue(key.contains("--gpu-architecture=" + option + " ") && key.contains("--fmad=false"), key);
    }

    @Test
    void ptxIsLoadedAsWell() {
        programs(100);
        try (CudaAccelerator accelerator = Doubled.accelerator(BackendOptions.DEFAULT)) {
            accelerator.synchronize(); // its context is current
            byte[] ptx = programs(100).build(TEXT);
            assertEquals(0, ptx[ptx.length - 1], "a text for C ends so");
            assertEquals(0, JCudaDriver.cuModuleLoadData(new CUmodule(), ptx));
        }
    }

    @Test
    void aGpuThatIsTooOld() {
        String message = assertThrows(BackendException.class, () -> programs(35)).getMessage();
        assertTrue(message.contains("a GPU has compute capability 3.5") && message.contains("5.0 and later"), message);
    }

    @Test
    void everythingThatMattersIsInTheKey() {
        assertNotEquals(programs(90).key(TEXT), programs(90).key(TEXT + " "));
        assertNotEquals(programs(90).key(TEXT), programs(80).key(TEXT));
        assertNotEquals(programs(100).key(TEXT), programs(120).key(TEXT), "the same PTX, another GPU");
    }

    @Test
    void whatDoesNotCompileIsShown() {
        Programs programs = programs(90);
        String message = assertThrows(BackendException.class, () -> programs.build("no program")).getMessage();
        assertTrue(message.startsWith("NVRTC: a program does not compile (--gpu-architecture=sm_90 --fmad=false): "), message);
        assertTrue(message.contains("norn.cu:1:"), message);
    }

    /** Cut off, changed, empty; or whole, and what the driver does not take. It is made anew, and kept again. */
    @ParameterizedTest
    @ValueSource(strings = {"cut", "changed", "empty", "foreign"})
    void whatIsDamagedIsMadeAnew(String how) throws Exception {
        double first = computed();
        Map<Path, byte[]> kept = files();
        assertTrue(!kept.isEmpty());
        for (Map.Entry<Path, byte[]> entry : kept.entrySet()) {
            byte[] right = entry.getValue();
            byte[] changed = right.clone();
            changed[changed.length / 2] ^= 1;
            byte[] foreign = "another driver's".repeat(100).getBytes();
            Files.write(entry.getKey(), switch (how) {
                case "cut" -> java.util.Arrays.copyOf(right, right.length - 1);
                case "changed" -> changed;
                case "empty" -> new byte[0];
                // As the cache writes it: the hash, and what it is of.
                default -> ByteBuffer.allocate(32 + foreign.length)
                        .put(MessageDigest.getInstance("SHA-256").digest(foreign)).put(foreign).array();
            });
        }
        assertEquals(first, computed());
        Map<Path, byte[]> again = files();
        assertEquals(kept.keySet(), again.keySet());
        kept.forEach((file, bytes) -> assertArrayEquals(bytes, again.get(file), file.toString()));
    }

    private double computed() {
        try (Backend backend = new AcceleratorBackend(
                        Doubled.accelerator(BackendOptions.DEFAULT, DiskCache.in(folder.resolve("cache"))), BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            return session.evaluate(Variable.of("x", NdArray.of(Shape.of(3), new float[] {1, 2, 3})).read().exp().sum()).item();
        }
    }

    private Map<Path, byte[]> files() throws IOException {
        Map<Path, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder.resolve("cache"))) {
            all.forEach(file -> {
                try {
                    files.put(file, Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return files;
    }
}
