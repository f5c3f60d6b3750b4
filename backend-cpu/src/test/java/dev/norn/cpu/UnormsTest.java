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

    /** Pieces around a vector's length, up to the array's very end. */
    @ParameterizedTest
    @CsvSource({"1, 1", "12, 12", "13, 12", "72, 12", "65, 12", "784, 272", "784, 262", "300, 300", "16, 16", "33, 16", "40, 7"})
    void piecesAreApart(int cols, int width) {
        byte[] bytes = new byte[cols + 40];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (37 * i);
        }
        int stride = width + FloatOps.PADDING;
        for (Unorms unorms : all()) {
            for (int start = 0; start <= 40; start++) {
                float[] floats = new float[3 + (cols / width + 1) * stride];
                unorms.pack(bytes, start, cols, floats, 3, width, stride);
                for (int c = 0; c < cols; c++) {
                    assertEquals((bytes[start + c] & 0xFF) / 255f, floats[3 + c / width * stride + c % width]);
                }
                assertEquals(0, floats[0] + floats[1] + floats[2]);
            }
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
