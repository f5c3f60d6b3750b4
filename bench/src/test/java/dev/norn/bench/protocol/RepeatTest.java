package dev.norn.bench.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatTest {

    @Test
    void repeatsUntilItTakesLongEnough() {
        AtomicLong last = new AtomicLong();
        Sample sample = Repeat.atLeast(0.02, count -> {
            last.set(count);
            long end = System.nanoTime() + count * 1_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
        assertTrue(sample.seconds() >= 0.02);
        assertEquals(last.get(), sample.count());
        assertTrue(sample.unit() >= 1e-6, sample.toString());
    }

    @Test
    void countsWhatTakesLongOnlyOnce() {
        AtomicLong calls = new AtomicLong();
        assertEquals(1, Repeat.atLeast(0, count -> calls.incrementAndGet()).count());
        assertEquals(1, calls.get());
    }

    @Test
    void meansOfSquares() {
        assertEquals(12.5, Repeat.meanSquare(new float[] {3, -4}));
    }
}
