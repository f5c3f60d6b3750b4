package dev.norn.backend;

import java.util.List;

/**
 * How a kind of backend is found, by {@link java.util.ServiceLoader}. Constructing a provider and asking its name
 * loads no native code and touches no device.
 */
public interface BackendProvider {

    /** What users call it: {@code cpu}, {@code opencl}, {@code cuda}, {@code reference}. */
    String name();

    /** Looks whether it can run here. Never throws and prints nothing. */
    Availability probe();

    /** Whether its threads take the processor's cores, so that several backends, one thread each, can share these. */
    default boolean takesCores() {
        return false;
    }

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
     * @param priority {@code auto} takes the available provider with the highest; negative: only when asked for by name
     * @param devices each on a line of its own, in the order of their index ({@link BackendOptions#device}): what its maker
     *        calls it, and what decides its speed; none where it cannot run
     * @param reason where it cannot run, what is missing and how to get it, in one line; else empty
     */
    record Availability(boolean available, int priority, List<String> devices, String reason) {

        public Availability {
            devices = List.copyOf(devices);
        }

        /** It can run here. */
        public static Availability of(int priority, String... devices) {
            return new Availability(true, priority, List.of(devices), "");
        }

        /** It cannot run here, and why. */
        public static Availability missing(String reason) {
            return new Availability(false, -1, List.of(), reason);
        }

        /** The devices or, where it cannot run, the reason; one line. */
        public String description() {
            return available ? String.join("; ", devices) : reason;
        }
    }
}
