package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.examples.report.Xml;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReproduceCommandTest {

    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void writesReportAndNumbers() throws IOException {
        Cli cli = Cli.run("reproduce a-fig2 a-fig4 a-fig6 b-fig4 b-table8 b-table6 --quick --backend cpu --python none --out " + out())
                .succeeded();
        assertTrue(cli.out().contains(out().resolve("index.html").toString()), cli.out());
        Map<String, Object> json = Json.read(out().resolve("results.json"));
        assertEquals("cpu", json.get("backend"));
        List<Map<String, Object>> experiments = Json.list(json, "experiments");
        assertEquals(List.of("a-fig2", "a-fig4", "a-fig6", "b-fig4", "b-table8", "b-table6"),
                experiments.stream().map(e -> e.get("id")).toList());
        Document page = Xml.parse(Files.readString(out().resolve("index.html")));
        assertTrue(page.getElementsByTagNameNS("*", "svg").getLength() >= 8);
        int rows = 0;
        for (Map<String, Object> experiment : experiments) {
            List<Map<String, Object>> lines = Json.list(experiment, "rows");
            rows += lines.size();
            String csv = Files.readString(out().resolve("data").resolve(experiment.get("id") + ".csv"));
            assertEquals(lines.size() + 1, csv.lines().count());
            for (Map<String, Object> line : lines) {
                boolean peer = ((String) line.get("what")).startsWith("scikit-learn");
                assertEquals(peer, line.get("measured") == null, line.toString());
                assertEquals(peer, line.get("verdict").equals("not measured"), line.toString());
                if (peer) {
                    assertEquals("no Python here has sklearn (tried none)", line.get("measured_text"));
                }
            }
        }
        // A row of a table for each; and of the last one, which is of times, for each experiment and for all.
        assertEquals(rows + experiments.size() + 1, rowsOfTables(page));
        Map<String, Object> tasks = asMap(json.get("tasks"));
        assertEquals(36, Json.list(asMap(tasks.get("b-table2")), "runs").size());
    }

    private static int rowsOfTables(Document page) {
        int rows = 0;
        for (int i = 0; i < page.getElementsByTagNameNS("*", "tbody").getLength(); i++) {
            rows += page.getElementsByTagNameNS("*", "tbody").item(i).getChildNodes().getLength();
        }
        return rows;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    @Test
    void lists() {
        List<String> lines = Cli.run("reproduce --list").succeeded().out().lines().toList();
        assertEquals(24, lines.size());
        assertTrue(lines.get(0).startsWith("a-fig2 "), lines.get(0));
    }

    @Test
    void badCommandLines() throws IOException {
        Cli.run("reproduce b-table9 --out " + out()).failed(2, "there is no experiment 'b-table9'; there are a-fig2, ", "b-fig24");
        Cli.run("reproduce").failed(2, "--out DIR is missing");
        Cli.run("reproduce a-fig2 --backend nonsense --out " + out()).failed(2, "nonsense");
        assertFalse(Files.exists(out()));
        Files.writeString(folder.resolve("file"), "");
        Cli.run("reproduce a-fig2 --out " + folder.resolve("file")).failed(1, "cannot write to the folder", "file: Not a directory");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void resultsOfAnotherSweepAreNotTakenOver() throws IOException {
        Files.createDirectories(out().resolve("runs"));
        Files.writeString(out().resolve("runs").resolve("a-fig6-quick.jsonl"), "something else\n");
        Cli cli = Cli.run("reproduce a-fig6 --quick --quiet --backend cpu --python none --out " + out());
        cli.failed(1, "cannot be continued");
    }

    /** Killed in the midst and started again: the same table as without. */
    @Test
    @Timeout(300)
    void goesOnAfterAKill() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "--add-modules=jdk.incubator.vector", "-Dnorn.relaunch=false", "-cp", System.getProperty("java.class.path"),
                Launcher.class.getName(), "reproduce", "b-table4", "--quick", "--quiet", "--backend", "cpu", "--out", out().toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        Path runs = out().resolve("runs").resolve("b-table4-quick.jsonl");
        while (process.isAlive() && (!Files.exists(runs) || Files.readAllLines(runs).size() < 5)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertTrue(process.isAlive(), () -> "it ended before it could be killed: " + folder);
        process.destroyForcibly().waitFor();
        int before = Files.readAllLines(runs).size();
        assertTrue(before < 28, "all was done: " + before);
        Cli.run("reproduce b-table4 --quick --quiet --backend cpu --out " + out()).succeeded();
        Path other = folder.resolve("other");
        Cli.run("reproduce b-fig25 --quick --quiet --backend cpu --out " + other).succeeded();
        assertEquals(withoutTimes(other), withoutTimes(out()));
        assertEquals(Files.readString(other.resolve("data").resolve("b-table4.csv")),
                Files.readString(out().resolve("data").resolve("b-table4.csv")));
    }

    private static List<String> withoutTimes(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("data").resolve("b-table4-runs.csv"));
        assertEquals(28, lines.size());
        return lines.stream().map(line -> line.replaceAll(",[^,]*,[^,]*$", "")).toList();
    }
}
