package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes become the same numbers whoever widens them, and nothing is written beside them. */
class UnormsTest {

    private static List<Unorms> all() {
        List<Unorms> all = new ArrayList<>(List.of(Unorms.scalar()));
        if (Kernels.simdIsThere()) {
            all.add(Unorms.simd());
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 784, 1025})
    void areDividedBy255(int n) {
        byte[] bytes = new byte[n + 5];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (37 * i);
        }
        for (Unorms unorms : all()) {
            for (int round = 0; round < 300; round++) {
                float[] floats = new float[n + 7];
                unorms.widen(bytes, 5, floats, 3, n);
                for (int i = -3; i < n + 4; i++) {
                    boolean inside = i >= 0 && i < n;
                    assertEquals(inside ? (bytes[5 + i] & 0xFF) / 255f : 0, floats[3 + i], "element " + i);
                }
            }
        }
    }

    /** Panels as products have them, and around a vector's length. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 12, 12", "5, 13, 12", "100, 72, 12", "7, 65, 12", "12, 784, 272", "3, 784, 262", "2, 300, 300",
        "3, 16, 16", "3, 33, 16", "4, 40, 7"})
    void panelsAreApart(int rows, int cols, int width) {
        int ldx = cols + 3;
        byte[] bytes = new byte[5 + rows * ldx + FloatOps.PADDING];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (37 * i);
        }
        int ldd = width + FloatOps.PADDING;
        int stride = rows * ldd;
        for (Unorms unorms : all()) {
            float[] floats = new float[3 + (cols / width + 1) * stride];
            unorms.pack(bytes, 5, ldx, rows, cols, floats, 3, width, ldd, stride);
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < cols; c++) {
                    assertEquals((bytes[5 + r * ldx + c] & 0xFF) / 255f, floats[3 + c / width * stride + r * ldd + c % width]);
                }
            }
            assertEquals(0, floats[0] + floats[1] + floats[2]);
        }
    }

    /** What the vector loop and the kernels of devices compute, in Java. */
    @Test
    void theQuotientIsRoundedCorrectly() {
        float inverse = 1 / 255f;
        assertEquals(0.003921568859368563f, inverse);
        for (int x = 0; x < 256; x++) {
            float q = x * inverse;
            assertEquals(x / 255f, Math.fma(Math.fma(-255f, q, x), inverse, q));
        }
    }
}
