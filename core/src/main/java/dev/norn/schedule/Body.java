package dev.norn.schedule;

import java.util.List;

/**
 * What a kernel computes at each point of its iteration space.
 *
 * <p>In a kernel that folds, a value is either <em>full</em> (one at each point) or <em>folded</em> (one for all points
 * that differ only in the fold coordinate): the result of a {@link Instr.Fold}, and whatever is computed of folded values
 * and of loads that do not depend on the fold coordinate. In other kernels every value is full.
 *
 * @param dims the extents of the iteration space, outermost first
 * @param instrs the values, each after those it uses
 * @param folded which of the values are folded
 * @param stores which values go to memory, and where
 */
public record Body(int[] dims, List<Instr> instrs, boolean[] folded, List<Store> stores) {

    /**
     * A value written to memory, dense and row-major over the iteration space or, where {@code folded}, over the space
     * without its fold dimension. (A folded value may be stored full: repeated.)
     */
    public record Store(int value, Slot slot, boolean folded) {}

    /** The number of points. */
    public int size() {
        int size = 1;
        for (int d : dims) {
            size *= d;
        }
        return size;
    }
}
