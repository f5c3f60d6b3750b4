package dev.norn.device;

import java.util.List;

/**
 * One kernel, ready to be compiled and launched.
 *
 * @param name the function's name
 * @param text the function
 * @param buffers its arguments: indices into the plan's buffers, and then those of scratch: {@link #SCRATCH} and the ordinal of the type
 * @param groups how many groups to launch
 * @param groupSize how many items a group has
 */
public record Source(String name, String text, List<Integer> buffers, int groups, int groupSize) implements Work {

    /** The arguments, from this on, that are scratch buffers: one for each type, by its ordinal. */
    public static final int SCRATCH = 1 << 20;
}
