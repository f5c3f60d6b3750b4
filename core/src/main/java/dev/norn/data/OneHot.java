package dev.norn.data;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/** Class labels as vectors that are 1 at the label and 0 elsewhere. {@code Classification.argmax} is the way back. */
public final class OneHot {

    private OneHot() {}

    /**
     * @param labels  [n], I32
     * @param classes the number of classes, at least 1
     * @param dtype   the result's type
     * @return [n, classes]
     * @throws DataException if a label is not from 0 to classes - 1; the message names its index
     */
    public static NdArray encode(NdArray labels, int classes, DType dtype) {
        if (labels.dtype() != DType.I32 || labels.shape().rank() != 1) {
            throw new IllegalArgumentException("labels must be [n] I32, they are " + labels.dtype() + labels.shape());
        }
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, it is " + classes);
        }
        int[] values = labels.ints();
        NdArray result = NdArray.zeros(dtype, Shape.of(values.length, classes));
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= classes) {
                throw new DataException("label " + i + " is " + values[i] + "; valid are 0 to " + (classes - 1));
            }
            result.set(i * classes + values[i], 1);
        }
        return result;
    }
}
