package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;

/** What is measured. */
public final class Device {

    private Device() {}

    /** Whether a device, as its backend describes it, is a double that only tests are for: its times say nothing. */
    public static boolean isDouble(String description) {
        return description.contains("test double");
    }

    /**
     * Opens a backend.
     *
     * @throws IllegalStateException if it is a double
     */
    static Backend open(String backend, BackendOptions options) {
        Backend opened = Backends.open(backend, options);
        if (isDouble(opened.device().name())) {
            String what = opened.device().toString();
            opened.close();
            throw new IllegalStateException("a test double is no device to measure: " + what);
        }
        return opened;
    }
}
