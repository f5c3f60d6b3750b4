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
        assertEquals(1, DType.UNORM8.bytes());
        assertFalse(DType.UNORM8.isFloating());
    }

    @ParameterizedTest
    @CsvSource({"F32, 0.1, 0.10000000149011612", "F32, 1e39, Infinity", "F32, 1e-46, 0", "F32, 16777217, 16777216",
        "F32, NaN, NaN", "F64, 0.1, 0.1", "F64, -Infinity, -Infinity", "I32, 2.9, 2", "I32, -2.9, -2", "I32, NaN, 0",
        "I32, 1e10, 2147483647", "I32, -1e10, -2147483648",
        "UNORM8, 0, 0", "UNORM8, 1, 1", "UNORM8, 0.5, 0.501960813999176", "UNORM8, 0.0019, 0", "UNORM8, 0.002, 0.003921568859368563",
        "UNORM8, -3, 0", "UNORM8, Infinity, 1", "UNORM8, NaN, 0"})
    void roundsAsStored(DType dtype, double value, double expected) {
        assertEquals(expected, dtype.round(value));
        NdArray stored = NdArray.zeros(dtype, Shape.SCALAR);
        stored.set(0, value);
        assertEquals(expected, stored.item());
    }

    @Test
    void everyByteStandsForItsQuotient() {
        NdArray bytes = NdArray.zeros(DType.UNORM8, Shape.of(256));
        for (int i = 0; i < 256; i++) {
            bytes.set(i, i / 255.0);
            assertEquals((byte) i, bytes.bytes()[i]);
            assertEquals(i / 255f, bytes.get(i));
            assertEquals(i / 255f, DType.level((byte) i));
        }
        assertEquals(bytes, bytes.to(DType.F32).to(DType.UNORM8));
        assertEquals(bytes, bytes.to(DType.F64).to(DType.UNORM8));
    }
}
