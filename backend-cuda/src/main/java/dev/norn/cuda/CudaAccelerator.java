package dev.norn.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.DeviceInfo;
import dev.norn.device.Accelerator;
import dev.norn.device.DiskCache;
import dev.norn.device.LibraryProduct;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.device.Staging;
import dev.norn.device.Work;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/** One GPU: its primary context and one stream, on which everything happens in order. */
final class CudaAccelerator implements Accelerator {

    /** Elements that may be read after the last of a buffer. */
    private static final int PADDING = 64;

    /** Bytes that are copied at a time between Java arrays and the device, through pinned memory. */
    private static final int STAGING = 4 << 20;

    private static final int GROUP = 256;

    private final Gpu gpu;
    private final CudaLibraries libraries;
    private final BackendOptions options;
    private final Calls calls = new Calls();
    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();
    private final Pointer pinned = new Pointer();
    private final Staging staging;
    private final Programs programs;
    private Blas blas;
    private CUdeviceptr workspace;
    private long allocated;

    private record CudaMemory(CUdeviceptr pointer, DType dtype, long bytes) implements Memory {}

    /** A loaded program; the last of its functions unloads it. */
    private static final class Module {
        private final CUmodule handle = new CUmodule();
        private int users;
    }

    private record CudaFunction(Module module, CUfunction handle, String name) implements Function {}

    CudaAccelerator(Gpu gpu, CudaLibraries libraries, BackendOptions options, DiskCache cache) {
        this.gpu = gpu;
        this.libraries = libraries;
        this.options = options;
        calls.driver("cuDeviceGet", cuDeviceGet(device, gpu.index()));
        calls.driver("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(context, device));
        bind();
        calls.driver("cuStreamCreate", cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        calls.driver("cuMemAllocHost", cuMemAllocHost(pinned, STAGING));
        staging = new Staging(pinned.getByteBuffer(0, STAGING).order(ByteOrder.nativeOrder()));
        programs = new Programs(calls, cache, gpu, libraries);
    }

    /**
     * Makes the context current to the calling thread, and throws if it is lost. Each time: another GPU's backend, or another
     * library, may have made its own current since.
     */
    private void bind() {
        calls.checkUsable();
        calls.driver("cuCtxSetCurrent", cuCtxSetCurrent(context));
    }

    @Override
    public DeviceInfo info() {
        return new DeviceInfo("cuda", gpu.name(), String.format(Locale.ROOT, "compute capability %d.%d, %.1f GiB; %s%s",
                gpu.major(), gpu.minor(), gpu.memory() / (double) (1 << 30), libraries.describe(),
                options.tf32() ? "; products in TF32" : ""));
    }

    @Override
    public String lacks(DType dtype) {
        return null;
    }

    @Override
    public int groupSize() {
        return GROUP;
    }

    /** Bytes of device memory in use by buffers. */
    long allocated() {
        return allocated;
    }

    @Override
    public Memory allocate(DType dtype, int size) {
        bind();
        long bytes = (size + (long) PADDING) * dtype.bytes();
        CUdeviceptr pointer = memory(bytes);
        calls.driver("cuMemsetD8Async", cuMemsetD8Async(pointer, (byte) 0, bytes, stream));
        allocated += bytes;
        return new CudaMemory(pointer, dtype, bytes);
    }

    private CUdeviceptr memory(long bytes) {
        CUdeviceptr pointer = new CUdeviceptr();
        int code = cuMemAlloc(pointer, bytes);
        if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            long[] free = new long[1];
            long[] total = new long[1];
            cuMemGetInfo(free, total);
            throw new BackendException(String.format(Locale.ROOT,
                    "CUDA: cannot allocate %.1f MiB on %s: %.1f MiB of %.1f MiB are free, and this backend holds %.1f MiB",
                    mib(bytes), gpu.name(), mib(free[0]), mib(total[0]), mib(allocated)));
        }
        calls.driver("cuMemAlloc", code);
        return pointer;
    }

    private static double mib(long bytes) {
        return bytes / (double) (1 << 20);
    }

    @Override
    public void free(Memory memory) {
        CudaMemory m = (CudaMemory) memory;
        allocated -= m.bytes;
        if (!calls.isLost()) {
            bind();
            // Waits until nothing uses it.
            calls.driver("cuMemFree", cuMemFree(m.pointer));
        }
    }

    @Override
    public void write(Memory memory, int offset, Object source, int sourceOffset, int count) {
        bind();
        CudaMemory m = (CudaMemory) memory;
        staging.write(m.dtype, source, sourceOffset, count, (first, part) -> {
            calls.driver("cuMemcpyHtoDAsync",
                    cuMemcpyHtoDAsync(at(m, offset + (long) first), pinned, (long) part * m.dtype.bytes(), stream));
            // The next part goes through the same memory.
            synchronize();
        });
    }

    @Override
    public void read(Memory memory, int offset, Object target, int targetOffset, int count) {
        bind();
        CudaMemory m = (CudaMemory) memory;
        staging.read(m.dtype, target, targetOffset, count, (first, part) -> {
            calls.driver("cuMemcpyDtoHAsync",
                    cuMemcpyDtoHAsync(pinned, at(m, offset + (long) first), (long) part * m.dtype.bytes(), stream));
            synchronize();
        });
    }

    /** The address of an element. */
    private static CUdeviceptr at(CudaMemory memory, long element) {
        return memory.pointer.withByteOffset(element * memory.dtype.bytes());
    }

    @Override
    public List<Function> compile(String text, List<String> names) {
        bind();
        Module module = new Module();
        byte[] kept = programs.kept(text);
        // What is kept may be another driver's or damaged, for all that is known; then it is made anew.
        if (kept == null || cuModuleLoadData(module.handle, kept) != CUresult.CUDA_SUCCESS) {
            calls.driver("cuModuleLoadData", cuModuleLoadData(module.handle, programs.build(text)));
        }
        List<Function> functions = new ArrayList<>();
        for (String name : names) {
            CUfunction function = new CUfunction();
            calls.driver("cuModuleGetFunction of " + name, cuModuleGetFunction(function, module.handle, name));
            functions.add(new CudaFunction(module, function, name));
            module.users++;
        }
        return functions;
    }

    @Override
    public void release(Function function) {
        Module module = ((CudaFunction) function).module;
        if (--module.users == 0 && !calls.isLost()) {
            bind();
            calls.driver("cuModuleUnload", cuModuleUnload(module.handle));
        }
    }

    @Override
    public List<Work> renderProduct(Renderer renderer, String name, Kernel.MatMul product) {
        return Products.render(renderer, name, product);
    }

    @Override
    public Command launch(Function function, Source source, List<Memory> arguments) {
        CudaFunction f = (CudaFunction) function;
        Pointer[] pointers = arguments.stream().map(m -> Pointer.to(((CudaMemory) m).pointer)).toArray(Pointer[]::new);
        Pointer packed = Pointer.to(pointers);
        String call = "cuLaunchKernel of " + f.name;
        return (GraphRecording.Command) () -> calls.driver(call, cuLaunchKernel(f.handle, source.groups(), 1, 1,
                source.groupSize(), 1, 1, 0, stream, packed, null));
    }

    @Override
    public Command multiply(LibraryProduct product, Memory a, Memory b, Memory c) {
        bind();
        if (workspace == null) {
            workspace = memory(Blas.WORKSPACE);
        }
        if (blas == null) {
            blas = new Blas(calls, stream, workspace, options.tf32());
        }
        CUdeviceptr pa = at((CudaMemory) a, product.a().offset());
        CUdeviceptr pb = at((CudaMemory) b, product.b().offset());
        CUdeviceptr pc = at((CudaMemory) c, product.c().offset());
        Blas library = blas;
        return (GraphRecording.Command) () -> library.multiply(product, pa, pb, pc);
    }

    @Override
    public Recording record(List<Command> commands) {
        return new GraphRecording(calls, this::bind, stream, commands, options.graphs());
    }

    @Override
    public void synchronize() {
        bind();
        calls.driver("cuStreamSynchronize", cuStreamSynchronize(stream));
    }

    @Override
    public void close() {
        if (calls.isLost()) {
            // What made it so has been said; this call says it again, or succeeds.
            cuDevicePrimaryCtxRelease(device);
            return;
        }
        bind();
        calls.driver("cuStreamSynchronize", cuStreamSynchronize(stream));
        if (blas != null) {
            blas.close();
        }
        if (workspace != null) {
            calls.driver("cuMemFree", cuMemFree(workspace));
        }
        calls.driver("cuMemFreeHost", cuMemFreeHost(pinned));
        calls.driver("cuStreamDestroy", cuStreamDestroy(stream));
        calls.driver("cuDevicePrimaryCtxRelease", cuDevicePrimaryCtxRelease(device));
    }
}
