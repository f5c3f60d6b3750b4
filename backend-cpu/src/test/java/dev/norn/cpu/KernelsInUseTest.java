package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import org.junit.jupiter.api.Test;

/** Each run of the tests is on the kernels that it is for: had the other ones run instead, all would be green as well. */
class KernelsInUseTest {

    @Test
    void theKernelsAskedForAreThoseInUse() {
        String wanted = System.getProperty("norn.test.kernels");
        assertNotNull(wanted, "the build has to say which kernels this run is for (-Dnorn.test.kernels)");
        try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT)) {
            String details = backend.device().details();
            assertEquals(wanted.equals("simd"), details.contains("SIMD"), details);
            assertEquals(wanted.equals("scalar"), details.contains("scalar"), details);
            assertTrue(details.contains("SIMD") != details.contains("scalar"), details);
        }
    }
}
