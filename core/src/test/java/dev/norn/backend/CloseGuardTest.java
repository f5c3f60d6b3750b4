package dev.norn.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.nn.Dense;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is forgotten is told once; what is closed, never. */
class CloseGuardTest {

    /** Held here, since the JDK holds loggers weakly. */
    private final Logger logger = Logger.getLogger("dev.norn.backend");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private List<LogRecord> of(String message) {
        return records.stream().filter(r -> r.getMessage().startsWith(message)).toList();
    }

    /** Collects garbage until that has been told of, so often. */
    private void await(String message, int times) throws InterruptedException {
        for (int i = 0; i < 3_000 && of(message).size() < times; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(times, of(message).size(), message);
    }

    /** The one frame of this test's code among the calls that made something. */
    private static void assertMadeIn(String method, LogRecord record) {
        assertTrue(Arrays.stream(record.getThrown().getStackTrace()).anyMatch(frame ->
                frame.getClassName().equals(CloseGuardTest.class.getName()) && frame.getMethodName().equals(method)),
                () -> Arrays.toString(record.getThrown().getStackTrace()));
    }

    private static final class Guarded {
        private final CloseGuard guard;

        Guarded(String message, Runnable release) {
            this.guard = new CloseGuard(this, message, release);
        }
    }

    private void forget(String message, AtomicInteger released) {
        new Guarded(message, released::incrementAndGet);
    }

    @Test
    void forgottenOnesAreToldOnceAndReleased() throws InterruptedException {
        AtomicInteger released = new AtomicInteger();
        AtomicInteger never = new AtomicInteger();
        Guarded open = new Guarded("open", never::incrementAndGet);
        Guarded closed = new Guarded("closed", never::incrementAndGet);
        closed.guard.close();
        closed.guard.close();
        closed = null;
        forget("first", released);
        await("first", 1);
        // By the time that the second is told, the others would have been.
        forget("second", released);
        await("second", 1);
        assertEquals(List.of("first", "second"), records.stream().map(LogRecord::getMessage).toList());
        assertEquals(Level.WARNING, records.get(0).getLevel());
        assertMadeIn("forget", records.get(0));
        assertEquals(2, released.get());
        assertEquals(0, never.get());
        open.guard.close();
    }

    private static void forgetSession(Backend backend) {
        new Session(backend);
    }

    private static void forgetPredictor(Backend backend) {
        new Model(2, DType.F64, 1, new Dense(1)).compile(backend).predict(new double[2], 1, new double[1]);
    }

    @Test
    void sessionsAndPredictors() throws InterruptedException {
        String message = "a session was not closed";
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
            new Session(backend).close();
            new Model(2, DType.F64, 1, new Dense(1)).compile(backend).close();
            forgetSession(backend);
            await(message, 1);
            assertMadeIn("forgetSession", of(message).get(0));
            forgetPredictor(backend);
            await(message, 2);
            assertMadeIn("forgetPredictor", of(message).get(1));
        }
    }
}
