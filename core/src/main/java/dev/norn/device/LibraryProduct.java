package dev.norn.device;

import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * A matrix product that a library of the device's maker computes: C = op(A)·op(B), all row-major and dense.
 *
 * @param m rows of C, at least 1
 * @param n columns of C, at least 1
 * @param k what is summed over, at least 1
 * @param transposeA whether A lies as [k, m] rather than [m, k]
 * @param transposeB whether B lies as [n, k] rather than [k, n]
 */
public record LibraryProduct(DType dtype, int m, int n, int k, boolean transposeA, boolean transposeB, Slot a, Slot b, Slot c)
        implements Work {

    @Override
    public List<Integer> buffers() {
        return List.of(a.buffer(), b.buffer(), c.buffer());
    }
}
