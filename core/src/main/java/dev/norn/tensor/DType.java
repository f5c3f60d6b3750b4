package dev.norn.tensor;

/** The element types a tensor can have. */
public enum DType {
    /** IEEE-754 binary32. */
    F32(4),
    /** IEEE-754 binary64. */
    F64(8),
    /** 32-bit two's complement integers. */
    I32(4),
    /**
     * Unsigned normalized bytes, as graphics interfaces know them (Vulkan, Direct3D, OpenCL): 0 to 255 stand for 0, 1/255 …
     * 254/255, 1, each the nearest F32. For data that come as bytes, pixels for instance: they take a quarter of the memory,
     * and of the time to fetch them. A type to store, not to compute in: {@link dev.norn.graph.Tensor#gather} makes its rows
     * F32, and is the only operation on it.
     */
    UNORM8(1);

    private static final float[] LEVELS = new float[256];

    static {
        for (int i = 0; i < LEVELS.length; i++) {
            LEVELS[i] = i / 255f;
        }
    }

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
        return this == F32 || this == F64;
    }

    /**
     * What a value becomes when it is stored as this type: rounded to nearest (F32, UNORM8) or toward zero (I32). UNORM8 takes
     * what is beyond its ends as the nearest end, and NaN as 0.
     */
    public double round(double value) {
        return switch (this) {
            case F32 -> (float) value;
            case F64 -> value;
            case I32 -> (int) value;
            case UNORM8 -> level(byteOf(value));
        };
    }

    /** What a {@link #UNORM8} stands for. */
    public static float level(byte b) {
        return LEVELS[b & 0xFF];
    }

    /** The {@link #UNORM8} nearest to a value. */
    static byte byteOf(double value) {
        return (byte) Math.round(Math.max(0, Math.min(1, value)) * 255);
    }
}
