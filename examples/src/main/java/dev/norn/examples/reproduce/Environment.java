package dev.norn.examples.reproduce;

import dev.norn.backend.DeviceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and with what numbers were made.
 *
 * @param values names and values, in order
 */
record Environment(Map<String, String> values) {

    static Environment of(String version, DeviceInfo device, boolean quick) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("version", "Norn " + version);
        values.put("size", quick ? "quick: everything at reduced size" : "full");
        values.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        values.put("backend", device.backend());
        values.put("device", device.name());
        values.put("processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        values.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        values.put("java", Runtime.version() + ", " + System.getProperty("java.vendor"));
        values.put("seed", "data " + Samples.SEED + "; weights and batches 1, or 1 and up where there are several runs");
        return new Environment(values);
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name")).map(line -> line.split(":", 2)[1].strip())
                    .findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch"); // not a Linux
        }
    }
}
