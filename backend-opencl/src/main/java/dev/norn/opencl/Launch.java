package dev.norn.opencl;

import dev.norn.device.Accelerator;

/**
 * A kernel with its arguments set, and how many items run it.
 *
 * @param kernel the kernel object, which whoever records the launch releases
 * @param items in all
 * @param groupSize in a group
 */
record Launch(String name, long kernel, long items, long groupSize) implements Accelerator.Command {}
