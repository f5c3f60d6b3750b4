package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.device.DiskCache;
import java.nio.file.Path;

/**
 * The backend on the double of NVIDIA's libraries. Where that cannot be built the tests are skipped, with the reason; where
 * {@code -Dnorn.test.require} has {@code cuda-double} they fail.
 */
final class Doubled {

    private Doubled() {}

    /** The runtime, on the double. */
    static CudaAccelerator accelerator(BackendOptions options) {
        return accelerator(options, DiskCache.in(Path.of("target", "cuda-double-cache").toAbsolutePath()));
    }

    /** The same, with a cache for compiled programs. */
    static CudaAccelerator accelerator(BackendOptions options, DiskCache cache) {
        load();
        return new CudaAccelerator(Gpu.all().get(0), CudaLibraries.load(), options, cache);
    }

    /** Loads the double. */
    static void load() {
        String missing = TestDouble.missing();
        if (System.getProperty("norn.test.require", "").contains("cuda-double")) {
            assertNull(missing);
        }
        assumeTrue(missing == null, missing);
        TestDouble.load();
        assertNull(CudaLibraries.load().missing());
    }
}
