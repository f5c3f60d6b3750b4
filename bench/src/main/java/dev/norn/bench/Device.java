package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;

/** What is measured. */
final class Device {

    private Device() {}

    /**
     * Opens a backend.
     *
     * @throws IllegalStateException if it is a double that only tests are for: its times say nothing
     */
    static Backend open(String backend, BackendOptions options) {
        Backend opened = Backends.open(backend, options);
        if (opened.device().name().contains("test double")) {
            String what = opened.device().toString();
            opened.close();
            throw new IllegalStateException("a test double is no device to measure: " + what);
        }
        return opened;
    }
}
