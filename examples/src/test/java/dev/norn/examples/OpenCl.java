package dev.norn.examples;

import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import org.junit.jupiter.api.Assumptions;

/** For tests that need an OpenCL device. */
final class OpenCl {

    private OpenCl() {}

    /** Skips the test where there is none, and says why. */
    static BackendProvider.Availability assumeAvailable() {
        BackendProvider.Availability found = Backends.provider("opencl").probe();
        Assumptions.assumeTrue(found.available(), found.reason());
        return found;
    }
}
