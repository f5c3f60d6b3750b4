package dev.norn.cpu;

/**
 * Whether this processor multiplies and adds in one instruction. Where it does not (x86 before 2013, some emulators),
 * {@link Math#fma} is exact all the same, by way of {@link java.math.BigDecimal}: a thousand times slower.
 */
final class Fma {

    private static final int CALLS = 100;
    private static final long SLOW_NANOS_A_CALL = 1_000;

    /** Found out by trying: HotSpot's own answer, the flag UseFMA, is only to be had from a large management module. */
    static final boolean FAST = System.getProperty("os.arch").equals("aarch64") || isFast();

    private Fma() {}

    private static boolean isFast() {
        long least = Long.MAX_VALUE;
        double x = 0.5;
        // The least of some, lest an interruption decide.
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                x = Math.fma(x, 0.75, 0.1);
            }
            least = Math.min(least, System.nanoTime() - start);
        }
        return least < CALLS * SLOW_NANOS_A_CALL && x > 0;
    }
}
