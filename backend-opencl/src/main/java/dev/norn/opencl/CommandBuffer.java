package dev.norn.opencl;

import static org.lwjgl.opencl.CL10.clFlush;
import static org.lwjgl.opencl.CL10.clReleaseKernel;
import static org.lwjgl.opencl.KHRCommandBuffer.CL_COMMAND_BUFFER_FLAGS_KHR;
import static org.lwjgl.opencl.KHRCommandBuffer.clCreateCommandBufferKHR;
import static org.lwjgl.opencl.KHRCommandBuffer.clFinalizeCommandBufferKHR;
import static org.lwjgl.opencl.KHRCommandBuffer.clReleaseCommandBufferKHR;
import static org.lwjgl.opencl.KHRCommandBuffer.nclCommandNDRangeKernelKHR;
import static org.lwjgl.opencl.KHRCommandBuffer.nclEnqueueCommandBufferKHR;

import dev.norn.device.Accelerator;
import java.nio.IntBuffer;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;

/** A recording as a command buffer ({@code cl_khr_command_buffer}): one call for all kernels. */
final class CommandBuffer implements Accelerator.Recording {

    /** A replay may be issued before the last one has ended (version 0.9.0 of the extension; LWJGL has no name for it). */
    private static final long SIMULTANEOUS_USE = 1;

    private final long queue;
    private final long buffer;
    private final List<Launch> launches;

    CommandBuffer(long queue, List<Launch> launches) {
        this.queue = queue;
        this.launches = launches;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer code = stack.mallocInt(1);
            buffer = clCreateCommandBufferKHR(stack.pointers(queue), stack.longs(CL_COMMAND_BUFFER_FLAGS_KHR, SIMULTANEOUS_USE, 0), code);
            Errors.check("clCreateCommandBufferKHR", code.get(0));
            // The queue is in order, and so is the buffer: there are no sync points.
            for (Launch launch : launches) {
                PointerBuffer items = stack.pointers(launch.items());
                PointerBuffer groupSize = stack.pointers(launch.groupSize());
                Errors.check("clCommandNDRangeKernelKHR of " + launch.name(), nclCommandNDRangeKernelKHR(buffer, 0, 0,
                        launch.kernel(), 1, 0, items.address(), groupSize.address(), 0, 0, 0, 0));
            }
            Errors.check("clFinalizeCommandBufferKHR", clFinalizeCommandBufferKHR(buffer));
        }
    }

    @Override
    public void replay() {
        int result = nclEnqueueCommandBufferKHR(0, 0, buffer, 0, 0, 0);
        if (result != 0) {
            Errors.check("clEnqueueCommandBufferKHR", result);
        }
        Errors.check("clFlush", clFlush(queue));
    }

    @Override
    public void close() {
        clReleaseCommandBufferKHR(buffer);
        launches.forEach(launch -> clReleaseKernel(launch.kernel()));
    }
}
