package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.CL_MEM_READ_WRITE;
import static org.lwjgl.opencl.CL10.CL_PROGRAM_BUILD_LOG;
import static org.lwjgl.opencl.CL10.clBuildProgram;
import static org.lwjgl.opencl.CL10.clCreateBuffer;
import static org.lwjgl.opencl.CL10.clCreateCommandQueue;
import static org.lwjgl.opencl.CL10.clCreateContext;
import static org.lwjgl.opencl.CL10.clCreateKernel;
import static org.lwjgl.opencl.CL10.clCreateProgramWithSource;
import static org.lwjgl.opencl.CL10.clEnqueueReadBuffer;
import static org.lwjgl.opencl.CL10.clEnqueueWriteBuffer;
import static org.lwjgl.opencl.CL10.clFinish;
import static org.lwjgl.opencl.CL10.clGetProgramBuildInfo;
import static org.lwjgl.opencl.CL10.clReleaseCommandQueue;
import static org.lwjgl.opencl.CL10.clReleaseContext;
import static org.lwjgl.opencl.CL10.clReleaseKernel;
import static org.lwjgl.opencl.CL10.clReleaseMemObject;
import static org.lwjgl.opencl.CL10.clReleaseProgram;
import static org.lwjgl.opencl.CL10.clSetKernelArg1p;
import static org.lwjgl.opencl.CL10.nclEnqueueNDRangeKernel;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.DeviceInfo;
import dev.norn.device.Accelerator;
import dev.norn.device.DiskCache;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lwjgl.BufferUtils;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** One OpenCL device, with a context and an in-order queue. */
final class OpenClAccelerator implements Accelerator {

    /** Elements that may be read after the last of a buffer. */
    private static final int PADDING = 64;

    private final Device device;
    private final BackendOptions options;
    private final long context;
    private final long queue;
    private final Products products;
    private final IntBuffer code = BufferUtils.createIntBuffer(1);
    private long allocated;

    private record ClMemory(long handle, DType dtype, long bytes) implements Memory {}

    private record ClFunction(long program, long kernel, String name) implements Function {}

    private record ClLaunch(ClFunction function, long global, long local) implements Command {}

    OpenClAccelerator(Device device, BackendOptions options) {
        this.device = device;
        this.options = options;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer properties = stack.pointers(0x1084 /* CL_CONTEXT_PLATFORM */, device.platform(), 0);
            context = clCreateContext(properties, stack.pointers(device.id()), null, 0, code);
        }
        Errors.check("clCreateContext", code.get(0));
        queue = clCreateCommandQueue(context, device.id(), 0, code);
        Errors.check("clCreateCommandQueue", code.get(0));
        products = new Products(device, options.tune()
                ? new Tuner(this, device.name() + "\n" + device.details(), DiskCache.open()) : null);
    }

    @Override
    public DeviceInfo info() {
        return new DeviceInfo("opencl", device.name(), device.details());
    }

    @Override
    public String lacks(DType dtype) {
        return dtype == DType.F64 && !device.has("cl_khr_fp64")
                ? "the OpenCL device " + device.name() + " has no float64 (cl_khr_fp64); use F32, or another device" : null;
    }

    @Override
    public int groupSize() {
        // A processor runs the items of a group in one thread: fewer of them leave more groups to share out.
        return Math.min(Integer.highestOneBit(device.largestGroup()), device.isGpu() ? 256 : 64);
    }

    @Override
    public Memory allocate(DType dtype, int size) {
        long bytes = (size + (long) PADDING) * dtype.bytes();
        long handle = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, code);
        if (code.get(0) != 0) {
            throw new BackendException(String.format(Locale.ROOT,
                    "OpenCL: cannot allocate %.1f MiB on %s: %s (%.1f MiB in use, the device has %.1f MiB, at most %.1f MiB a buffer)",
                    mib(bytes), device.name(), Errors.name(code.get(0)), mib(allocated), mib(device.memory()),
                    mib(device.largestAllocation())));
        }
        allocated += bytes;
        ClMemory memory = new ClMemory(handle, dtype, bytes);
        ByteBuffer zeros = MemoryUtil.memCalloc((int) Math.min(bytes, 1 << 20));
        try {
            for (long at = 0; at < bytes; at += zeros.capacity()) {
                ByteBuffer part = zeros.slice(0, (int) Math.min(zeros.capacity(), bytes - at));
                Errors.check("clEnqueueWriteBuffer", clEnqueueWriteBuffer(queue, handle, true, at, part, null, null));
            }
        } finally {
            MemoryUtil.memFree(zeros);
        }
        return memory;
    }

    private static double mib(long bytes) {
        return bytes / (double) (1 << 20);
    }

    @Override
    public void free(Memory memory) {
        ClMemory m = (ClMemory) memory;
        allocated -= m.bytes;
        Errors.check("clReleaseMemObject", clReleaseMemObject(m.handle));
    }

    @Override
    public void write(Memory memory, int offset, Object source, int sourceOffset, int count) {
        if (count == 0) {
            return;
        }
        ClMemory m = (ClMemory) memory;
        ByteBuffer bytes = MemoryUtil.memAlloc(count * m.dtype.bytes());
        try {
            switch (m.dtype) {
                case F32 -> bytes.asFloatBuffer().put((float[]) source, sourceOffset, count);
                case F64 -> bytes.asDoubleBuffer().put((double[]) source, sourceOffset, count);
                case I32 -> bytes.asIntBuffer().put((int[]) source, sourceOffset, count);
            }
            Errors.check("clEnqueueWriteBuffer",
                    clEnqueueWriteBuffer(queue, m.handle, true, (long) offset * m.dtype.bytes(), bytes, null, null));
        } finally {
            MemoryUtil.memFree(bytes);
        }
    }

    @Override
    public void read(Memory memory, int offset, Object target, int targetOffset, int count) {
        if (count == 0) {
            return;
        }
        ClMemory m = (ClMemory) memory;
        ByteBuffer bytes = MemoryUtil.memAlloc(count * m.dtype.bytes());
        try {
            Errors.check("clEnqueueReadBuffer",
                    clEnqueueReadBuffer(queue, m.handle, true, (long) offset * m.dtype.bytes(), bytes, null, null));
            switch (m.dtype) {
                case F32 -> bytes.asFloatBuffer().get((float[]) target, targetOffset, count);
                case F64 -> bytes.asDoubleBuffer().get((double[]) target, targetOffset, count);
                case I32 -> bytes.asIntBuffer().get((int[]) target, targetOffset, count);
            }
        } finally {
            MemoryUtil.memFree(bytes);
        }
    }

    @Override
    public List<Function> compile(String text, List<String> names) {
        long program = clCreateProgramWithSource(context, text, code);
        Errors.check("clCreateProgramWithSource", code.get(0));
        int built = clBuildProgram(program, device.id(), "-cl-std=CL1.2 -w", null, 0);
        if (built != 0) {
            String log = buildLog(program);
            clReleaseProgram(program);
            throw new BackendException("OpenCL: a program does not build on " + device.name() + ": " + Errors.name(built)
                    + "\n" + log);
        }
        List<Function> functions = new ArrayList<>();
        for (String name : names) {
            long kernel = clCreateKernel(program, name, code);
            Errors.check("clCreateKernel of " + name, code.get(0));
            functions.add(new ClFunction(program, kernel, name));
        }
        // The kernels keep the program alive.
        Errors.check("clReleaseProgram", clReleaseProgram(program));
        return functions;
    }

    private String buildLog(long program) {
        PointerBuffer size = MemoryUtil.memAllocPointer(1);
        clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, (ByteBuffer) null, size);
        ByteBuffer bytes = MemoryUtil.memAlloc((int) size.get(0));
        try {
            clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, bytes, null);
            return MemoryUtil.memUTF8(bytes);
        } finally {
            MemoryUtil.memFree(size);
            MemoryUtil.memFree(bytes);
        }
    }

    @Override
    public List<Source> renderProduct(Renderer renderer, String name, Kernel.MatMul product) {
        return products.render(renderer, name, product);
    }

    @Override
    public Command launch(Function function, Source source, List<Memory> arguments) {
        ClFunction f = (ClFunction) function;
        for (int i = 0; i < arguments.size(); i++) {
            Errors.check("clSetKernelArg " + i + " of " + f.name,
                    clSetKernelArg1p(f.kernel, i, ((ClMemory) arguments.get(i)).handle));
        }
        return new ClLaunch(f, (long) source.groups() * source.groupSize(), source.groupSize());
    }

    @Override
    public Recording record(List<Command> commands) {
        // Sizes in native memory once, so that a replay makes nothing.
        PointerBuffer sizes = MemoryUtil.memAllocPointer(Math.max(1, 2 * commands.size()));
        ClLaunch[] launches = commands.toArray(ClLaunch[]::new);
        for (int i = 0; i < launches.length; i++) {
            sizes.put(2 * i, launches[i].global).put(2 * i + 1, launches[i].local);
        }
        return new Recording() {
            @Override
            public void replay() {
                for (int i = 0; i < launches.length; i++) {
                    int result = nclEnqueueNDRangeKernel(queue, launches[i].function.kernel, 1, 0L,
                            sizes.address(2 * i), sizes.address(2 * i + 1), 0, 0L, 0L);
                    if (result != 0) {
                        Errors.check("clEnqueueNDRangeKernel of " + launches[i].function.name, result);
                    }
                }
                // Lets the device begin; does not wait.
                org.lwjgl.opencl.CL10.clFlush(queue);
            }

            @Override
            public void close() {
                for (ClLaunch launch : launches) {
                    clReleaseKernel(launch.function.kernel);
                }
                MemoryUtil.memFree(sizes);
            }
        };
    }

    @Override
    public void synchronize() {
        Errors.check("clFinish", clFinish(queue));
    }

    @Override
    public void close() {
        clFinish(queue);
        clReleaseCommandQueue(queue);
        clReleaseContext(context);
    }
}
