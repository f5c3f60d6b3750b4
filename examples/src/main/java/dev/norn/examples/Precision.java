package dev.norn.examples;

import dev.norn.tensor.DType;

/** What {@code --precision} names: a type, and whether products may be less precise than it. */
enum Precision {
    F32(DType.F32),
    F64(DType.F64),
    /** F32, with products in TF32. */
    TF32(DType.F32);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    DType dtype() {
        return dtype;
    }
}
