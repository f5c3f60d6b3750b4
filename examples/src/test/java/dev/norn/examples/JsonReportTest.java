package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReportTest {

    @Test
    void roundTrip() throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("string", "a \"quoted\" \u00e4 \u2028 \n");
        report.put("int", 7);
        report.put("long", Long.MIN_VALUE);
        report.put("double", 0.1);
        report.put("boolean", true);
        report.put("null", null);
        report.put("list", Arrays.asList(1, "a", null));
        report.put("matrix", new long[][] {{1, 2}, {3, 4}});
        report.put("map", Map.of("inner", List.of()));
        report.put("path", Path.of("a", "b"));
        Map<String, Object> read = Json.parse(JsonReport.of(report));
        assertEquals(List.copyOf(report.keySet()), List.copyOf(read.keySet()));
        assertEquals(report.get("string"), read.get("string"));
        assertEquals(7L, read.get("int"));
        assertEquals(Long.MIN_VALUE, read.get("long"));
        assertEquals(0.1, read.get("double"));
        assertEquals(true, read.get("boolean"));
        assertEquals(null, read.get("null"));
        assertEquals(Arrays.asList(1L, "a", null), read.get("list"));
        assertEquals(List.of(List.of(1L, 2L), List.of(3L, 4L)), read.get("matrix"));
        assertEquals(Map.of("inner", List.of()), read.get("map"));
        assertEquals(Path.of("a", "b").toString(), read.get("path"));
    }

    @Test
    void whatIsNoNumberIsNull() throws IOException {
        Map<String, Object> read = Json.parse(JsonReport.of(
                Map.of("list", List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))));
        assertEquals(Arrays.asList(null, null, null), read.get("list"));
    }
}
