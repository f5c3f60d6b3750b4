package dev.norn.tensor;

/** The element types a tensor can have: IEEE-754 binary32 and binary64, and 32-bit two's complement integers. */
public enum DType {
    F32(4), F64(8), I32(4);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** The size of one element, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether this is {@link #F32} or {@link #F64}. */
    public boolean isFloating() {
        return this != I32;
    }

    /** What a value becomes when it is stored as this type: rounded to nearest (F32) or toward zero (I32). */
    public double round(double value) {
        return switch (this) {
            case F32 -> (float) value;
            case F64 -> value;
            case I32 -> (int) value;
        };
    }
}
