package dev.norn.backend;

/**
 * What can be asked of a backend when it is opened. A backend ignores what does not concern it.
 *
 * @param threads host threads to compute with, 0 for one per core
 * @param device which device, by index or part of its name; empty for the best
 */
public record BackendOptions(int threads, String device) {

    /** One thread per core, the best device. */
    public static final BackendOptions DEFAULT = new BackendOptions(0, "");

    public BackendOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must be at least 1 (or 0 for one per core), it is " + threads);
        }
    }

    /** These options with another number of threads. */
    public BackendOptions withThreads(int count) {
        return new BackendOptions(count, device);
    }
}
