package dev.norn.cpu;

import dev.norn.schedule.Kernel;

/** {@link Kernel.Gather}: rows copied one by one, or widened. */
final class GatherKernel implements CpuKernel, Workers.Task {

    /** Elements that are worth handing to another thread. */
    private static final int GRAIN = 65_536;

    private final Workers workers;
    private final Kernel.Gather kernel;
    private final Object table;
    private final int[] indices;
    private final Object result;
    private final int resultOffset;
    private final Unorms unorms;
    private final int taskRows;

    GatherKernel(Machine machine, Kernel.Gather kernel) {
        this(machine, kernel, machine.memory(kernel.result()), kernel.result().offset());
    }

    /** With another place for the result: bytes stay bytes if they go to an array of bytes. */
    GatherKernel(Machine machine, Kernel.Gather kernel, Object result, int resultOffset) {
        this.workers = machine.workers;
        this.kernel = kernel;
        this.table = machine.memory(kernel.table());
        this.indices = (int[]) machine.memory(kernel.indices());
        this.result = result;
        this.resultOffset = resultOffset;
        this.unorms = machine.unorms;
        this.taskRows = Math.max(1, GRAIN / Math.max(1, kernel.width()));
    }

    @Override
    public void run() {
        workers.run(MapKernel.divideUp(kernel.count(), taskRows), this);
    }

    @Override
    public void run(int index, int worker) {
        int width = kernel.width();
        int last = kernel.rows() - 1;
        int to = Math.min(kernel.count(), (index + 1) * taskRows);
        for (int i = index * taskRows; i < to; i++) {
            int row = Math.max(0, Math.min(last, indices[kernel.indices().offset() + i]));
            int from = kernel.table().offset() + row * width;
            int at = resultOffset + i * width;
            if (table instanceof byte[] bytes && result instanceof float[] floats) {
                unorms.widen(bytes, from, floats, at, width);
            } else {
                System.arraycopy(table, from, result, at, width);
            }
        }
    }
}
