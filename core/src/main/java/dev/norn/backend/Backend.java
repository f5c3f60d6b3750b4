package dev.norn.backend;

import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.List;

/**
 * A device that runs plans: all that a new kind of hardware has to supply, with {@link Buffer} and {@link Executable}.
 *
 * <p><b>Threads.</b> A backend, its buffers and its executables are used by one thread at a time, not necessarily the same
 * one; several backends may be used side by side. <b>Order.</b> Runs, writes and reads take effect in the order of the
 * calls. <b>Lifetime.</b> Closing a backend gives back everything it made; closing twice does nothing; any other use after
 * that throws {@link IllegalStateException} and says so. <b>Errors.</b> {@link BackendException}, with one line that says
 * what failed and what to do. <b>Aliasing.</b> See {@link dev.norn.schedule.Kernel}.
 */
public interface Backend extends AutoCloseable {

    /** What it runs on. */
    DeviceInfo device();

    /**
     * Whether values of a type can be computed with.
     *
     * @return null if so, else the reason why not, in one line
     */
    default String lacks(DType dtype) {
        return null;
    }

    /** New memory, all zeros. */
    Buffer allocate(DType dtype, int size);

    /**
     * Memory with the elements of {@code value}, which nobody writes, neither a plan nor {@link Buffer#write}; nor does anybody
     * change {@code value} while the buffer is open. So a backend whose memory is the host's may use the array itself.
     */
    default Buffer constant(NdArray value) {
        Buffer buffer = allocate(value.dtype(), value.size());
        buffer.write(value.data(), 0, 0, value.size());
        return buffer;
    }

    /**
     * Compiles a plan.
     *
     * @param plan what to run
     * @param buffers for each of {@link Plan#buffers()} the memory to use, made by this backend and of at least the size;
     *        null for arenas, which the executable allocates itself
     */
    Executable compile(Plan plan, List<Buffer> buffers);

    /** Waits until everything issued has been done. */
    void synchronize();

    @Override
    void close();
}
