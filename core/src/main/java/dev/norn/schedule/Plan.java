package dev.norn.schedule;

import dev.norn.graph.Program;
import java.util.List;

/**
 * A program made ready for a device: a few kernels, in order, and the memory they use.
 *
 * @param program what was scheduled
 * @param buffers the memory; arenas hold all intermediate values at offsets fixed here
 * @param kernels what to run
 */
public record Plan(Program program, List<BufferSpec> buffers, List<Kernel> kernels) {}
