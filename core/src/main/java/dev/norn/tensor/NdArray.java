package dev.norn.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense row-major array in host memory: how data enters and leaves a program. The elements are one Java array
 * ({@code float[]}, {@code double[]}, {@code int[]} or {@code byte[]} by {@link DType}), held without a copy.
 */
public final class NdArray {

    private final Shape shape;
    private final DType dtype;
    private final Object data;

    private NdArray(Shape shape, DType dtype, Object data, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " needs " + shape.size() + " elements, the array has " + length);
        }
        this.shape = shape;
        this.dtype = dtype;
        this.data = data;
    }

    /** An F32 array over {@code data}, which is not copied. */
    public static NdArray of(Shape shape, float... data) {
        return new NdArray(shape, DType.F32, data, data.length);
    }

    /** An F64 array over {@code data}, which is not copied. */
    public static NdArray of(Shape shape, double... data) {
        return new NdArray(shape, DType.F64, data, data.length);
    }

    /** An I32 array over {@code data}, which is not copied. */
    public static NdArray of(Shape shape, int... data) {
        return new NdArray(shape, DType.I32, data, data.length);
    }

    /** A UNORM8 array over {@code data}, unsigned bytes, which is not copied. */
    public static NdArray of(Shape shape, byte... data) {
        return new NdArray(shape, DType.UNORM8, data, data.length);
    }

    /** A vector of F64. */
    public static NdArray vector(double... data) {
        return of(Shape.of(data.length), data);
    }

    /** An array of zeros. */
    public static NdArray zeros(DType dtype, Shape shape) {
        return switch (dtype) {
            case F32 -> of(shape, new float[shape.size()]);
            case F64 -> of(shape, new double[shape.size()]);
            case I32 -> of(shape, new int[shape.size()]);
            case UNORM8 -> of(shape, new byte[shape.size()]);
        };
    }

    /** The extents. */
    public Shape shape() {
        return shape;
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The number of elements. */
    public int size() {
        return shape.size();
    }

    /** The elements of an F32 array, not a copy. */
    public float[] floats() {
        expect(DType.F32);
        return (float[]) data;
    }

    /** The elements of an F64 array, not a copy. */
    public double[] doubles() {
        expect(DType.F64);
        return (double[]) data;
    }

    /** The elements of an I32 array, not a copy. */
    public int[] ints() {
        expect(DType.I32);
        return (int[]) data;
    }

    /** The elements of a UNORM8 array, not a copy: unsigned, 255 stands for 1. */
    public byte[] bytes() {
        expect(DType.UNORM8);
        return (byte[]) data;
    }

    /** The backing Java array, whatever its type. */
    public Object data() {
        return data;
    }

    private void expect(DType wanted) {
        if (dtype != wanted) {
            throw new IllegalStateException("this array is " + dtype + ", not " + wanted + "; convert it with to()");
        }
    }

    /** The element at a flat index, widened. */
    public double get(int index) {
        return switch (dtype) {
            case F32 -> ((float[]) data)[index];
            case F64 -> ((double[]) data)[index];
            case I32 -> ((int[]) data)[index];
            case UNORM8 -> DType.level(((byte[]) data)[index]);
        };
    }

    /** The element at row {@code row} and column {@code column} of a matrix. */
    public double get(int row, int column) {
        if (shape.rank() != 2) {
            throw new IllegalStateException("get(row, column) needs a matrix, the shape is " + shape);
        }
        Objects.checkIndex(column, shape.dim(1));
        return get(row * shape.dim(1) + column);
    }

    /** Stores {@code value}, converted as {@link DType#round} says, at a flat index. */
    public void set(int index, double value) {
        switch (dtype) {
            case F32 -> ((float[]) data)[index] = (float) value;
            case F64 -> ((double[]) data)[index] = value;
            case I32 -> ((int[]) data)[index] = (int) value;
            case UNORM8 -> ((byte[]) data)[index] = DType.byteOf(value);
        }
    }

    /** The value of an array with one element. */
    public double item() {
        if (size() != 1) {
            throw new IllegalStateException("item() needs one element, the shape is " + shape);
        }
        return get(0);
    }

    /** This array if it has the type already, else a converted copy. */
    public NdArray to(DType wanted) {
        if (dtype == wanted) {
            return this;
        }
        NdArray result = zeros(wanted, shape);
        for (int i = 0; i < size(); i++) {
            result.set(i, get(i));
        }
        return result;
    }

    /** The same elements (not copied) under another shape of the same size. */
    public NdArray reshape(int... dims) {
        return new NdArray(Shape.of(dims), dtype, data, size());
    }

    /** A copy of rows {@code from} (inclusive) to {@code to} (exclusive) along the outermost axis. */
    public NdArray rows(int from, int to) {
        Objects.checkFromToIndex(from, to, shape.dim(0));
        int width = width();
        NdArray result = zeros(dtype, shape.with(0, to - from));
        System.arraycopy(data, from * width, result.data, 0, (to - from) * width);
        return result;
    }

    /** A copy of the rows named, in that order, along the outermost axis. */
    public NdArray rows(int[] indices) {
        int width = width();
        NdArray result = zeros(dtype, shape.with(0, indices.length));
        for (int i = 0; i < indices.length; i++) {
            Objects.checkIndex(indices[i], shape.dim(0));
            System.arraycopy(data, indices[i] * width, result.data, i * width, width);
        }
        return result;
    }

    private int width() {
        if (shape.rank() == 0) {
            throw new IllegalStateException("a scalar has no rows");
        }
        return shape.dim(0) == 0 ? 0 : size() / shape.dim(0);
    }

    /** A deep copy. */
    public NdArray copy() {
        NdArray result = zeros(dtype, shape);
        System.arraycopy(data, 0, result.data, 0, size());
        return result;
    }

    /** Same type, shape and elements, compared bit by bit (so NaN equals NaN, and 0.0 differs from -0.0). */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof NdArray that) || dtype != that.dtype || !shape.equals(that.shape)) {
            return false;
        }
        return switch (dtype) {
            case F32 -> Arrays.equals((float[]) data, (float[]) that.data);
            case F64 -> Arrays.equals((double[]) data, (double[]) that.data);
            case I32 -> Arrays.equals((int[]) data, (int[]) that.data);
            case UNORM8 -> Arrays.equals((byte[]) data, (byte[]) that.data);
        };
    }

    @Override
    public int hashCode() {
        int content = switch (dtype) {
            case F32 -> Arrays.hashCode((float[]) data);
            case F64 -> Arrays.hashCode((double[]) data);
            case I32 -> Arrays.hashCode((int[]) data);
            case UNORM8 -> Arrays.hashCode((byte[]) data);
        };
        return 31 * shape.hashCode() + content;
    }

    /** For instance {@code F32[2, 3]} and at most the first eight elements. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(dtype).append(shape).append(" {");
        for (int i = 0; i < Math.min(8, size()); i++) {
            text.append(i == 0 ? "" : ", ").append(get(i));
        }
        return text.append(size() > 8 ? ", …}" : "}").toString();
    }
}
