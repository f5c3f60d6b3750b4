package dev.norn.backend;

/**
 * What a backend runs on.
 *
 * @param backend the provider's name, for instance {@code cpu}
 * @param name the device, as its maker calls it
 * @param details one line of what decides its speed: kernels, threads, memory, driver
 */
public record DeviceInfo(String backend, String name, String details) {

    /** For instance {@code cpu: Intel(R) Xeon(R) Processor (SIMD, 512 bits; 2 threads)}. */
    @Override
    public String toString() {
        return backend + ": " + name + (details.isEmpty() ? "" : " (" + details + ")");
    }
}
