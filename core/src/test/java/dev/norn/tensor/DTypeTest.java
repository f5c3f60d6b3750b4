package dev.norn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DTypeTest {

    @Test
    void sizesAndKinds() {
        assertEquals(4, DType.F32.bytes());
        assertEquals(8, DType.F64.bytes());
        assertEquals(4, DType.I32.bytes());
        assertTrue(DType.F32.isFloating());
        assertTrue(DType.F64.isFloating());
        assertFalse(DType.I32.isFloating());
    }

    @ParameterizedTest
    @CsvSource({"F32, 0.1, 0.10000000149011612", "F32, 1e39, Infinity", "F32, 1e-46, 0", "F32, 16777217, 16777216",
        "F32, NaN, NaN", "F64, 0.1, 0.1", "F64, -Infinity, -Infinity", "I32, 2.9, 2", "I32, -2.9, -2", "I32, NaN, 0",
        "I32, 1e10, 2147483647", "I32, -1e10, -2147483648"})
    void roundsAsStored(DType dtype, double value, double expected) {
        assertEquals(expected, dtype.round(value));
        NdArray stored = NdArray.zeros(dtype, Shape.SCALAR);
        stored.set(0, value);
        assertEquals(expected, stored.item());
    }
}
