package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OneHotTest {

    private static NdArray i32(int... dims) {
        return NdArray.zeros(DType.I32, Shape.of(dims));
    }

    @ParameterizedTest
    @EnumSource
    void encodes(DType dtype) {
        NdArray encoded = OneHot.encode(NdArray.of(Shape.of(3), 2, 0, 2), 3, dtype);
        assertEquals(NdArray.of(Shape.of(3, 3), 0.0, 0, 1, 1, 0, 0, 0, 0, 1).to(dtype), encoded);
    }

    @Test
    void edges() {
        assertEquals(Shape.of(0, 4), OneHot.encode(i32(0), 4, DType.F32).shape());
        assertEquals(NdArray.of(Shape.of(2, 1), 1f, 1f), OneHot.encode(i32(2), 1, DType.F32));
        for (int bad : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            NdArray labels = NdArray.of(Shape.of(2), 0, bad);
            var e = assertThrows(DataException.class, () -> OneHot.encode(labels, 3, DType.F32));
            assertEquals("label 1 is " + bad + "; valid are 0 to 2", e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> OneHot.encode(i32(2), 0, DType.F32));
        assertThrows(IllegalArgumentException.class, () -> OneHot.encode(i32(2, 1), 2, DType.F32));
        assertThrows(IllegalArgumentException.class, () -> OneHot.encode(NdArray.vector(0, 1), 2, DType.F32));
        assertThrows(IllegalArgumentException.class, () -> OneHot.encode(i32(1 << 20), 1 << 20, DType.F32));
    }
}
