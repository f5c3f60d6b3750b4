package dev.norn.cpu;

import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.IdentityHashMap;
import java.util.Map;

/** What an executable's kernels have in common: the loops, the threads and the memory. */
final class Machine {

    private final Kernels kernels;
    final Uniforms uniforms;
    final Unorms unorms;
    final Workers workers;
    private final Lanes[] lanes = new Lanes[DType.values().length];
    private final Object[] memory;
    private final Map<Kernel, ByteRows> rows = new IdentityHashMap<>();

    /** @param memory the arrays of a plan's buffers */
    Machine(Kernels kernels, Workers workers, Plan plan, Object[] memory) {
        this.kernels = kernels;
        this.uniforms = kernels.uniforms();
        this.unorms = kernels.unorms();
        this.workers = workers;
        this.memory = memory;
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

    FloatOps floatOps() {
        return kernels.floats();
    }

    DoubleOps doubleOps() {
        return kernels.doubles();
    }

    Lanes lanes(DType dtype) {
        int i = dtype.ordinal();
        if (lanes[i] == null) {
            lanes[i] = switch (dtype) {
                case F32 -> new FloatLanes(floatOps());
                case F64 -> new DoubleLanes(doubleOps());
                case I32 -> new IntLanes();
                case UNORM8 -> throw new IllegalArgumentException("nothing is computed in " + dtype);
            };
        }
        return lanes[i];
    }

    /** The array that a slot is in. */
    Object memory(Slot slot) {
        return memory[slot.buffer()];
    }
}
