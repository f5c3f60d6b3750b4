package dev.norn.device;

import dev.norn.tensor.DType;
import java.nio.ByteBuffer;

/** Between Java arrays and the memory that a device copies from and to, a part at a time. */
public final class Staging {

    /** Does something with a part that lies in the buffer. */
    @FunctionalInterface
    public interface Part {
        /**
         * @param first the part's first element, counted from the first of all
         * @param count its elements
         */
        void copy(int first, int count);
    }

    private final ByteBuffer buffer;

    /** @param buffer native memory in native byte order; at least one element long */
    public Staging(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Takes elements of an array through the buffer: puts each part there, and then has it copied to the device. */
    public void write(DType dtype, Object source, int offset, int count, Part toDevice) {
        for (int done = 0, part; done < count; done += part) {
            part = Math.min(count - done, buffer.capacity() / dtype.bytes());
            switch (dtype) {
                case F32 -> buffer.asFloatBuffer().put((float[]) source, offset + done, part);
                case F64 -> buffer.asDoubleBuffer().put((double[]) source, offset + done, part);
                case I32 -> buffer.asIntBuffer().put((int[]) source, offset + done, part);
                case UNORM8 -> buffer.duplicate().put((byte[]) source, offset + done, part);
            }
            toDevice.copy(done, part);
        }
    }

    /** Brings elements of an array through the buffer: has each part copied there from the device, and then takes it. */
    public void read(DType dtype, Object target, int offset, int count, Part fromDevice) {
        for (int done = 0, part; done < count; done += part) {
            part = Math.min(count - done, buffer.capacity() / dtype.bytes());
            fromDevice.copy(done, part);
            switch (dtype) {
                case F32 -> buffer.asFloatBuffer().get((float[]) target, offset + done, part);
                case F64 -> buffer.asDoubleBuffer().get((double[]) target, offset + done, part);
                case I32 -> buffer.asIntBuffer().get((int[]) target, offset + done, part);
                case UNORM8 -> buffer.duplicate().get((byte[]) target, offset + done, part);
            }
        }
    }
}
