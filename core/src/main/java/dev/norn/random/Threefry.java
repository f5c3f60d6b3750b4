package dev.norn.random;

/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3", SC 2011). A number is a pure function of a key and a counter, so every backend, and every division
 * of the work among threads, produces the same stream. Only 32-bit additions, rotations and exclusive-ors are used: any
 * device has them.
 */
public final class Threefry {

    /** The rotation of each of the eight rounds that repeat (Salmon et al., table 4). */
    public static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

    /** The key schedule's parity constant for 32-bit words (Skein's C240, low word). */
    public static final int PARITY = 0x1BD11BDA;

    private Threefry() {}

    /**
     * The block for a key and a counter.
     *
     * @return two random words: the first in the low half, the second in the high half
     */
    public static long block(int key0, int key1, int counter0, int counter1) {
        int key2 = key0 ^ key1 ^ PARITY;
        int x0 = counter0 + key0;
        int x1 = counter1 + key1;
        int a = key1;
        int b = key2;
        int c = key0;
        for (int group = 1; group <= 5; group++) {
            for (int round = 0; round < 4; round++) {
                x0 += x1;
                x1 = Integer.rotateLeft(x1, ROTATIONS[(group - 1) % 2 * 4 + round]) ^ x0;
            }
            // After every four rounds the key is injected again, rotated by one word, with the group's number.
            x0 += a;
            x1 += b + group;
            int first = a;
            a = b;
            b = c;
            c = first;
        }
        return (x0 & 0xFFFFFFFFL) | (long) x1 << 32;
    }

    /** The first word's 24 high bits as a number in [0, 1): exact in F32. */
    public static float uniform24(long block) {
        return ((int) block >>> 8) * 0x1p-24f;
    }

    /**
     * A number in [0, 1) with 53 bits, of which the high 24 are those of {@link #uniform24}, so that F32 and F64 programs
     * draw the same dropout masks.
     */
    public static double uniform53(long block) {
        long high = (int) block & 0xFFFFFFFFL;
        long low = block >>> 32;
        return ((high << 21) | (low >>> 11)) * 0x1p-53;
    }
}
