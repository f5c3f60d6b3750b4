package dev.norn.backend;

/** A plan compiled for a device and bound to its memory. */
public interface Executable extends AutoCloseable {

    /**
     * Issues one step: all kernels, in order. Allocates nothing and copies nothing between host and device. May return
     * before the device is done; {@link Buffer#read} and {@link Backend#synchronize} wait.
     */
    void run();

    /** Gives back what the executable itself holds; bound buffers stay. */
    @Override
    void close();
}
