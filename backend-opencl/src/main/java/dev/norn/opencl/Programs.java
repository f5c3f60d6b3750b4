package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.CL_PROGRAM_BINARIES;
import static org.lwjgl.opencl.CL10.CL_PROGRAM_BINARY_SIZES;
import static org.lwjgl.opencl.CL10.CL_PROGRAM_BUILD_LOG;
import static org.lwjgl.opencl.CL10.clBuildProgram;
import static org.lwjgl.opencl.CL10.clCreateProgramWithBinary;
import static org.lwjgl.opencl.CL10.clCreateProgramWithSource;
import static org.lwjgl.opencl.CL10.clGetProgramBuildInfo;
import static org.lwjgl.opencl.CL10.clGetProgramInfo;
import static org.lwjgl.opencl.CL10.clReleaseProgram;

import dev.norn.backend.BackendException;
import dev.norn.device.DiskCache;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/**
 * Builds programs for a device, and keeps their binaries on disk. A binary is one driver's for one device; whether it is
 * still good the driver itself decides when it is given it back, and if not the program is built anew.
 */
final class Programs {

    private static final String OPTIONS = "-cl-std=CL1.2 -w";

    private final long context;
    private final Device device;
    private final DiskCache cache;

    Programs(long context, Device device, DiskCache cache) {
        this.context = context;
        this.device = device;
        this.cache = cache;
    }

    /** A built program, which the caller releases. */
    long build(String text) {
        byte[] binary = cache.get(key(text));
        long program = binary == null ? 0 : fromBinary(binary);
        if (program == 0) {
            program = fromSource(text);
            byte[] made = binary(program);
            if (made != null) {
                cache.put(key(text), made);
            }
        }
        return program;
    }

    /** What a binary is kept under. */
    String key(String text) {
        return String.join("\n", "opencl program", version(), device.platformName(), device.version(), device.name(),
                device.driver(), OPTIONS, text);
    }

    /** Norn's. */
    private static String version() {
        return Objects.requireNonNullElse(Programs.class.getPackage().getImplementationVersion(), "development");
    }

    private long fromSource(String text) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer code = stack.mallocInt(1);
            long program = clCreateProgramWithSource(context, text, code);
            Errors.check("clCreateProgramWithSource", code.get(0));
            int built = clBuildProgram(program, device.id(), OPTIONS, null, 0);
            if (built != 0) {
                String log = log(program);
                clReleaseProgram(program);
                throw new BackendException("OpenCL: a program does not build on " + device.name() + ": "
                        + Errors.name(built) + "\n" + log);
            }
            return program;
        }
    }

    /** 0 if the driver does not take it. */
    private long fromBinary(byte[] binary) {
        ByteBuffer bytes = MemoryUtil.memAlloc(binary.length);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            bytes.put(binary).flip();
            IntBuffer status = stack.mallocInt(1);
            IntBuffer code = stack.mallocInt(1);
            long program = clCreateProgramWithBinary(context, stack.pointers(device.id()), bytes, status, code);
            if (program == 0) {
                return 0;
            }
            if (code.get(0) != 0 || status.get(0) != 0 || clBuildProgram(program, device.id(), OPTIONS, null, 0) != 0) {
                clReleaseProgram(program);
                return 0;
            }
            return program;
        } finally {
            MemoryUtil.memFree(bytes);
        }
    }

    /** Null if the driver gives none. */
    private static byte[] binary(long program) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer size = stack.mallocPointer(1);
            if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, size, null) != 0 || size.get(0) == 0) {
                return null;
            }
            ByteBuffer bytes = MemoryUtil.memAlloc(Math.toIntExact(size.get(0)));
            try {
                if (clGetProgramInfo(program, CL_PROGRAM_BINARIES, stack.pointers(bytes), null) != 0) {
                    return null;
                }
                byte[] binary = new byte[bytes.capacity()];
                bytes.get(binary);
                return binary;
            } finally {
                MemoryUtil.memFree(bytes);
            }
        }
    }

    private String log(long program) {
        PointerBuffer size = MemoryUtil.memAllocPointer(1);
        clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, (ByteBuffer) null, size);
        ByteBuffer bytes = MemoryUtil.memAlloc(Math.toIntExact(size.get(0)));
        try {
            clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, bytes, null);
            return MemoryUtil.memUTF8(bytes).replace("\0", "").strip();
        } finally {
            MemoryUtil.memFree(size);
            MemoryUtil.memFree(bytes);
        }
    }
}
