package dev.norn.backend;

import dev.norn.tensor.DType;

/** Memory on a device. Calls are ordered with the runs of the same backend's executables. */
public interface Buffer extends AutoCloseable {

    /** The type of the elements. */
    DType dtype();

    /** Their number. */
    int size();

    /**
     * Copies host elements into the buffer. On return the host array may be changed.
     *
     * @param source a {@code float[]}, {@code double[]} or {@code int[]}, by {@link #dtype()}
     * @param sourceOffset first element of {@code source}
     * @param offset first element of this buffer
     * @param count how many
     */
    void write(Object source, int sourceOffset, int offset, int count);

    /** Waits for the runs issued before, and copies elements of the buffer to the host. Parameters as of {@link #write}. */
    void read(int offset, Object target, int targetOffset, int count);

    /** Gives the memory back. Executables bound to the buffer must not run afterwards. */
    @Override
    void close();
}
