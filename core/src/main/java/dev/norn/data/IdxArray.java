package dev.norn.data;

import dev.norn.tensor.Shape;

/**
 * The content of an IDX file of unsigned bytes.
 *
 * @param shape  the extents, each at least 1
 * @param values the elements in row-major order, to be read as 0 to 255; not copied
 */
public record IdxArray(Shape shape, byte[] values) {

    /** The number of values must be the shape's size. */
    public IdxArray {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " needs " + shape.size() + " values, there are " + values.length);
        }
    }
}
