package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;

/** Opens what is measured. */
public final class Devices {

    /** What the double that backend-cuda is tested with calls itself, as a device. */
    private static final String DOUBLE = "test double";

    private Devices() {}

    /** Whether a device is a double of one, of which no time means anything. */
    public static boolean isDouble(String description) {
        return description.contains(DOUBLE);
    }

    /**
     * Opens a backend.
     *
     * @param threads of the cpu backend; 0 for one per core
     * @throws IllegalStateException if the device is a test double
     */
    public static Backend open(String name, int threads) {
        Backend backend = Backends.open(name, BackendOptions.DEFAULT.withThreads(threads));
        if (isDouble(backend.device().name())) {
            backend.close();
            throw new IllegalStateException("a test double is no device to measure: " + backend.device());
        }
        return backend;
    }
}
