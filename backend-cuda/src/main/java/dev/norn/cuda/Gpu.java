package dev.norn.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

import dev.norn.backend.BackendException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * A GPU, as the driver describes it.
 *
 * @param memory in bytes
 * @param major of its compute capability
 * @param minor of its compute capability
 */
record Gpu(int index, String name, long memory, int major, int minor) {

    /** All that the driver shows, in its order; it has to be loaded and initialized. */
    static List<Gpu> all() {
        int[] count = new int[1];
        check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
        List<Gpu> all = new ArrayList<>();
        for (int i = 0; i < count[0]; i++) {
            CUdevice device = new CUdevice();
            check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, i));
            byte[] name = new byte[256];
            check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
            long[] memory = new long[1];
            check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(memory, device));
            all.add(new Gpu(i, text(name), memory[0],
                    attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device),
                    attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device)));
        }
        return all;
    }

    private static int attribute(int which, CUdevice device) {
        int[] value = new int[1];
        check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, which, device));
        return value[0];
    }

    private static String text(byte[] c) {
        int length = 0;
        while (length < c.length && c[length] != 0) {
            length++;
        }
        return new String(c, 0, length, StandardCharsets.UTF_8).trim();
    }

    private static void check(String call, int code) {
        if (code != CUresult.CUDA_SUCCESS) {
            throw new BackendException("CUDA: " + call + " failed with " + CUresult.stringFor(code) + " (" + code + ")");
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%.1f GiB, compute capability %d.%d)",
                name, memory / (double) (1 << 30), major, minor);
    }
}
