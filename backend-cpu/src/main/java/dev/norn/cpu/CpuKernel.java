package dev.norn.cpu;

import dev.norn.schedule.Body;
import dev.norn.schedule.Kernel;

/** A kernel, compiled. Runs on one thread at a time, which shares out the work. */
interface CpuKernel {

    void run();

    static CpuKernel of(Machine machine, Kernel kernel) {
        if (kernel instanceof Kernel.MatMul k) {
            return switch (k.dtype()) {
                case F32 -> new FloatMatMul(machine, k);
                case F64 -> new DoubleMatMul(machine, k);
                case I32, UNORM8 -> throw new IllegalArgumentException("a product of " + k.dtype());
            };
        }
        if (kernel instanceof Kernel.Reduce k) {
            return new ReduceKernel(machine, k.body());
        }
        if (kernel instanceof Kernel.Gather k) {
            ByteRows rows = machine.rows(k);
            return rows != null ? rows : new GatherKernel(machine, k);
        }
        Body body = kernel.body();
        return new MapKernel(machine, body);
    }
}
