package dev.norn.backend;

import java.lang.ref.Cleaner;

/**
 * A net under {@code close()}: if an object becomes unreachable without having been closed, one warning says what it was,
 * with the calls that made it. Sessions have one, and so should every backend that holds threads or memory.
 *
 * <p>By itself this frees nothing, since a garbage collector's thread must not free a session's memory while another thread
 * uses the backend: that memory is given back when the backend is closed. A backend that nobody can reach is used by nobody
 * but, perhaps, a call that is just ending; what it has that can be given back even then, such as threads that wait for
 * work, it may have released here.
 *
 * <p>Making one takes about as long as walking the stack, some microseconds.
 */
public final class CloseGuard {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Leak leak;
    private final Cleaner.Cleanable registration;

    /** What is left when the object is gone. Must not reach it. */
    private static final class Leak implements Runnable {
        private final String message;
        private final Runnable release;
        private final Throwable made = new Throwable("it was made here");
        private volatile boolean closed;

        Leak(String message, Runnable release) {
            this.message = message;
            this.release = release;
        }

        @Override
        public void run() {
            if (!closed) {
                System.getLogger("dev.norn.backend").log(System.Logger.Level.WARNING, message, made);
                release.run();
            }
        }
    }

    /**
     * Watches an object, which keeps the guard in a field.
     *
     * @param message what it means that the object was not closed, one line
     */
    public CloseGuard(Object owner, String message) {
        this(owner, message, () -> { });
    }

    /** @param release runs after the warning, on a thread of its own; must not hold the owner */
    public CloseGuard(Object owner, String message, Runnable release) {
        this.leak = new Leak(message, release);
        this.registration = CLEANER.register(owner, leak);
    }

    /** The object is being closed: nothing will be said of it. Its {@code close()} begins with this. */
    public void close() {
        leak.closed = true;
        registration.clean();
    }
}
