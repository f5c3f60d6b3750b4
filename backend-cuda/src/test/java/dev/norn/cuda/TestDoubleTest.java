package dev.norn.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuGetErrorName;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;
import static jcuda.jcublas.JCublas2.cublasSgemm;
import static jcuda.nvrtc.JNvrtc.nvrtcCompileProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcCreateProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcDestroyProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcGetCUBIN;
import static jcuda.nvrtc.JNvrtc.nvrtcGetCUBINSize;
import static jcuda.nvrtc.JNvrtc.nvrtcGetNumSupportedArchs;
import static jcuda.nvrtc.JNvrtc.nvrtcGetPTX;
import static jcuda.nvrtc.JNvrtc.nvrtcGetPTXSize;
import static jcuda.nvrtc.JNvrtc.nvrtcGetProgramLog;
import static jcuda.nvrtc.JNvrtc.nvrtcGetProgramLogSize;
import static jcuda.nvrtc.JNvrtc.nvrtcGetSupportedArchs;
import static jcuda.nvrtc.JNvrtc.nvrtcVersion;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The double of the driver, by itself and through JCuda's own natives. */
class TestDoubleTest {

    private static final String PROGRAM = """
            extern "C" __global__ void scale(float *x, float factor, int n) {
                const int i = blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) x[i] = x[i] * factor;
            }
            extern "C" __global__ void sum(float *result, float *x, int n) {
                __shared__ float part[64];
                float s = 0;
                for (int i = threadIdx.x; i < n; i += blockDim.x) s += x[i];
                part[threadIdx.x] = s;
                __syncthreads();
                for (int span = blockDim.x / 2; span > 0; span /= 2) {
                    if (threadIdx.x < span) part[threadIdx.x] += part[threadIdx.x + span];
                    __syncthreads();
                }
                if (threadIdx.x == 0) *result = part[0];
            }
            """;

    private final CUdevice device = new CUdevice();
    private final CUstream stream = new CUstream();
    private final CUmodule module = new CUmodule();

    @BeforeAll
    static void loadDouble() {
        String missing = TestDouble.missing();
        assumeTrue(missing == null, missing);
        TestDouble.load();
        JCudaDriver.setExceptionsEnabled(false);
    }

    @BeforeEach
    void open() {
        ok(cuInit(0));
        ok(cuDeviceGet(device, 0));
        CUcontext context = new CUcontext();
        ok(cuDevicePrimaryCtxRetain(context, device));
        ok(cuCtxSetCurrent(context));
        ok(cuStreamCreate(stream, 1));
    }

    @AfterEach
    void close() {
        cuDevicePrimaryCtxRelease(device);
    }

    private static void ok(int result) {
        is(CUresult.CUDA_SUCCESS, result);
    }

    private static void is(int expected, int result) {
        assertEquals(CUresult.stringFor(expected), CUresult.stringFor(result));
    }

    private static CUdeviceptr copyOf(float... values) {
        CUdeviceptr p = new CUdeviceptr();
        ok(cuMemAlloc(p, values.length * 4L));
        ok(cuMemcpyHtoD(p, Pointer.to(values), values.length * 4L));
        return p;
    }

    private static float[] read(CUdeviceptr p, int count) {
        float[] values = new float[count];
        ok(cuMemcpyDtoH(Pointer.to(values), p, count * 4L));
        return values;
    }

    private CUfunction function(String name) {
        if (module.equals(new CUmodule())) {
            ok(cuModuleLoadData(module, compile(PROGRAM, "--gpu-architecture=sm_90")));
        }
        CUfunction f = new CUfunction();
        ok(cuModuleGetFunction(f, module, name));
        return f;
    }

    private static byte[] compile(String text, String... options) {
        nvrtcProgram program = new nvrtcProgram();
        assertEquals(0, nvrtcCreateProgram(program, text, "norn.cu", 0, null, null));
        assertEquals(0, nvrtcCompileProgram(program, options.length, options));
        long[] size = new long[1];
        assertEquals(0, nvrtcGetCUBINSize(program, size));
        byte[] cubin = new byte[(int) size[0]];
        assertEquals(0, nvrtcGetCUBIN(program, cubin));
        assertEquals(0, nvrtcDestroyProgram(program));
        return cubin;
    }

    /** The kernel {@code scale}'s arguments, packed. */
    private static Pointer packed(CUdeviceptr x, float factor, int n, long bytes) {
        ByteBuffer arguments = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
        // A device pointer is written into memory only by JCuda: its value is the text of it.
        arguments.putLong(0, address(x)).putFloat(8, factor).putInt(12, n);
        return Pointer.to(pointer(1), Pointer.to(arguments), pointer(2), Pointer.to(new long[] {bytes}), pointer(0));
    }

    private static long address(CUdeviceptr p) {
        try {
            var method = jcuda.NativePointerObject.class.getDeclaredMethod("getNativePointer");
            method.setAccessible(true);
            return (long) method.invoke(p);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Pointer pointer(long value) {
        return value == 1 ? JCudaDriver.CU_LAUNCH_PARAM_BUFFER_POINTER
                : value == 2 ? JCudaDriver.CU_LAUNCH_PARAM_BUFFER_SIZE : JCudaDriver.CU_LAUNCH_PARAM_END;
    }

    @Test
    void itsOwnTestPasses() {
        String said = TestDouble.run(List.of(TestDouble.build().resolve("selftest").toString()));
        assertTrue(said.contains("all tests passed"), said);
    }

    @Test
    void saysWhatItIs() {
        byte[] name = new byte[64];
        ok(cuDeviceGetName(name, name.length, device));
        assertEquals("CUDA test double", new String(name, java.nio.charset.StandardCharsets.US_ASCII).trim());
        int[] value = new int[1];
        ok(cuDeviceGetCount(value));
        assertEquals(1, value[0]);
        ok(cuDriverGetVersion(value));
        assertEquals(12060, value[0]);
        ok(cuDeviceGetAttribute(value, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device));
        assertEquals(9, value[0]);
        long[] bytes = new long[1];
        long[] total = new long[1];
        ok(cuDeviceTotalMem(bytes, device));
        ok(cuMemGetInfo(new long[1], total));
        assertEquals(bytes[0], total[0]);
        int[] minor = new int[1];
        assertEquals(0, nvrtcVersion(value, minor));
        assertEquals("12.6", value[0] + "." + minor[0]);
        assertEquals(0, nvrtcGetNumSupportedArchs(value));
        int[] archs = new int[value[0]];
        assertEquals(0, nvrtcGetSupportedArchs(archs));
        assertEquals(90, archs[archs.length - 1]);
        String[] text = new String[1];
        ok(cuGetErrorName(700, text));
        assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", text[0]);
    }

    @Test
    void launchesKernels() {
        CUdeviceptr x = copyOf(1, 2, 3, 4, 5);
        CUdeviceptr y = copyOf(0);
        ok(cuLaunchKernel(function("scale"), 1, 1, 1, 64, 1, 1, 0, stream,
                Pointer.to(Pointer.to(x), Pointer.to(new float[] {2}), Pointer.to(new int[] {5})), null));
        assertArrayEquals(new float[] {2, 4, 6, 8, 10}, read(x, 5));
        ok(cuLaunchKernel(function("sum"), 1, 1, 1, 64, 1, 1, 0, stream,
                Pointer.to(Pointer.to(y), Pointer.to(x), Pointer.to(new int[] {5})), null));
        assertArrayEquals(new float[] {30}, read(y, 1));
        long before = TestDouble.count(TestDouble.Counter.BYTES);
        ok(cuMemFree(y));
        assertEquals(before - 4, TestDouble.count(TestDouble.Counter.BYTES));
        ok(cuModuleUnload(module));
    }

    @Test
    void launchesKernelsWithPackedArguments() {
        CUdeviceptr x = copyOf(1, 2, 3, 4, 5);
        ok(cuLaunchKernel(function("scale"), 5, 1, 1, 1, 1, 1, 0, stream, null, packed(x, 3, 5, 16)));
        assertArrayEquals(new float[] {3, 6, 9, 12, 15}, read(x, 5));
        is(CUresult.CUDA_ERROR_INVALID_VALUE,
                cuLaunchKernel(function("scale"), 5, 1, 1, 1, 1, 1, 0, stream, null, packed(x, 3, 5, 24)));
    }

    @Test
    void capturesAndReplays() {
        CUdeviceptr x = copyOf(1, 2, 3, 4);
        CUdeviceptr y = copyOf(0, 0, 0, 0);
        CUfunction scale = function("scale");
        cublasHandle blas = new cublasHandle();
        assertEquals(0, cublasCreate(blas));
        assertEquals(0, cublasSetStream(blas, new jcuda.runtime.cudaStream_t(stream)));
        CUdeviceptr workspace = new CUdeviceptr();
        ok(cuMemAlloc(workspace, 4096));
        assertEquals(0, cublasSetWorkspace(blas, workspace, 4096));
        ok(cuStreamBeginCapture(stream, 2));
        ok(cuLaunchKernel(scale, 1, 1, 1, 4, 1, 1, 0, stream,
                Pointer.to(Pointer.to(x), Pointer.to(new float[] {2}), Pointer.to(new int[] {4})), null));
        assertEquals(0, cublasSgemm(blas, cublasOperation.CUBLAS_OP_T, cublasOperation.CUBLAS_OP_N, 2, 2, 2,
                Pointer.to(new float[] {1}), x, 2, x, 2, Pointer.to(new float[] {0}), y, 2));
        CUgraph graph = new CUgraph();
        ok(cuStreamEndCapture(stream, graph));
        CUgraphExec exec = new CUgraphExec();
        ok(cuGraphInstantiate(exec, graph, 0));
        ok(cuGraphDestroy(graph));
        assertArrayEquals(new float[4], read(y, 4));
        long allocations = TestDouble.count(TestDouble.Counter.ALLOCATIONS);
        for (int i = 1; i <= 2; i++) {
            ok(cuGraphLaunch(exec, stream));
            ok(cuStreamSynchronize(stream));
            float f = (float) Math.pow(4, i);
            assertArrayEquals(new float[] {5 * f, 11 * f, 11 * f, 25 * f}, read(y, 4));
        }
        assertEquals(allocations, TestDouble.count(TestDouble.Counter.ALLOCATIONS));
        ok(cuGraphExecDestroy(exec));
        assertEquals(0, cublasDestroy(blas));
        ok(cuStreamDestroy(stream));
    }

    @Test
    void whatIsAsynchronousWaits() {
        CUdeviceptr x = copyOf(1, 2, 3, 4);
        Pointer host = new Pointer();
        ok(cuMemAllocHost(host, 16));
        ByteBuffer bytes = host.getByteBuffer(0, 16).order(ByteOrder.nativeOrder());
        bytes.putFloat(0, -1);
        CUevent begun = new CUevent();
        CUevent ended = new CUevent();
        ok(cuEventCreate(begun, 0));
        ok(cuEventCreate(ended, 0));
        ok(cuEventRecord(begun, stream));
        ok(cuMemcpyDtoHAsync(host, x, 16, stream));
        ok(cuMemsetD8Async(x, (byte) 0, 16, stream));
        ok(cuEventRecord(ended, stream));
        assertEquals(-1, bytes.getFloat(0));
        ok(cuEventSynchronize(ended));
        assertEquals(1, bytes.getFloat(0));
        assertArrayEquals(new float[4], read(x, 4));
        float[] ms = new float[1];
        ok(cuEventElapsedTime(ms, begun, ended));
        ok(cuMemFreeHost(host));
    }

    @Test
    void ptxRunsOnLaterArchitectures() {
        nvrtcProgram program = new nvrtcProgram();
        assertEquals(0, nvrtcCreateProgram(program, PROGRAM, "norn.cu", 0, null, null));
        assertEquals(0, nvrtcCompileProgram(program, 1, new String[] {"--gpu-architecture=compute_75"}));
        long[] size = new long[1];
        assertEquals(0, nvrtcGetCUBINSize(program, size));
        assertEquals(0, size[0]);
        assertEquals(0, nvrtcGetPTXSize(program, size));
        String[] ptx = new String[1];
        assertEquals(0, nvrtcGetPTX(program, ptx));
        ok(cuModuleLoadData(module, ptx[0]));
        CUdeviceptr x = copyOf(1);
        ok(cuLaunchKernel(function("scale"), 1, 1, 1, 1, 1, 1, 0, stream,
                Pointer.to(Pointer.to(x), Pointer.to(new float[] {7}), Pointer.to(new int[] {1})), null));
        assertArrayEquals(new float[] {7}, read(x, 1));
        is(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, cuModuleLoadData(module, compile(PROGRAM, "--gpu-architecture=sm_80")));
    }

    @Test
    void errorsOfTheCompilerAreInTheLog() {
        nvrtcProgram program = new nvrtcProgram();
        assertEquals(0, nvrtcCreateProgram(program, "\nextern \"C\" __global__ void k() { oops(); }", "norn.cu", 0, null, null));
        assertEquals(nvrtcResult.NVRTC_ERROR_COMPILATION, nvrtcCompileProgram(program, 0, null));
        assertEquals(0, nvrtcGetProgramLogSize(program, new long[1]));
        String[] log = new String[1];
        assertEquals(0, nvrtcGetProgramLog(program, log));
        assertTrue(log[0].contains("norn.cu:2:") && log[0].contains("oops"), log[0]);
        assertEquals(nvrtcResult.NVRTC_ERROR_INVALID_OPTION, nvrtcCompileProgram(program, 1, new String[] {"--no-such-option"}));
    }

    @Test
    void misuseFails() throws InterruptedException {
        CUdeviceptr x = copyOf(1, 2, 3, 4);
        Pointer arguments = Pointer.to(Pointer.to(x), Pointer.to(new float[] {2}), Pointer.to(new int[] {4}));
        CUfunction scale = function("scale");
        is(CUresult.CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(scale, 0, 1, 1, 4, 1, 1, 0, stream, arguments, null));
        is(CUresult.CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(scale, 1, 1, 1, 1025, 1, 1, 0, stream, arguments, null));
        is(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD(x, Pointer.to(new float[8]), 32));
        ok(cuStreamBeginCapture(stream, 2));
        is(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAlloc(new CUdeviceptr(), 16));
        is(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, new CUgraph()));
        long[] free = new long[1];
        long[] total = new long[1];
        ok(cuMemGetInfo(free, total));
        is(CUresult.CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(new CUdeviceptr(), free[0] + 1));
        int[] elsewhere = new int[1];
        Thread thread = new Thread(() -> elsewhere[0] = cuCtxSynchronize());
        thread.start();
        thread.join();
        is(CUresult.CUDA_ERROR_INVALID_CONTEXT, elsewhere[0]);
        ok(cuMemFree(x));
        is(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemFree(x));
        is(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(Pointer.to(new float[1]), x, 4));
    }

    @Test
    void aFaultStays() {
        CUdeviceptr x = copyOf(1, 2, 3, 4);
        CUfunction scale = function("scale");
        ok(cuLaunchKernel(scale, 100, 1, 1, 1024, 1, 1, 0, stream,
                Pointer.to(Pointer.to(x), Pointer.to(new float[] {2}), Pointer.to(new int[] {1 << 20})), null));
        is(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
        is(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuMemAlloc(new CUdeviceptr(), 16));
        ok(cuDevicePrimaryCtxRelease(device));
        open();
        CUdeviceptr y = copyOf(1);
        TestDouble.failKernel(2);
        CUmodule fresh = new CUmodule();
        ok(cuModuleLoadData(fresh, compile(PROGRAM, "--gpu-architecture=sm_90")));
        ok(cuModuleGetFunction(scale, fresh, "scale"));
        Pointer arguments = Pointer.to(Pointer.to(y), Pointer.to(new float[] {2}), Pointer.to(new int[] {1}));
        ok(cuLaunchKernel(scale, 1, 1, 1, 1, 1, 1, 0, stream, arguments, null));
        ok(cuCtxSynchronize());
        ok(cuLaunchKernel(scale, 1, 1, 1, 1, 1, 1, 0, stream, arguments, null));
        is(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuCtxSynchronize());
    }

    @Test
    void aFreedPointerFaults() {
        CUdeviceptr x = copyOf(1, 2, 3, 4);
        CUfunction scale = function("scale");
        ok(cuMemFree(x));
        ok(cuLaunchKernel(scale, 1, 1, 1, 4, 1, 1, 0, stream,
                Pointer.to(Pointer.to(x), Pointer.to(new float[] {2}), Pointer.to(new int[] {4})), null));
        is(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
        assertEquals(8, Sizeof.POINTER);
    }
}
