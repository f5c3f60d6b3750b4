package dev.norn.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreefryTest {

    private static int hex(String word) {
        return Integer.parseUnsignedInt(word, 16);
    }

    /** The lines "threefry2x32 20" of the file kat_vectors in the Random123 distribution. */
    @ParameterizedTest
    @CsvSource({
        "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
        "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
        "243f6a88, 85a308d3, 13198a2e, 03707344, c4923a9c, 483df7a0",
    })
    void knownAnswers(String counter0, String counter1, String key0, String key1, String first, String second) {
        long block = Threefry.block(hex(key0), hex(key1), hex(counter0), hex(counter1));
        assertEquals(first, String.format("%08x", (int) block));
        assertEquals(second, String.format("%08x", block >>> 32));
    }

    /** For one key the block is a bijection of the counter, so no two counters may collide. */
    @Test
    void countersDoNotCollide() {
        Set<Long> blocks = new HashSet<>();
        for (int c = 0; c < 20_000; c++) {
            assertTrue(blocks.add(Threefry.block(1, 2, c, 3)));
            assertTrue(blocks.add(Threefry.block(1, 2, c, 4)));
        }
    }

    /** Flipping any one input bit flips half of the output bits on average. */
    @Test
    void everyInputBitSpreads() {
        for (int bit = 0; bit < 128; bit++) {
            int flipped = 0;
            for (int trial = 0; trial < 500; trial++) {
                int[] in = {trial * 7, trial ^ 0x5555, trial, 9};
                long before = Threefry.block(in[0], in[1], in[2], in[3]);
                in[bit / 32] ^= 1 << bit % 32;
                flipped += Long.bitCount(before ^ Threefry.block(in[0], in[1], in[2], in[3]));
            }
            // 32 000 bits: the standard deviation of the count is 89.
            assertEquals(16_000, flipped, 5 * 89, "input bit " + bit);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, 0xFFL, 0xFFFFFF00L, 0xFFFFFFFF00000000L, 0x80000000L, 0x123456789ABCDEFL})
    void uniformsAreInRangeAndAgree(long block) {
        float f = Threefry.uniform24(block);
        double d = Threefry.uniform53(block);
        assertTrue(f >= 0 && f < 1, "" + f);
        assertTrue(d >= 0 && d < 1, "" + d);
        assertEquals((double) f, Math.floor(d * 0x1p24) * 0x1p-24);
    }

    @Test
    void uniformsReachBothEnds() {
        assertEquals(0f, Threefry.uniform24(0));
        assertEquals(1 - 0x1p-24f, Threefry.uniform24(-1));
        assertEquals(0.0, Threefry.uniform53(0));
        assertEquals(1 - 0x1p-53, Threefry.uniform53(-1));
        assertEquals(0x1p-53, Threefry.uniform53(1L << 43));
    }
}
