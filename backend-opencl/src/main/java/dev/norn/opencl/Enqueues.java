package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.clFlush;
import static org.lwjgl.opencl.CL10.clReleaseKernel;
import static org.lwjgl.opencl.CL10.nclEnqueueNDRangeKernel;

import dev.norn.device.Accelerator;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryUtil;

/** A recording that enqueues one kernel after another. */
final class Enqueues implements Accelerator.Recording {

    private final long queue;
    private final Launch[] launches;

    /** Sizes, in native memory once, so that a replay makes nothing. */
    private final PointerBuffer sizes;

    Enqueues(long queue, List<Launch> launches) {
        this.queue = queue;
        this.launches = launches.toArray(Launch[]::new);
        sizes = MemoryUtil.memAllocPointer(Math.max(1, 2 * this.launches.length));
        for (int i = 0; i < this.launches.length; i++) {
            sizes.put(2 * i, this.launches[i].items()).put(2 * i + 1, this.launches[i].groupSize());
        }
    }

    @Override
    public void replay() {
        for (int i = 0; i < launches.length; i++) {
            int result = nclEnqueueNDRangeKernel(queue, launches[i].kernel(), 1, 0, sizes.address(2 * i),
                    sizes.address(2 * i + 1), 0, 0, 0);
            if (result != 0) {
                Errors.check("clEnqueueNDRangeKernel of " + launches[i].name(), result);
            }
        }
        // Lets the device begin; does not wait.
        Errors.check("clFlush", clFlush(queue));
    }

    @Override
    public void close() {
        for (Launch launch : launches) {
            clReleaseKernel(launch.kernel());
        }
        MemoryUtil.memFree(sizes);
    }
}
