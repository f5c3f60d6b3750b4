package dev.norn.onnx;

import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * A shape whose extents may follow the batch's size: what it is for a batch of {@link #SMALL} samples, and for one of
 * {@link #LARGE}. An extent that is the same for both is taken to be fixed.
 */
record BatchShape(Shape small, Shape large) {

    static final int SMALL = 2;
    static final int LARGE = 3;

    /** A shape that does not depend on the batch. */
    static BatchShape fixed(Shape shape) {
        return new BatchShape(shape, shape);
    }

    static BatchShape broadcast(BatchShape a, BatchShape b) {
        return new BatchShape(
                Shape.broadcast("export", a.small, b.small), Shape.broadcast("export", a.large, b.large));
    }

    int rank() {
        return small.rank();
    }

    boolean isFixed(int axis) {
        return small.dim(axis) == large.dim(axis);
    }

    boolean isFixed() {
        return small.equals(large);
    }

    /** Whether another shape of the same size in every batch. */
    boolean hasSizeOf(BatchShape other) {
        return small.size() == other.small.size() && large.size() == other.large.size();
    }

    /** Whether this is {@code inner}, perhaps with extents of 1 before it. */
    boolean isPadded(BatchShape inner) {
        return isPadded(small, inner.small) && isPadded(large, inner.large);
    }

    private static boolean isPadded(Shape shape, Shape inner) {
        int[] dims = new int[Math.max(shape.rank(), inner.rank())];
        Arrays.fill(dims, 1);
        System.arraycopy(inner.dims(), 0, dims, dims.length - inner.rank(), inner.rank());
        return Arrays.equals(dims, shape.dims());
    }

    /** How many times the batch's size an extent is; 0 if it is no multiple of it. */
    int timesBatch(int axis) {
        int times = small.dim(axis) / SMALL;
        return times * SMALL == small.dim(axis) && times * LARGE == large.dim(axis) ? times : 0;
    }

    /** For instance {@code [batch, 10]}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (int axis = 0; axis < rank(); axis++) {
            int times = timesBatch(axis);
            text.add(isFixed(axis) ? Integer.toString(small.dim(axis))
                    : times == 1 ? "batch" : times > 1 ? times + " batch" : "?");
        }
        return text.toString();
    }
}
