package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A backend that nobody closed is told of, and its threads end. */
class ForgottenBackendTest {

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("norn-cpu-"))
                .collect(Collectors.toSet());
    }

    private static void forget() {
        Workloads.open(3);
    }

    @Test
    void itsThreadsEnd() throws InterruptedException {
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.norn.backend");
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try {
            Set<Thread> before = threads();
            forget();
            Set<Thread> own = threads();
            own.removeAll(before);
            assertEquals(2, own.size());
            for (int i = 0; i < 3_000 && own.stream().anyMatch(Thread::isAlive); i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertTrue(own.stream().noneMatch(Thread::isAlive));
            List<LogRecord> told = records.stream()
                    .filter(r -> List.of(r.getThrown().getStackTrace()).toString().contains("ForgottenBackendTest.forget"))
                    .toList();
            assertEquals(List.of("the cpu backend was not closed; its threads have been ended"),
                    told.stream().map(LogRecord::getMessage).toList());
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }
}
