package dev.norn.backend;

/**
 * How a kind of backend is found, by {@link java.util.ServiceLoader}. Constructing a provider and asking its name or
 * priority loads no native code and touches no device.
 */
public interface BackendProvider {

    /** What users call it: {@code cpu}, {@code opencl}, {@code cuda}, {@code reference}. */
    String name();

    /** {@code auto} takes the available provider with the highest; negative: only when asked for by name. */
    int priority();

    /** Looks whether it can run here. Never throws and prints nothing. */
    Availability probe();

    /**
     * Opens it.
     *
     * @throws BackendException if it cannot run here; the message is the one that {@link #probe} gives
     */
    Backend open(BackendOptions options);

    /**
     * Whether a provider can run here.
     *
     * @param available whether it can
     * @param description if so the device, else what is missing and how to get it; one line
     */
    record Availability(boolean available, String description) {}
}
