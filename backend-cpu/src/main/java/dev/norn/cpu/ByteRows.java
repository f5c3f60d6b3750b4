package dev.norn.cpu;

import dev.norn.schedule.Body;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Kernel.Gather} of rows of bytes that only products read, as their first operand: they stay bytes, and the products
 * widen them when they pack the operand. So a batch of pictures is never in memory as floats, which are four times as much.
 */
final class ByteRows implements CpuKernel {

    private final GatherKernel gather;
    private final Unorms unorms;
    private final byte[] rows;

    ByteRows(Machine machine, Kernel.Gather kernel) {
        this.unorms = machine.unorms;
        this.rows = new byte[kernel.count() * kernel.width() + FloatOps.PADDING];
        this.gather = new GatherKernel(machine, kernel, rows, 0);
    }

    @Override
    public void run() {
        gather.run();
    }

    /**
     * Packs a part of the rows, as one matrix; see {@link Unorms#pack}.
     *
     * @param d a float[]
     */
    void pack(int from, int ld, int count, int cols, Object d, int dO, int width, int ldd, int panelStride) {
        unorms.pack(rows, from, ld, count, cols, (float[]) d, dO, width, ldd, panelStride);
    }

    /** For each gather of a plan that can be one of these, the products that read it. */
    static Map<Kernel.Gather, List<Kernel.MatMul>> among(Plan plan) {
        Map<Kernel.Gather, List<Kernel.MatMul>> found = new IdentityHashMap<>();
        for (int i = 0; i < plan.kernels().size(); i++) {
            if (plan.kernels().get(i) instanceof Kernel.Gather gather && gather.dtype() == DType.UNORM8
                    && plan.buffers().get(gather.result().buffer()).role() == BufferSpec.Role.ARENA) {
                List<Kernel.MatMul> readers = readers(gather, plan.kernels().subList(i + 1, plan.kernels().size()));
                if (readers != null) {
                    found.put(gather, readers);
                }
            }
        }
        return found;
    }

    /** The products that read the rows, until something else is written there; null if not only products do. */
    private static List<Kernel.MatMul> readers(Kernel.Gather gather, List<Kernel> later) {
        List<Kernel.MatMul> readers = new ArrayList<>();
        Slot rows = gather.result();
        int end = rows.offset() + gather.count() * gather.width();
        for (Kernel kernel : later) {
            if (kernel instanceof Kernel.MatMul product) {
                if (product.a().equals(rows) && !overlaps(product.b(), product.n() * product.k(), rows, end)
                        && product.m() * product.k() == end - rows.offset() && FloatGemm.packs(product.m(), product.n(), product.k())) {
                    readers.add(product);
                } else if (overlaps(product.a(), product.m() * product.k(), rows, end)
                        || overlaps(product.b(), product.n() * product.k(), rows, end)) {
                    return null;
                }
            }
            if (kernel instanceof Kernel.Gather other) {
                if (overlaps(other.table(), other.rows() * other.width(), rows, end)
                        || overlaps(other.indices(), other.count(), rows, end)) {
                    return null;
                }
                if (begins(other.result(), rows, end)) {
                    return readers;
                }
            } else {
                Body body = kernel.body();
                for (Instr instr : body.instrs()) {
                    if (instr instanceof Instr.Load load && overlaps(load.slot(), extent(body.dims(), load.strides()), rows, end)) {
                        return null;
                    }
                }
                // What is still needed is not written over: so the rows are not, if something begins among them.
                if (body.stores().stream().anyMatch(store -> begins(store.slot(), rows, end))) {
                    return readers;
                }
            }
        }
        return readers;
    }

    /** From the first element that a load reads to the last. */
    private static int extent(int[] dims, int... strides) {
        int last = 0;
        for (int d = 0; d < dims.length; d++) {
            last += Math.max(0, dims[d] - 1) * strides[d];
        }
        return last + 1;
    }

    private static boolean overlaps(Slot slot, int size, Slot rows, int end) {
        return slot.buffer() == rows.buffer() && slot.offset() < end && slot.offset() + size > rows.offset();
    }

    private static boolean begins(Slot slot, Slot rows, int end) {
        return slot.buffer() == rows.buffer() && slot.offset() >= rows.offset() && slot.offset() < end;
    }
}
