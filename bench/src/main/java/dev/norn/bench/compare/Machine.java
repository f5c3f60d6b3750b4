package dev.norn.bench.compare;

import dev.norn.bench.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What this machine and this Java are, as far as the system tells. */
final class Machine {

    private Machine() {}

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The value after "key :" in a file of such lines; empty if there is none. */
    private static String value(String file, String key) {
        return lines(file).stream().filter(line -> line.startsWith(key) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("");
    }

    /** What the processor can do, as Linux names it; nothing elsewhere. */
    static List<String> flags() {
        return Arrays.asList(value("/proc/cpuinfo", "flags").split(" "));
    }

    /** The processor, as its maker calls it. */
    static String processor() {
        String name = value("/proc/cpuinfo", "model name");
        return name.isEmpty() ? System.getProperty("os.arch") : name;
    }

    /** Cores that this JVM may use. */
    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static List<String> caches() {
        List<String> caches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String folder = "/sys/devices/system/cpu/cpu0/cache/index" + i + "/";
            List<String> size = lines(folder + "size");
            if (!size.isEmpty()) {
                caches.add("L" + String.join("", lines(folder + "level")) + " " + String.join("", lines(folder + "type"))
                        + " " + size.get(0));
            }
        }
        return caches;
    }

    /** The machine, for a report. */
    static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", processor());
        machine.put("cores", cores());
        machine.put("caches", caches());
        machine.put("vector_flags", flags().stream().filter(f -> f.matches("avx.*|fma|amx.*|sse4_2|asimd.*|sve.*")).toList());
        machine.put("memory", value("/proc/meminfo", "MemTotal"));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("load_before", String.join("", lines("/proc/loadavg")));
        return machine;
    }

    /** This Java, whose JVM runs all contestants that need one, for a report. */
    static Map<String, Object> describeJava() {
        Map<String, Object> java = new LinkedHashMap<>();
        java.put("version", Runtime.version().toString());
        java.put("vendor", System.getProperty("java.vendor"));
        java.put("vm", System.getProperty("java.vm.name"));
        java.put("flags", Processes.jvmOptions());
        java.put("vector_module", Processes.hasVectors());
        java.put("norn", Main.version());
        return java;
    }
}
