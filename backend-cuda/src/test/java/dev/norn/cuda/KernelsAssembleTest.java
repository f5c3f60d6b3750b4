package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.conformance.Conformance;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rendered is CUDA C++: NVIDIA's own compiler and assembler take it, where they are installed. No GPU is needed. */
class KernelsAssembleTest {

    /** Kernels a file. */
    private static final int TOGETHER = 100;

    private static KernelCollector collector;

    @TempDir
    Path folder;

    @BeforeAll
    static void render() {
        boolean nvcc = Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, "nvcc")));
        assumeTrue(nvcc, "no nvcc on the path: what is rendered is not assembled");
        collector = new KernelCollector();
        try (AcceleratorBackend backend = new AcceleratorBackend(collector, BackendOptions.DEFAULT)) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                // Nothing is computed, so a group ends after so many failures: other seeds give other kernels.
                for (long seed = 1; seed <= 8; seed++) {
                    long with = seed;
                    Conformance.groups().forEach(g -> g.run(backend, dtype, with));
                }
            }
        }
    }

    @AfterAll
    static void forget() {
        collector = null;
    }

    /** Kernels of every group of the conformance suite, a hundred of them. */
    @ParameterizedTest
    @ValueSource(ints = {75, 90, 100})
    void someAssemble(int architecture) throws IOException {
        List<Source> all = collector.kernels();
        assertTrue(all.size() > TOGETHER, () -> all.size() + " kernels");
        List<Source> some = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            some.add(all.get((int) ((long) i * all.size() / TOGETHER)));
        }
        assemble(some, architecture);
    }

    @Test
    @Tag("slow")
    void allAssemble() throws IOException {
        List<Source> all = collector.kernels();
        for (int from = 0; from < all.size(); from += TOGETHER) {
            for (int architecture : new int[] {75, 90, 100}) {
                assemble(all.subList(from, Math.min(all.size(), from + TOGETHER)), architecture);
            }
        }
    }

    /** Without a warning, but for values that a kernel computes and does not need. */
    private void assemble(List<Source> kernels, int architecture) throws IOException {
        Path source = Files.writeString(folder.resolve("kernels.cu"), Renderer.program(kernels));
        String said = TestDouble.run(List.of("nvcc", "-std=c++17", "-cubin", "-Werror", "all-warnings", "-diag-suppress", "177", "--fmad=false",
                "-arch=sm_" + architecture, "-o", folder.resolve("kernels.cubin").toString(), source.toString()));
        assertTrue(said.isBlank(), said);
    }
}
