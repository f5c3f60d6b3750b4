package dev.norn.device;

import java.util.List;

/** One thing that a device does in a step. */
public sealed interface Work permits Source, LibraryProduct {

    /** The buffers that it works on: indices into the plan's buffers, and those of scratch ({@link Source#SCRATCH}). */
    List<Integer> buffers();
}
