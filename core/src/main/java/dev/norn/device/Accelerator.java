package dev.norn.device;

import dev.norn.backend.BackendException;
import dev.norn.backend.DeviceInfo;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * What a device has to offer to run rendered kernels: memory, a compiler, and a queue in which everything happens in the
 * order it was issued. Errors are {@link BackendException}s that name the call, the code and what to do. Used by one thread
 * at a time.
 */
public interface Accelerator extends AutoCloseable {

    /** Memory on the device; what it is, the accelerator knows. */
    interface Memory {}

    /** A function on the device; what it is, the accelerator knows. */
    interface Function {}

    /** One thing that a step does. */
    interface Command {}

    /** A step's commands, ready to be issued any number of times. */
    interface Recording extends AutoCloseable {
        /** Issues the commands. Allocates nothing and does not wait. */
        void replay();

        @Override
        void close();
    }

    /** What it is. */
    DeviceInfo info();

    /** Why it cannot compute with a type, in one line, or null if it can. */
    String lacks(DType dtype);

    /** The items of a group in rendered kernels: a power of two. */
    int groupSize();

    /** New memory, all zeros; with a few elements of padding that kernels may read. */
    Memory allocate(DType dtype, int size);

    /** Gives memory back. */
    void free(Memory memory);

    /** Copies from a Java array of the memory's type; when it returns the array may change. */
    void write(Memory memory, int offset, Object source, int sourceOffset, int count);

    /** Waits for all that was issued before, and copies to a Java array of the memory's type. */
    void read(Memory memory, int offset, Object target, int targetOffset, int count);

    /**
     * Compiles kernels.
     *
     * @param text a whole program in the C dialect, prelude included
     * @param names the kernels' names
     * @return a function for each
     */
    List<Function> compile(String text, List<String> names);

    /** Gives a function back; recordings that use it go on. */
    void release(Function function);

    /**
     * How this device multiplies matrices: kernels rendered for it, with the body computed at each element of the product, or
     * a call of its library and what is left to do after it.
     */
    List<? extends Work> renderProduct(Renderer renderer, String name, Kernel.MatMul product);

    /** A launch of a function on some memory. */
    Command launch(Function function, Source source, List<Memory> arguments);

    /** A product by the device's library; only for those that {@link #renderProduct} made. */
    default Command multiply(LibraryProduct product, Memory a, Memory b, Memory c) {
        throw new UnsupportedOperationException("this device has no library for products");
    }

    /** Makes a recording of commands, to be issued in order. */
    Recording record(List<Command> commands);

    /** Waits until everything issued has been done. */
    void synchronize();

    @Override
    void close();
}
