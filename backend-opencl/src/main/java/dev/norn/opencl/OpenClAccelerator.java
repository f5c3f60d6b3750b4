package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.CL_MEM_READ_WRITE;
import static org.lwjgl.opencl.CL10.clCreateBuffer;
import static org.lwjgl.opencl.CL10.clCreateCommandQueue;
import static org.lwjgl.opencl.CL10.clCreateContext;
import static org.lwjgl.opencl.CL10.clCreateKernel;
import static org.lwjgl.opencl.CL10.clFinish;
import static org.lwjgl.opencl.CL10.clReleaseCommandQueue;
import static org.lwjgl.opencl.CL10.clReleaseContext;
import static org.lwjgl.opencl.CL10.clReleaseMemObject;
import static org.lwjgl.opencl.CL10.clReleaseProgram;
import static org.lwjgl.opencl.CL10.clRetainProgram;
import static org.lwjgl.opencl.CL10.clSetKernelArg1p;
import static org.lwjgl.opencl.CL10.nclEnqueueReadBuffer;
import static org.lwjgl.opencl.CL10.nclEnqueueWriteBuffer;
import static org.lwjgl.opencl.CL12.nclEnqueueFillBuffer;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.DeviceInfo;
import dev.norn.device.Accelerator;
import dev.norn.device.DiskCache;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.device.Staging;
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

    /** Bytes that are copied at a time between Java arrays and the device. */
    private static final int STAGING = 4 << 20;

    private final Device device;
    private final BackendOptions options;
    private final long context;
    private final long queue;
    private final Programs programs;
    private final Products products;
    private final IntBuffer code = BufferUtils.createIntBuffer(1);
    private final ByteBuffer staging = MemoryUtil.memAlloc(STAGING);
    private final Staging copies = new Staging(staging);
    private long allocated;

    private record ClMemory(long handle, DType dtype, long bytes) implements Memory {}

    private record ClFunction(long program, String name) implements Function {}

    OpenClAccelerator(Device device, BackendOptions options) {
        this(device, options, DiskCache.open());
    }

    /** @param cache where built programs are kept */
    OpenClAccelerator(Device device, BackendOptions options, DiskCache cache) {
        this.device = device;
        this.options = options;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer properties = stack.pointers(0x1084 /* CL_CONTEXT_PLATFORM */, device.platform(), 0);
            context = clCreateContext(properties, stack.pointers(device.id()), null, 0, code);
        }
        Errors.check("clCreateContext", code.get(0));
        queue = clCreateCommandQueue(context, device.id(), 0, code);
        Errors.check("clCreateCommandQueue", code.get(0));
        programs = new Programs(context, device, cache);
        products = new Products(device, options.tune()
                ? new Tuner(this, device.name() + "\n" + device.details(), cache) : null);
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
        try (MemoryStack stack = MemoryStack.stackPush()) {
            // The pattern is a byte: of bytes there may be any number.
            int filled = nclEnqueueFillBuffer(queue, handle, MemoryUtil.memAddress(stack.calloc(1)), 1, 0, bytes, 0, 0, 0);
            Errors.check("clEnqueueFillBuffer", filled);
        }
        return memory;
    }

    /** Bytes of device memory in use. */
    long allocated() {
        return allocated;
    }

    Programs programs() {
        return programs;
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
        ClMemory m = (ClMemory) memory;
        copies.write(m.dtype, source, sourceOffset, count, (first, part) -> Errors.check("clEnqueueWriteBuffer",
                nclEnqueueWriteBuffer(queue, m.handle, 1, (offset + (long) first) * m.dtype.bytes(),
                        (long) part * m.dtype.bytes(), MemoryUtil.memAddress(staging), 0, 0, 0)));
    }

    @Override
    public void read(Memory memory, int offset, Object target, int targetOffset, int count) {
        ClMemory m = (ClMemory) memory;
        copies.read(m.dtype, target, targetOffset, count, (first, part) -> Errors.check("clEnqueueReadBuffer",
                nclEnqueueReadBuffer(queue, m.handle, 1, (offset + (long) first) * m.dtype.bytes(),
                        (long) part * m.dtype.bytes(), MemoryUtil.memAddress(staging), 0, 0, 0)));
    }

    @Override
    public List<Function> compile(String text, List<String> names) {
        long program = programs.build(text);
        List<Function> functions = new ArrayList<>();
        for (String name : names) {
            Errors.check("clRetainProgram", clRetainProgram(program));
            functions.add(new ClFunction(program, name));
        }
        // The functions keep the program.
        Errors.check("clReleaseProgram", clReleaseProgram(program));
        return functions;
    }

    @Override
    public void release(Function function) {
        Errors.check("clReleaseProgram", clReleaseProgram(((ClFunction) function).program));
    }

    @Override
    public List<Source> renderProduct(Renderer renderer, String name, Kernel.MatMul product) {
        return products.render(renderer, name, product);
    }

    @Override
    public Command launch(Function function, Source source, List<Memory> arguments) {
        ClFunction f = (ClFunction) function;
        // A kernel object holds its arguments, so each launch has its own.
        long kernel = clCreateKernel(f.program, f.name, code);
        Errors.check("clCreateKernel of " + f.name, code.get(0));
        for (int i = 0; i < arguments.size(); i++) {
            Errors.check("clSetKernelArg " + i + " of " + f.name,
                    clSetKernelArg1p(kernel, i, ((ClMemory) arguments.get(i)).handle));
        }
        return new Launch(f.name, kernel, (long) source.groups() * source.groupSize(), source.groupSize());
    }

    @Override
    public Recording record(List<Command> commands) {
        List<Launch> launches = commands.stream().map(Launch.class::cast).toList();
        return options.graphs() && device.replaysCommandBuffers() ? new CommandBuffer(queue, launches) : new Enqueues(queue, launches);
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
        MemoryUtil.memFree(staging);
    }
}
