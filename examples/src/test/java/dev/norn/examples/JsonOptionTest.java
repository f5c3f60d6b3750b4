package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backends;
import dev.norn.conformance.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results for programs, of every command that has some. */
class JsonOptionTest {

    @TempDir
    private Path folder;

    private static Map<String, Object> standardOutput(String line) throws IOException {
        return Json.parse(Cli.run(line + " --json -").succeeded().out().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "runge --samples 20 --hidden 2 --epochs 1", "runge --samples 20 --hidden 2 --epochs 1 --backend cpu,reference",
        "devices", "reproduce --list",
    })
    void nothingElseOnStandardOutput(String line) throws IOException {
        Map<String, Object> printed = standardOutput(line);
        Path file = folder.resolve("result.json");
        assertTrue(Cli.run(line + " --json " + file).succeeded().out().length() > 0);
        assertEquals(printed.keySet(), Json.read(file).keySet());
    }

    @Test
    void devices() throws IOException {
        Map<String, Object> results = standardOutput("devices");
        assertEquals(Backends.choose().provider().name(), results.get("auto"));
        List<Map<String, Object>> backends = Json.list(results, "backends");
        assertEquals(Backends.providers().stream().map(p -> (Object) p.name()).toList(),
                backends.stream().map(b -> b.get("backend")).toList());
        Map<String, Object> absent = backends.get(0);
        assertEquals(false, absent.get("available"));
        assertEquals(AbsentProvider.REASON, absent.get("reason"));
        Map<String, Object> cpu = backends.stream().filter(b -> b.get("backend").equals("cpu")).findFirst().orElseThrow();
        assertEquals(true, cpu.get("available"));
        assertEquals(1, Json.list(cpu, "devices").size());
    }

    @Test
    void verify() throws IOException {
        String group = Conformance.groups().get(0).name();
        Map<String, Object> results = standardOutput("verify --backend cpu --filter " + group);
        assertEquals(true, results.get("passed"));
        List<Map<String, Object>> groups = Json.list(results, "groups");
        assertEquals(List.of("f32", "f64"), groups.stream().map(g -> g.get("precision")).toList());
        for (Map<String, Object> entry : groups) {
            assertEquals(group, entry.get("group"));
            assertTrue((long) entry.get("checks") > 0);
            assertEquals(List.of(), entry.get("failures"));
        }
    }

    @Test
    void reproduce() throws IOException {
        Path out = folder.resolve("out");
        Map<String, Object> results = standardOutput("reproduce a-fig4 --quick --quiet --backend cpu --python none --out " + out);
        assertEquals(Json.read(out.resolve("results.json")), results);
        assertEquals(24, Json.list(standardOutput("reproduce --list"), "experiments").size());
    }

    @Test
    void whereNothingCanBeWritten() {
        Path nowhere = folder.resolve("nowhere").resolve("a.json");
        for (String line : List.of("devices", "verify --backend cpu", "reproduce --list", "runge")) {
            Cli.run(line + " --json " + nowhere).failed(1, "cannot write " + nowhere);
        }
        assertTrue(Files.notExists(nowhere.getParent()));
    }
}
