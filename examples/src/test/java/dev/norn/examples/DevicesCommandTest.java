package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {

    @AfterEach
    void unplug() {
        FragileProvider.unplug();
    }

    private static List<String> lines() {
        return Cli.run("devices").succeeded().out().lines().toList();
    }

    @Test
    void everyProviderAndTheChoice() {
        List<String> lines = lines();
        assertEquals("absent      not available: " + AbsentProvider.REASON, lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("cpu         ")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("reference   interpreter")), lines.toString());
        assertEquals("auto        " + Backends.choose().explanation(), lines.get(lines.size() - 1));
    }

    @Test
    void severalDevicesWithTheirIndex() {
        FragileProvider.plugIn(true);
        List<String> lines = lines();
        int at = lines.indexOf("fragile     0: sound");
        assertTrue(at > 0, lines.toString());
        assertEquals("            1: broken", lines.get(at + 1));
    }

    @Test
    void whatADeviceIs() {
        BackendProvider.Availability found = OpenCl.assumeAvailable();
        for (String device : found.devices()) {
            assertTrue(device.matches(".+ \\(.+, OpenCL .+, driver .+; \\d+ compute units, [\\d.]+ GiB, (no )?float64\\)"), device);
            assertTrue(lines().stream().anyMatch(line -> line.endsWith(device)), lines().toString());
        }
    }
}
