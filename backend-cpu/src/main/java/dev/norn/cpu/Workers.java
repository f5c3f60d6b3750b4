package dev.norn.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A pool of threads that runs the tasks of one parallel loop at a time. The calling thread takes part as worker 0, so
 * that a loop is never slower for want of a free core: where no other thread gets to run, the caller does all the
 * tasks.
 *
 * <p>Each worker has a share of the tasks, always the same part of them, and when it is done with that helps the others. So
 * what it computes in one loop, the rows of a matrix for instance, it finds in its own cache in the next: to fetch them from
 * another core's takes longer than a tanh.
 *
 * <p>A run allocates nothing. The threads spin for a few microseconds after a run, since in training the next one is
 * near, and then park. Any thread may call {@link #run}; a pool that is in use, by another thread or further up this
 * very call stack, is not waited for: the loop then runs on the calling thread alone.
 */
public final class Workers implements AutoCloseable {

    /** The body of a parallel loop. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one task.
         *
         * @param index which task, from 0; every index is done exactly once, in no particular order
         * @param worker who does it, from 0 to one below {@link Workers#threads}; no two threads of one run share a
         *     number, so it can choose among scratch arrays
         */
        void run(int index, int worker);
    }

    /** How long an idle thread spins before it parks. Waking a parked thread costs about as much. */
    private static final long SPIN_NANOS = 30_000;

    private static final int SPINS_PER_CLOCK_READING = 32;

    /** How far apart the shares lie in their array: two cache lines, lest a worker's claims disturb another's. */
    private static final int SHARE_STRIDE = 16;

    private static final VarHandle SHARE = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle PENDING;
    private static final VarHandle BUSY;

    static {
        try {
            var lookup = MethodHandles.lookup();
            PENDING = lookup.findVarHandle(Workers.class, "pending", int.class);
            BUSY = lookup.findVarHandle(Workers.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Helper[] helpers;

    /**
     * For each worker the number of the run in the high half, the number of tasks of its share that nobody has claimed yet in
     * the low half. One compare-and-set on both claims a task and proves at once that the run is still the one that the
     * claimant saw: {@link #task} and {@link #tasks} are only written while no task is unclaimed, before the shares are.
     */
    private final long[] shares;

    /** The number of the last run; written after the shares. */
    private volatile int run;

    private Task task;
    private int tasks;

    /** The tasks of the run that are not finished. */
    private volatile int pending;

    /** The caller, while it is parked until the last task is finished. */
    private volatile Thread caller;

    private volatile Throwable failure;
    private volatile boolean busy;
    private volatile boolean closed;

    /**
     * Starts a pool.
     *
     * @param threads how many threads work on a loop, the caller included: one fewer are started
     */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a pool needs at least 1 thread, not " + threads);
        }
        shares = new long[threads * SHARE_STRIDE];
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
            helpers[i].start();
        }
    }

    /** How many threads work on a loop, the caller included. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Does {@code body.run(index, worker)} for every index from 0 to {@code count - 1} and returns when all are done.
     * If one throws, those not yet begun are left out, and the first exception is thrown here once the others have
     * ended.
     */
    public void run(int count, Task body) {
        if (count <= 1 || helpers.length == 0 || busy || !BUSY.compareAndSet(this, false, true)) {
            for (int i = 0; i < count; i++) {
                body.run(i, 0);
            }
            return;
        }
        try {
            share(count, body);
        } finally {
            busy = false;
        }
    }

    private void share(int count, Task body) {
        task = body;
        tasks = count;
        pending = count;
        int next = run + 1;
        for (int worker = 0; worker < threads(); worker++) {
            SHARE.setVolatile(shares, worker * SHARE_STRIDE, (long) next << 32 | end(worker) - end(worker - 1));
        }
        run = next;
        for (int i = 0; i < helpers.length && i < count - 1; i++) {
            helpers[i].wake();
        }
        work(0);
        await();
        task = null;
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw Workers.<RuntimeException>unchecked(thrown);
        }
    }

    /** Lets a task's exception through as it is, whatever its type. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** The index after the last of a worker's share, in shares that differ by one at most. */
    private int end(int worker) {
        return (worker + 1) * (tasks / threads()) + Math.min(worker + 1, tasks % threads());
    }

    /** Claims tasks and does them until none is unclaimed: first its own, then those of the workers after it. */
    private void work(int worker) {
        int owner = worker;
        do {
            work(owner, worker);
            owner = owner + 1 == threads() ? 0 : owner + 1;
        } while (owner != worker);
    }

    private void work(int owner, int worker) {
        int at = owner * SHARE_STRIDE;
        for (long seen = (long) SHARE.getVolatile(shares, at); (int) seen != 0; seen = (long) SHARE.getVolatile(shares, at)) {
            // Read between the share and the compare-and-set, whose success tells that they belong together.
            Task body = task;
            int index = end(owner) - (int) seen;
            if (!SHARE.compareAndSet(shares, at, seen, seen - 1)) {
                continue;
            }
            try {
                if (failure == null) {
                    body.run(index, worker);
                }
            } catch (Throwable e) {
                // Where several tasks throw at once, any of their exceptions will do.
                failure = e;
            }
            if ((int) PENDING.getAndAdd(this, -1) == 1) {
                LockSupport.unpark(caller);
            }
        }
    }

    /** Waits, as the caller, for the tasks that helpers have claimed. */
    private void await() {
        if (spin(null)) {
            return;
        }
        // The helper that brings pending to 0 reads the caller after that, and this reads pending after it set the
        // caller: one of the two sees the other's write.
        caller = Thread.currentThread();
        while (pending != 0) {
            LockSupport.park(this);
        }
        caller = null;
    }

    /**
     * Spins until there is something to do, but not for long; tells whether there is.
     *
     * @param helper who spins; null for the caller
     */
    private boolean spin(Helper helper) {
        long start = 0;
        for (int i = 0; ; i++) {
            if (helper == null ? pending == 0 : helper.hasWork()) {
                return true;
            }
            if (i % SPINS_PER_CLOCK_READING == 0) {
                long now = System.nanoTime();
                if (i == 0) {
                    start = now;
                } else if (now - start > SPIN_NANOS) {
                    return false;
                }
            }
            Thread.onSpinWait();
        }
    }

    /** Ends the threads. The pool stays usable: the caller then does all the tasks. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            helper.wake();
        }
    }

    /** A thread of the pool. */
    private final class Helper extends Thread {

        private final int worker;
        private int lastRun;
        private volatile boolean parked;

        Helper(int worker) {
            super("norn-cpu-" + worker);
            this.worker = worker;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                lastRun = run;
                work(worker);
                if (!spin(this)) {
                    // As in await: this writes parked and then reads the run, the caller writes the run and then reads
                    // parked.
                    parked = true;
                    while (!hasWork()) {
                        LockSupport.park(Workers.this);
                    }
                    parked = false;
                }
            }
        }

        private boolean hasWork() {
            return run != lastRun || closed;
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(this);
            }
        }
    }
}
