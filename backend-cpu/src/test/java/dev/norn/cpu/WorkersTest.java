package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyTaskIsDoneOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertEquals(threads, workers.threads());
            for (int count : new int[] {0, 1, 2, 3, 7, 100, 1000}) {
                AtomicIntegerArray done = new AtomicIntegerArray(count);
                workers.run(count, (index, worker) -> {
                    assertTrue(worker >= 0 && worker < threads);
                    done.incrementAndGet(index);
                });
                for (int i = 0; i < count; i++) {
                    assertEquals(1, done.get(i));
                }
            }
        }
    }

    /** Plain writes of the tasks are seen by the caller, and by the tasks of the next run. */
    @Test
    void manySmallRuns() {
        try (Workers workers = new Workers(3)) {
            int[] counts = new int[5];
            Workers.Task task = (index, worker) -> counts[index]++;
            for (int run = 0; run < 100_000; run++) {
                workers.run(counts.length, task);
            }
            int[] expected = new int[5];
            Arrays.fill(expected, 100_000);
            assertArrayEquals(expected, counts);
        }
    }

    /** Pauses long enough for the helpers to park, and ones about as long as they spin. */
    @Test
    void helpersWakeUp() {
        try (Workers workers = new Workers(3)) {
            for (int run = 0; run < 500; run++) {
                LockSupport.parkNanos(run * 1000L);
                AtomicInteger inside = new AtomicInteger();
                // Each task waits for the other two: this ends only if every helper comes.
                workers.run(3, (index, worker) -> {
                    inside.incrementAndGet();
                    while (inside.get() < 3) {
                        Thread.onSpinWait();
                    }
                });
            }
        }
    }

    @Test
    void aWorkerIsOnOneTaskAtATime() {
        try (Workers workers = new Workers(4)) {
            AtomicIntegerArray inside = new AtomicIntegerArray(4);
            for (int run = 0; run < 1000; run++) {
                workers.run(16, (index, worker) -> {
                    assertEquals(1, inside.incrementAndGet(worker));
                    inside.decrementAndGet(worker);
                });
            }
        }
    }

    @Test
    void nestedRunsAreSerial() {
        try (Workers workers = new Workers(2)) {
            AtomicInteger done = new AtomicInteger();
            for (int run = 0; run < 1000; run++) {
                workers.run(4, (outer, w) -> {
                    Thread thread = Thread.currentThread();
                    workers.run(5, (inner, v) -> {
                        assertSame(thread, Thread.currentThread());
                        done.incrementAndGet();
                    });
                });
            }
            assertEquals(20_000, done.get());
        }
    }

    @Test
    void severalCallers() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            AtomicInteger done = new AtomicInteger();
            Thread[] callers = new Thread[4];
            for (int i = 0; i < callers.length; i++) {
                callers[i] = new Thread(() -> {
                    int[] counts = new int[3];
                    for (int run = 0; run < 10_000; run++) {
                        workers.run(3, (index, worker) -> counts[index]++);
                    }
                    done.addAndGet(Arrays.stream(counts).sum());
                });
                callers[i].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(4 * 30_000, done.get());
        }
    }

    @Test
    void exceptionsReachTheCaller() {
        try (Workers workers = new Workers(2)) {
            for (int run = 0; run < 1000; run++) {
                int bad = run % 10;
                var thrown = assertThrows(IllegalStateException.class, () -> workers.run(10, (index, worker) -> {
                    if (index == bad) {
                        throw new IllegalStateException("task " + index);
                    }
                }));
                assertEquals("task " + bad, thrown.getMessage());
            }
            // The pool is in order after that.
            AtomicInteger done = new AtomicInteger();
            workers.run(10, (index, worker) -> done.incrementAndGet());
            assertEquals(10, done.get());
        }
    }

    @Test
    void errorsOfEveryTask() {
        try (Workers workers = new Workers(3)) {
            for (int run = 0; run < 200; run++) {
                assertThrows(AssertionError.class, () -> workers.run(10, (index, worker) -> {
                    throw new AssertionError();
                }));
            }
        }
    }

    @Test
    void aClosedPoolLeavesTheTasksToTheCaller() {
        Workers workers = new Workers(2);
        workers.close();
        AtomicInteger done = new AtomicInteger();
        workers.run(100, (index, worker) -> done.incrementAndGet());
        assertEquals(100, done.get());
    }

    @Test
    void aPoolNeedsAThread() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }
}
