package dev.norn.bench.protocol;

import java.util.function.LongConsumer;

/** Measures what is over too soon to be measured once. */
public final class Repeat {

    /** How long a round of products takes, at least. */
    public static final double SECONDS = 0.25;

    private Repeat() {}

    /**
     * The time of as many runs as take {@code seconds} or more: the last of several attempts, each with more of them.
     *
     * @param runs runs that often, and waits until all is done
     */
    public static Sample atLeast(double seconds, LongConsumer runs) {
        long count = 1;
        while (true) {
            long start = System.nanoTime();
            runs.accept(count);
            double taken = (System.nanoTime() - start) * 1e-9;
            if (taken >= seconds) {
                return new Sample(taken, count, Double.NaN);
            }
            count = (long) Math.ceil(count * Math.min(10, Math.max(1.5, 1.2 * seconds / Math.max(taken, 1e-9))));
        }
    }

    /** Mean of the squares: about k for a product of k terms of normally distributed numbers. */
    public static double meanSquare(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum / values.length;
    }
}
