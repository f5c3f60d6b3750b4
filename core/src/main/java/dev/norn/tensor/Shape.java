package dev.norn.tensor;

import java.util.Arrays;

/**
 * The extents of a tensor, outermost first. A scalar has rank 0 and size 1; an extent may be 0.
 * Immutable.
 */
public final class Shape {

    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        this.dims = dims;
        long product = 1;
        for (int d : dims) {
            if (d < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(dims) + " has a negative extent");
            }
            product *= d;
            if (product > Integer.MAX_VALUE - 64) {
                throw new IllegalArgumentException("shape " + Arrays.toString(dims)
                        + " has more elements than a tensor can hold (2^31 - 65)");
            }
        }
        this.size = (int) product;
    }

    /** The shape with these extents, outermost first. */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** The number of extents. */
    public int rank() {
        return dims.length;
    }

    /** The number of elements: the product of the extents. */
    public int size() {
        return size;
    }

    /** Extent {@code axis}; a negative axis counts from the end ({@code dim(-1)} is the innermost). */
    public int dim(int axis) {
        return dims[axis(axis)];
    }

    /** {@code axis} as a number from 0 to rank - 1; a negative one counts from the end. */
    public int axis(int axis) {
        int a = axis < 0 ? axis + dims.length : axis;
        if (a < 0 || a >= dims.length) {
            throw new IllegalArgumentException("axis " + axis + " of shape " + this
                    + " does not exist (valid: " + -dims.length + " to " + (dims.length - 1) + ")");
        }
        return a;
    }

    /** A copy of the extents. */
    public int[] dims() {
        return dims.clone();
    }

    /** This shape with extent {@code axis} replaced. */
    public Shape with(int axis, int extent) {
        int[] copy = dims.clone();
        copy[axis(axis)] = extent;
        return of(copy);
    }

    /** The distance, in elements, between neighbours along each axis of a dense row-major array of this shape. */
    public int[] strides() {
        int[] strides = new int[dims.length];
        int step = 1;
        for (int a = dims.length - 1; a >= 0; a--) {
            strides[a] = step;
            step *= dims[a];
        }
        return strides;
    }

    /**
     * The shape to which {@code a} and {@code b} broadcast by NumPy's rules: extents are matched from the innermost
     * outwards, and equal ones, or one of them being 1 or missing, agree.
     *
     * @param op the operation's name, for the message
     * @throws IllegalArgumentException if they do not; the message names the operation and both shapes
     */
    public static Shape broadcast(String op, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int da = i <= a.rank() ? a.dim(-i) : 1;
            int db = i <= b.rank() ? b.dim(-i) : 1;
            if (da != db && da != 1 && db != 1) {
                throw new IllegalArgumentException(op + ": shapes " + a + " and " + b + " do not broadcast");
            }
            dims[rank - i] = da == 1 ? db : da;
        }
        return of(dims);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** For instance {@code [20, 10]}; a scalar is {@code []}. */
    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
