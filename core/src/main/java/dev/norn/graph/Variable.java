package dev.norn.graph;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/**
 * What lives on the device: weights, moments, counters, the data set. A session gives each variable one buffer,
 * which all programs compiled there share. Two variables are the same only if they are the same object.
 */
public final class Variable {

    private final String name;
    private final Shape shape;
    private final DType dtype;
    private final NdArray initial;
    private final boolean constant;
    private final Tensor read;

    private Variable(String name, DType dtype, Shape shape, NdArray initial, boolean constant) {
        this.name = name;
        this.dtype = dtype;
        this.shape = shape;
        this.initial = initial;
        this.constant = constant;
        this.read = new Tensor(new Op.Read(this), dtype, shape);
    }

    /** A variable that starts as {@code value}, which is not copied. */
    public static Variable of(String name, NdArray value) {
        return new Variable(name, value.dtype(), value.shape(), value, false);
    }

    /**
     * A variable that stays {@code value}: nothing can assign or write it, a data set for instance. The array is not copied, and
     * must not be changed while a session that uses the variable is open: where the device's memory is the host's, it is read
     * where it lies.
     */
    public static Variable constant(String name, NdArray value) {
        return new Variable(name, value.dtype(), value.shape(), value, true);
    }

    /** A variable that starts as zeros. */
    public static Variable zeros(String name, DType dtype, Shape shape) {
        return new Variable(name, dtype, shape, null, false);
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

    /** Whether it stays what it starts as. */
    public boolean isConstant() {
        return constant;
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
