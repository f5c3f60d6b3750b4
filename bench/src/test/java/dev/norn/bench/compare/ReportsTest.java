package dev.norn.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.norn.bench.protocol.Sample;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ReportsTest {

    private static final Task FIT = RoundsTest.TINY;
    private static final Task PRODUCT = RoundsTest.PRODUCT;

    private static Result result(Task task, String name, boolean peer, int threads, double... seconds) {
        Contestant contestant = new Contestant(name, peer, threads, peer ? "<fast> & \"odd\"" : "", List.of("run", name),
                Map.of("OMP_NUM_THREADS", "1"), Map.of());
        return new Result(task, contestant, Map.of("name", name),
                DoubleStream.of(seconds).mapToObj(s -> new Sample(s, 1, 0.25)).toList(),
                peer ? OptionalLong.empty() : OptionalLong.of(64 << 20));
    }

    private static Outcome outcome() {
        Peak peak = new Peak(new TreeMap<>(Map.of(1, 2e-6, 2, 4e-6)), new TreeMap<>(Map.of(1, 10.0)));
        return new Outcome(Map.of("rounds", 5), peak, List.of(
                result(FIT, "cpu", false, 1, 3, 1, 2, 9, 4),
                result(FIT, "cpu", false, 2, 2, 2, 2, 2, 2),
                result(FIT, "opencl", false, 0, 8, 8, 8, 8, 8),
                result(FIT, "slow", true, 2, 6, 6, 6, 6, 6),
                result(FIT, "quick", true, 1, 4, 4, 4, 4, 4),
                result(PRODUCT, "cpu", false, 1, 1e-6),
                result(PRODUCT, "cpu", false, 2, 1e-6),
                result(PRODUCT, "quick", true, 1, 2e-6)),
                List.of(new Result.Missing("", "djl", "not built")),
                List.of(new Result.Missing("W0", "dl4j", "died <b>")),
                List.of(new Peers.Trial("W0", "quick", new Peer.Setting(2, 1, "Haswell"), Double.NaN)));
    }

    @Test
    void statistics() {
        Result result = outcome().results().get(0);
        assertEquals(3, result.median());
        assertEquals(1, result.min());
        assertEquals(8.0 / 3, result.spread());
        assertEquals(2.5, result(FIT, "x", false, 1, 1, 3, 2, 4).median());
        // 40 samples, 20 epochs, 4·1·5 + 6·5·1 operations each
        assertEquals(40 * 20 * 50 / 3.0 * 1e-9, result.gflops(), 1e-18);
        assertEquals(result.gflops() / 2e-6, outcome().peak().share(result), 1e-12);
    }

    @Test
    void ratios() {
        Outcome outcome = outcome();
        List<Double> ratios = outcome.results().stream().map(outcome::ratio).toList();
        // Times of trainings over the best peer's; rates of products over those of the best with as many threads.
        assertEquals(List.of(0.75, 0.5, 2.0, 1.5, 1.0, 2.0, Double.NaN, 1.0), ratios);
        assertEquals(2, outcome.best(FIT, false).orElseThrow().contestant().threads());
        assertEquals("quick", outcome.best(FIT, true).orElseThrow().contestant().name());
    }

    @Test
    void table() {
        List<List<String>> rows = Cells.of(outcome(), FIT);
        assertEquals(List.of("who", "with", "median s", "min", "spread", "samples/s", "steps/s", "GFLOP/s", "of peak",
                "test MSE", "memory MiB", "time / best peer"), rows.get(0));
        assertEquals(List.of("cpu, 2 threads", "", "2.000", "2.000", "0 %", "400", "50", "0.00", "500 %", "0.2500", "64",
                "0.50"), rows.get(2));
        assertEquals("-", rows.get(3).get(8)); // what a device can do at most is not known
        rows.forEach(row -> assertEquals(rows.get(0).size(), row.size()));

        String text = TextReport.of(outcome());
        assertTrue(text.contains("W0: Norn (cpu, 2 threads) takes 2.000 s, quick, 1 thread 4.000 s: 0.50 of that"), text);
        assertTrue(text.contains("not available: djl: not built"), text);
        assertTrue(text.contains("failed: W0, dl4j: died <b>"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("cpu, 1 thread +1\\.0 .*2\\.00")), text);
    }

    @Test
    @SuppressWarnings("unchecked")
    void json() throws Exception {
        Map<String, Object> report = JSON.std.mapFrom(JsonResults.of(outcome()));
        assertTrue(((Map<String, Object>) report.get("machine")).get("processor").toString().length() > 1);
        assertEquals(Runtime.version().toString(), ((Map<String, Object>) report.get("java")).get("version"));
        assertEquals(4e-6, ((Map<String, Object>) report.get("peak_gflops")).get("2"));
        List<Map<String, Object>> tasks = (List<Map<String, Object>>) report.get("tasks");
        assertEquals(List.of("W0", "W6 T3x5x7"), tasks.stream().map(task -> task.get("id")).toList());
        Map<String, Object> first = ((List<Map<String, Object>>) tasks.get(0).get("results")).get(0);
        assertEquals(List.of(3.0, 1.0, 2.0, 9.0, 4.0), first.get("seconds"));
        assertEquals(List.of(0.25, 0.25, 0.25, 0.25, 0.25), first.get("scores"));
        assertEquals(64 << 20, first.get("peak_memory_bytes"));
        assertEquals(0.75, first.get("ratio_to_best_peer"));
        Map<String, Object> unmatched = ((List<Map<String, Object>>) tasks.get(1).get("results")).get(1);
        assertNull(unmatched.get("ratio_to_best_peer"));
        assertEquals(1, ((List<?>) report.get("trials")).size());
        assertEquals(1, ((List<?>) report.get("failed")).size());
    }

    @Test
    void page() throws Exception {
        byte[] page = PageReport.of(outcome());
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(page));
        assertEquals(2, document.getElementsByTagName("svg").getLength());
        assertEquals(8, document.getElementsByTagName("rect").getLength());
        assertEquals(5 * 5 + 3, document.getElementsByTagName("circle").getLength());
        assertEquals(2, document.getElementsByTagName("table").getLength());
        assertEquals(2, document.getElementsByTagName("li").getLength());
        String text = new String(page, StandardCharsets.UTF_8);
        assertTrue(text.contains("prefers-color-scheme: dark"), text);
        assertFalse(text.matches("(?s).*(https?:|src=|href=|@import|url\\().*"), "the page asks for something else");
    }
}
