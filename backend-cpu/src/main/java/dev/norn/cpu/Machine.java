package dev.norn.cpu;

import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.IdentityHashMap;
import java.util.Map;

/** What an executable's kernels have in common: the loops, the threads and the memory. */
final class Machine {

    final FloatOps floatOps;
    final DoubleOps doubleOps;
    final Uniforms uniforms;
    final Unorms unorms;
    final Workers workers;
    private final Lanes[] lanes;
    private final Object[] memory;
    private final Map<Kernel, ByteRows> rows = new IdentityHashMap<>();

    /** @param memory the arrays of a plan's buffers */
    Machine(Kernels kernels, Workers workers, Plan plan, Object[] memory) {
        this.floatOps = kernels.floats();
        this.doubleOps = kernels.doubles();
        this.uniforms = kernels.uniforms();
        this.unorms = kernels.unorms();
        this.workers = workers;
        this.memory = memory;
        this.lanes = new Lanes[] {new FloatLanes(floatOps), new DoubleLanes(doubleOps), new IntLanes()};
        ByteRows.among(plan).forEach((gather, products) -> {
            ByteRows fetched = new ByteRows(this, gather);
            rows.put(gather, fetched);
            products.forEach(product -> rows.put(product, fetched));
        });
    }

    /** What a kernel reads or is instead of a gather, or null. */
    ByteRows rows(Kernel kernel) {
        return rows.get(kernel);
    }

    Lanes lanes(DType dtype) {
        return lanes[dtype.ordinal()];
    }

    /** The array that a slot is in. */
    Object memory(Slot slot) {
        return memory[slot.buffer()];
    }
}
