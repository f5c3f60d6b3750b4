package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;

/**
 * The device that tests run on. Where there is none they are skipped, with the reason; where {@code -Dnorn.test.require} has
 * {@code opencl} they fail.
 */
final class Devices {

    private Devices() {}

    /** The best device. */
    static Device best() {
        BackendProvider.Availability found = new OpenClProvider().probe();
        if (System.getProperty("norn.test.require", "").contains("opencl")) {
            assertTrue(found.available(), found.description());
        }
        assumeTrue(found.available(), found.description());
        return Device.all().get(0);
    }

    /** A runtime on it. */
    static OpenClAccelerator accelerator() {
        return new OpenClAccelerator(best(), BackendOptions.DEFAULT);
    }
}
