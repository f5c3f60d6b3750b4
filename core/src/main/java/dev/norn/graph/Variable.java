package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/**
 * State that lives on the device: weights, moments, counters, the data set. A session gives each variable one buffer,
 * which all programs compiled there share. Two variables are the same only if they are the same object.
 */
public final class Variable {

    private final String name;
    private final Shape shape;
    private final DType dtype;
    private final NdArray initial;
    private final Tensor read;

    private Variable(String name, DType dtype, Shape shape, NdArray initial) {
        this.name = name;
        this.dtype = dtype;
        this.shape = shape;
        this.initial = initial;
        this.read = new Tensor(new Op.Read(this), dtype, shape);
    }

    /** A variable that starts as {@code value}, which is not copied. */
    public static Variable of(String name, NdArray value) {
        return new Variable(name, value.dtype(), value.shape(), value);
    }

    /** A variable that starts as zeros. */
    public static Variable zeros(String name, DType dtype, Shape shape) {
        return new Variable(name, dtype, shape, null);
    }

    /** For messages and for files; need not be unique. */
    public String name() {
        return name;
    }

    /** The extents. */
    public Shape shape() {
        return shape;
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** What it starts as, or null for zeros. */
    public NdArray initial() {
        return initial;
    }

    /** Its value at the start of a step. */
    public Tensor read() {
        return read;
    }

    /** For instance {@code weights F32[784, 128]}. */
    @Override
    public String toString() {
        return name + " " + dtype + shape;
    }
}
