package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    private static final String FIGURES = " {2,}[\\d.]+  +[\\d,]+  +[\\d.]+ %  +";

    @TempDir
    private Path folder;

    private Path json;

    @BeforeEach
    void writeDigits() {
        SmallDigits.write(folder);
        json = folder.resolve("result.json");
    }

    @AfterEach
    void unplug() {
        FragileProvider.unplug();
    }

    private Cli train(String options) {
        return Cli.run("mnist --hidden 12 --batch-size 20 --epochs 3 " + options + " --data " + folder + " --json " + json);
    }

    private static String line(Cli cli, String start) {
        return cli.out().lines().filter(line -> line.startsWith(start)).findFirst()
                .orElseThrow(() -> new AssertionError(start + " is missing in\n" + cli.out()));
    }

    private List<Map<String, Object>> runs() {
        return Json.list(Json.read(json), "runs");
    }

    /** All are compared with the first; the reference is in only by name. */
    @Test
    void all() {
        FragileProvider.plugIn(true);
        Cli cli = train("--backend all").succeeded();
        assertTrue(cli.out().startsWith("model     64-12-10, 910 parameters, F32\ntraining  3 epochs, seed 1\n\nbackend "),
                cli.out());
        assertTrue(line(cli, "backend ").matches("backend +device +seconds +samples/s +accuracy +loss differs by"), cli.out());
        assertTrue(line(cli, "cpu ").matches("cpu .*" + FIGURES + "-"), cli.out());
        assertTrue(line(cli, "fragile ").matches("fragile +sound" + FIGURES + "\\d\\.\\de-\\d\\d"), cli.out());
        assertTrue(cli.out().contains("\n\nabsent is not available: " + AbsentProvider.REASON + "\n"), cli.out());
        assertFalse(cli.out().contains("reference") || cli.out().contains("TPR"), cli.out());
        Map<String, Object> report = Json.read(json);
        assertEquals(List.of("version", "java", "parameters", "runs", "not_available"), List.copyOf(report.keySet()));
        assertEquals(Map.of("backend", "absent", "reason", AbsentProvider.REASON),
                Json.list(report, "not_available").get(0));
        List<Map<String, Object>> runs = runs();
        assertEquals("cpu", runs.get(0).get("backend"));
        assertEquals("fragile", runs.get(1).get("backend"));
        assertNull(runs.get(0).get("loss_difference"));
        assertTrue((double) runs.get(1).get("loss_difference") < 1e-4, runs.toString());
        for (Map<String, Object> run : runs) {
            assertEquals(3, Json.list(run, "history").size());
            assertEquals(10, Json.list(run, "confusion_matrix").size());
        }
    }

    @Test
    void byName() {
        Cli cli = train("--quiet --backend reference,cpu").succeeded();
        assertEquals("", cli.err());
        assertEquals(List.of("reference", "cpu"), runs().stream().map(run -> run.get("backend")).toList());
        assertFalse(cli.out().contains("absent"), cli.out());
    }

    @Test
    void allAndTheReference() {
        train("--quiet --backend all,reference").succeeded();
        assertEquals("cpu", runs().get(0).get("backend"));
        assertEquals("reference", runs().get(runs().size() - 1).get("backend"));
    }

    @Test
    void openCl() {
        OpenCl.assumeAvailable();
        train("--quiet --backend cpu,opencl").succeeded();
        assertTrue((double) runs().get(1).get("loss_difference") < 1e-4, runs().toString());
    }

    @Test
    void aFailureStopsNoOther() {
        FragileProvider.plugIn(false);
        Cli cli = train("--quiet --backend fragile,cpu");
        assertEquals(Failures.FAILED, cli.code());
        assertEquals("", cli.err());
        assertTrue(line(cli, "cpu ").endsWith(" -"), cli.out());
        assertTrue(cli.out().endsWith("\n\nfragile failed: " + FragileProvider.FAILURE + "\n"), cli.out());
        assertEquals(Map.of("backend", "fragile", "error", FragileProvider.FAILURE), runs().get(0));
        assertEquals("cpu", runs().get(1).get("backend"));
        String trace = train("--quiet --backend fragile,cpu --verbose").err();
        assertTrue(trace.contains("\tat dev.norn.examples.FragileProvider"), trace);
    }

    /** One that was named runs or fails. */
    @Test
    void oneThatWasNamedMayNotBeMissing() {
        Cli cli = train("--quiet --backend cpu,absent");
        assertEquals(Failures.FAILED, cli.code());
        assertTrue(cli.out().endsWith("absent failed: " + AbsentProvider.REASON + "\n"), cli.out());
        Cli none = train("--quiet --backend absent,fragile");
        assertEquals(Failures.FAILED, none.code());
        assertEquals("absent failed: " + AbsentProvider.REASON + "\nfragile failed: " + FragileProvider.REASON + "\n",
                none.out());
    }

    @Test
    void aTypeThatADeviceLacks() {
        FragileProvider.plugIn(true);
        Cli all = train("--quiet --backend all --precision f64").succeeded();
        assertTrue(all.out().contains("\nfragile is not available: sound has no float64\n"), all.out());
        Cli named = train("--quiet --backend cpu,fragile --precision f64");
        assertEquals(Failures.FAILED, named.code());
        assertTrue(line(named, "fragile failed: ").contains("sound has no float64"), named.out());
    }

    @Test
    void runge() {
        Cli cli = Cli.run("runge --samples 40 --hidden 4 --epochs 1 --quiet --backend cpu,reference --json " + json)
                .succeeded();
        assertTrue(cli.out().contains("\ntraining  1 epoch, seed 1\n"), cli.out());
        assertTrue(line(cli, "backend ").contains("test MSE"), cli.out());
        for (Map<String, Object> run : runs()) {
            assertTrue((double) run.get("test_mse") > 0, run.toString());
        }
    }

    @Test
    void progressSaysOfWhat() {
        List<String> lines = train("--backend cpu,reference").succeeded().err().lines().toList();
        assertEquals(8, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("cpu: "), lines.get(0));
        assertTrue(lines.get(1).startsWith("epoch 1/3"), lines.get(1));
        assertTrue(lines.get(4).startsWith("reference: "), lines.get(4));
    }

    @Test
    void aWrongCommandLineIsNoFailureOfABackend() {
        train("--backend all --validation-split 0.001").failed(2, "--validation-split must be such that");
    }
}
