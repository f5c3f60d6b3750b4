package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.CL_DEVICE_EXTENSIONS;
import static org.lwjgl.opencl.CL10.CL_DEVICE_GLOBAL_MEM_SIZE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_COMPUTE_UNITS;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_MEM_ALLOC_SIZE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_WORK_GROUP_SIZE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_NAME;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE_ACCELERATOR;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE_ALL;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE_GPU;
import static org.lwjgl.opencl.CL10.CL_DEVICE_VERSION;
import static org.lwjgl.opencl.CL10.CL_DRIVER_VERSION;
import static org.lwjgl.opencl.CL10.CL_PLATFORM_NAME;
import static org.lwjgl.opencl.CL10.clGetDeviceIDs;
import static org.lwjgl.opencl.CL10.clGetDeviceInfo;
import static org.lwjgl.opencl.CL10.clGetPlatformIDs;
import static org.lwjgl.opencl.CL10.clGetPlatformInfo;
import static org.lwjgl.opencl.KHRCommandBuffer.CL_DEVICE_COMMAND_BUFFER_CAPABILITIES_KHR;
import static org.lwjgl.opencl.CL11.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** One OpenCL device, as it describes itself. */
record Device(long platform, long id, String platformName, String name, String version, String driver, boolean isGpu,
        String extensions, int units, long memory, long largestAllocation, int largestGroup, int vectorBytes) {

    /** All devices of all platforms; GPUs first, else in the platforms' order. */
    static List<Device> all() {
        List<Device> devices = new ArrayList<>();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            int[] count = new int[1];
            int code = clGetPlatformIDs(null, count);
            // -1001: the loader found no platform, which is no error here.
            if (code == -1001 || count[0] == 0) {
                return devices;
            }
            Errors.check("clGetPlatformIDs", code);
            PointerBuffer platforms = stack.mallocPointer(count[0]);
            Errors.check("clGetPlatformIDs", clGetPlatformIDs(platforms, (int[]) null));
            for (int p = 0; p < platforms.capacity(); p++) {
                int found = clGetDeviceIDs(platforms.get(p), CL_DEVICE_TYPE_ALL, null, count);
                if (found != 0 || count[0] == 0) {
                    continue;
                }
                PointerBuffer ids = stack.mallocPointer(count[0]);
                Errors.check("clGetDeviceIDs", clGetDeviceIDs(platforms.get(p), CL_DEVICE_TYPE_ALL, ids, (int[]) null));
                for (int d = 0; d < ids.capacity(); d++) {
                    devices.add(of(platforms.get(p), ids.get(d)));
                }
            }
        }
        devices.sort((a, b) -> Boolean.compare(b.isGpu, a.isGpu));
        return devices;
    }

    private static Device of(long platform, long id) {
        long type = number(id, CL_DEVICE_TYPE);
        return new Device(platform, id, platformText(platform), text(id, CL_DEVICE_NAME), text(id, CL_DEVICE_VERSION),
                text(id, CL_DRIVER_VERSION), (type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR)) != 0,
                text(id, CL_DEVICE_EXTENSIONS), (int) number(id, CL_DEVICE_MAX_COMPUTE_UNITS),
                number(id, CL_DEVICE_GLOBAL_MEM_SIZE), number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                (int) number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE),
                (int) Math.min(16, number(id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT)) * Float.BYTES);
    }

    /** Whether the device has an extension. */
    boolean has(String extension) {
        return List.of(extensions.split(" +")).contains(extension);
    }

    /**
     * Whether a command buffer can be issued again before its last run has ended. Without that a step would have to wait for
     * the one before. (Version 0.9.0 of {@code cl_khr_command_buffer}; LWJGL has no name for the bit.)
     */
    boolean replaysCommandBuffers() {
        return has("cl_khr_command_buffer") && (number(id, CL_DEVICE_COMMAND_BUFFER_CAPABILITIES_KHR) & 4) != 0;
    }

    /** For people: the platform, its version, units and memory. */
    String details() {
        return String.format(Locale.ROOT, "%s, %s, driver %s; %d compute units, %.1f GiB%s",
                platformName, version.trim(), driver, units, memory / (double) (1 << 30),
                has("cl_khr_fp64") ? ", float64" : ", no float64");
    }

    private static String text(long device, int what) {
        PointerBuffer size = MemoryUtil.memAllocPointer(1);
        Errors.check("clGetDeviceInfo", clGetDeviceInfo(device, what, (ByteBuffer) null, size));
        ByteBuffer bytes = MemoryUtil.memAlloc((int) size.get(0));
        try {
            Errors.check("clGetDeviceInfo", clGetDeviceInfo(device, what, bytes, null));
            return string(bytes);
        } finally {
            MemoryUtil.memFree(size);
            MemoryUtil.memFree(bytes);
        }
    }

    private static String platformText(long platform) {
        PointerBuffer size = MemoryUtil.memAllocPointer(1);
        Errors.check("clGetPlatformInfo", clGetPlatformInfo(platform, CL_PLATFORM_NAME, (ByteBuffer) null, size));
        ByteBuffer bytes = MemoryUtil.memAlloc((int) size.get(0));
        try {
            Errors.check("clGetPlatformInfo", clGetPlatformInfo(platform, CL_PLATFORM_NAME, bytes, null));
            return string(bytes);
        } finally {
            MemoryUtil.memFree(size);
            MemoryUtil.memFree(bytes);
        }
    }

    private static String string(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return new String(copy, StandardCharsets.UTF_8).replace("\0", "").trim();
    }

    private static long number(long device, int what) {
        // Room for any integer type; little-endian, so a short one fills the low bytes.
        ByteBuffer bytes = MemoryUtil.memCalloc(8);
        try {
            Errors.check("clGetDeviceInfo", clGetDeviceInfo(device, what, bytes, null));
            return bytes.getLong(0);
        } finally {
            MemoryUtil.memFree(bytes);
        }
    }
}
