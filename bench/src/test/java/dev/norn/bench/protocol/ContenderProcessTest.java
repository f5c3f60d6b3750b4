package dev.norn.bench.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(600)
class ContenderProcessTest {

    private static final long PATIENCE = 300;

    @TempDir
    private Path folder;

    private ContenderProcess start(String fake, String first) throws ContenderException {
        return start(new ProcessBuilder(FakeContender.command(first)), fake, PATIENCE);
    }

    private ContenderProcess start(ProcessBuilder command, String fake, long patience) throws ContenderException {
        return new ContenderProcess(command, folder.resolve("log"), new Job(Map.of("fake", fake)), patience);
    }

    @Test
    void answers() throws Exception {
        try (ContenderProcess process = start("well", null)) {
            assertEquals(Map.of("name", "fake", "threads", 1), process.about());
            Sample warmUp = process.ask(Conversation.WARM_UP);
            assertEquals(1, warmUp.seconds());
            assertTrue(Double.isNaN(warmUp.score()));
            for (int i = 0; i < 3; i++) {
                Sample round = process.ask(Conversation.ROUND);
                assertEquals(new Sample(0.5, 2, 0.25), round);
                assertEquals(0.25, round.unit());
            }
        }
        assertTrue(Files.readString(folder.resolve("log")).contains("a library says hello"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "refuses         | not today",
        "dies            | ended unasked, with exit code 3: last words",
        "dies in a round | ended unasked, with exit code 4: a library says hello",
        "throws          | no more paper",
        "lacks memory    | OutOfMemoryError: Java heap space",
    })
    void saysInALineWhatWentWrong(String fake, String message) {
        ContenderException e = assertThrows(ContenderException.class, () -> {
            try (ContenderProcess process = start(fake, null)) {
                process.ask(Conversation.ROUND);
            }
        });
        assertEquals(message, e.getMessage());
    }

    @Test
    void takesNoNumberThatIsNone() throws Exception {
        try (ContenderProcess process = start("is nowhere", null)) {
            ContenderException e = assertThrows(ContenderException.class, () -> process.ask(Conversation.ROUND));
            assertTrue(e.getMessage().startsWith("answered round with {"), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"Hello!", "[1]", "42", "{\"name\":"})
    void takesNothingElseForAnAnswer(String printed) {
        ContenderException e = assertThrows(ContenderException.class, () -> start("well", printed).close());
        assertEquals("printed no answer but '" + printed + "'", e.getMessage());
    }

    @Test
    void isShortAboutGarbage() {
        ContenderException e = assertThrows(ContenderException.class, () -> start("well", "x".repeat(10_000)).close());
        assertTrue(e.getMessage().length() < 200, e.getMessage());
    }

    @Test
    void doesNotWaitForever() {
        ContenderException e = assertThrows(ContenderException.class, () -> {
            try (ContenderProcess process = start(new ProcessBuilder(FakeContender.command(null)), "sleeps", 5)) {
                process.ask(Conversation.ROUND);
            }
        });
        assertEquals("gave no answer in 5 s", e.getMessage());
        assertFalse(ProcessHandle.current().children().anyMatch(ProcessHandle::isAlive));
    }

    @Test
    void saysWhenThereIsNoSuchProgram() {
        ContenderException e = assertThrows(ContenderException.class,
                () -> start(new ProcessBuilder(List.of("/no/such/program")), "well", PATIENCE));
        assertTrue(e.getMessage().startsWith("cannot start /no/such/program: "), e.getMessage());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tellsThePeakOfMemory() throws Exception {
        try (ContenderProcess process = start("well", null)) {
            long bytes = process.peakMemory().orElseThrow();
            assertTrue(bytes > 10 << 20 && bytes < 2L << 30, bytes + " bytes");
        }
    }
}
