package dev.norn.backend;

import java.nio.file.Path;

/**
 * What can be asked of a backend when it is opened. What only decides how fast it is, a backend ignores where it has no
 * choice; a device that is not there, or kernels where there are none to write, it refuses.
 *
 * @param threads host threads to compute with, 0 for one per core
 * @param device which device, by index or else by part of its name, whatever the case; empty for the best
 * @param tune whether a device may try kernels of several kinds and keep the fastest; it remembers which that was
 * @param graphs whether a device may take a whole step at once, where it can, rather than kernel by kernel
 * @param tf32 whether matrix products of F32 may round their operands to TF32 (10 bits of fraction), where the device is faster
 *        so
 * @param dump a folder where every program's kernels are written as text, for people to read; null for none
 */
public record BackendOptions(int threads, String device, boolean tune, boolean graphs, boolean tf32, Path dump) {

    /** One thread per core, the best device, the fastest kernels in full precision. */
    public static final BackendOptions DEFAULT = new BackendOptions(0, "", true, true, false, null);

    public BackendOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must be at least 1 (or 0 for one per core), it is " + threads);
        }
    }

    /** These options with another number of threads. */
    public BackendOptions withThreads(int count) {
        return new BackendOptions(count, device, tune, graphs, tf32, dump);
    }

    /** These options with another device. */
    public BackendOptions withDevice(String indexOrName) {
        return new BackendOptions(threads, indexOrName, tune, graphs, tf32, dump);
    }

    /** These options with tuning or without. */
    public BackendOptions withTuning(boolean wanted) {
        return new BackendOptions(threads, device, wanted, graphs, tf32, dump);
    }

    /** These options with steps taken at once or kernel by kernel. */
    public BackendOptions withGraphs(boolean wanted) {
        return new BackendOptions(threads, device, tune, wanted, tf32, dump);
    }

    /** These options with products in TF32 or in full precision. */
    public BackendOptions withTf32(boolean wanted) {
        return new BackendOptions(threads, device, tune, graphs, wanted, dump);
    }

    /** These options with a folder for kernels, or null for none. */
    public BackendOptions withDump(Path folder) {
        return new BackendOptions(threads, device, tune, graphs, tf32, folder);
    }
}
