package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {

    @Test
    void everyProviderAndTheChoice() {
        List<String> lines = Cli.run("devices").succeeded().out().lines().toList();
        assertEquals("absent      not available: " + AbsentProvider.REASON, lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("cpu         ")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("reference   interpreter")), lines.toString());
        assertEquals("auto        " + Backends.choose().explanation(), lines.get(lines.size() - 1));
    }
}
