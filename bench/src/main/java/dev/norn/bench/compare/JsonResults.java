package dev.norn.bench.compare;

import dev.norn.bench.protocol.Sample;
import dev.norn.examples.JsonReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A comparison as JSON, with every sample. */
final class JsonResults {

    private JsonResults() {}

    static byte[] of(Outcome outcome) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("machine", Machine.describe());
        report.put("java", Machine.describeJava());
        report.put("options", outcome.options());
        report.put("peak_gflops", byThreads(outcome.peak().gflops()));
        report.put("copy_gigabytes_per_second", byThreads(outcome.peak().bandwidth()));
        report.put("tasks", outcome.tasks().stream().map(task -> task(outcome, task)).toList());
        report.put("trials", outcome.trials().stream().map(JsonResults::trial).toList());
        report.put("not_available", missing(outcome.absent()));
        report.put("failed", missing(outcome.failures()));
        return JsonReport.of(report);
    }

    private static Map<String, Object> byThreads(Map<Integer, Double> rates) {
        Map<String, Object> map = new TreeMap<>();
        rates.forEach((threads, rate) -> map.put(Integer.toString(threads), rate));
        return map;
    }

    private static Map<String, Object> task(Outcome outcome, Task task) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", task.id());
        map.put("title", task.title());
        map.put("flops", task.flops());
        map.put("definition", task.job().fields());
        map.put("results", outcome.of(task).stream().map(result -> result(outcome, result)).toList());
        return map;
    }

    private static Map<String, Object> result(Outcome outcome, Result result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("contestant", result.contestant().name());
        map.put("peer", result.contestant().peer());
        map.put("threads", result.contestant().threads());
        map.put("configuration", result.contestant().configuration());
        map.put("command", result.contestant().command());
        map.put("environment", result.contestant().environment());
        map.put("about", result.about());
        map.put("seconds", result.samples().stream().map(Sample::unit).toList());
        map.put("counts", result.samples().stream().map(Sample::count).toList());
        map.put("scores", result.samples().stream().map(Sample::score).toList());
        map.put("median_seconds", result.median());
        map.put("min_seconds", result.min());
        map.put("spread", result.spread());
        map.put("gflops", result.gflops());
        map.put("share_of_peak", outcome.peak().share(result));
        map.put("score", result.score());
        map.put("score_means", result.task().score());
        map.put("peak_memory_bytes", result.memory().isPresent() ? result.memory().getAsLong() : null);
        map.put("ratio_to_best_peer", outcome.ratio(result));
        return map;
    }

    private static Map<String, Object> trial(Peers.Trial trial) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("task", trial.task());
        map.put("peer", trial.peer());
        map.put("environment", trial.setting().environment());
        map.put("seconds", trial.seconds());
        return map;
    }

    private static List<Map<String, Object>> missing(List<Result.Missing> all) {
        return all.stream().<Map<String, Object>>map(m -> Map.of("task", m.task(), "contestant", m.contestant(), "reason",
                m.reason())).toList();
    }
}
