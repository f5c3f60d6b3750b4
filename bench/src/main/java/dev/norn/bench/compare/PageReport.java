package dev.norn.bench.compare;

import dev.norn.bench.protocol.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A comparison as one page of HTML that needs nothing else: for each task a chart, in SVG, and a table. */
final class PageReport {

    private static final int ROW = 46;
    private static final int BAR = 16;

    private PageReport() {}

    static byte[] of(Outcome outcome) {
        StringBuilder html = new StringBuilder();
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>Norn: comparison</title>
                <style>
                """).append(style()).append("</style>\n</head>\n<body>\n<main>\n<h1>Norn: comparison</h1>\n");
        html.append("<p>").append(escape(Machine.processor())).append(", ").append(Machine.cores()).append(" cores. Java ")
                .append(escape(Runtime.version().toString())).append(". ").append(escape(rounds(outcome)))
                .append("</p>\n");
        if (!outcome.peak().gflops().isEmpty()) {
            html.append("<p>What the machine can do at most, measured: ")
                    .append(rates(outcome.peak().gflops(), "GFLOP/s")).append("; copies of memory: ")
                    .append(rates(outcome.peak().bandwidth(), "GB/s")).append(".</p>\n");
        }
        outcome.tasks().forEach(task -> section(html, outcome, task));
        notes(html, outcome);
        return html.append("</main>\n</body>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String style() {
        try (InputStream in = PageReport.class.getResourceAsStream("page.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String rounds(Outcome outcome) {
        int rounds = outcome.results().stream().mapToInt(result -> result.samples().size()).max().orElse(0);
        return "Medians of " + rounds + (rounds == 1 ? " round" : " rounds, in alternation") + ".";
    }

    private static String rates(Map<Integer, Double> byThreads, String unit) {
        return byThreads.entrySet().stream().map(entry -> String.format(Locale.ROOT, "%.0f %s (%d %s)", entry.getValue(), unit,
                entry.getKey(), entry.getKey() == 1 ? "thread" : "threads")).collect(Collectors.joining(", "));
    }

    private static void section(StringBuilder html, Outcome outcome, Task task) {
        html.append("<section>\n<h2>").append(escape(task.title())).append("</h2>\n");
        chart(html, outcome, task);
        List<List<String>> rows = Cells.of(outcome, task);
        html.append("<div class=\"scroll\"><table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String tag = i == 0 ? "th" : "td";
            html.append("<tr>");
            for (int j = 0; j < rows.get(i).size(); j++) {
                html.append('<').append(tag).append(j < Cells.TEXTS ? " class=\"text\">" : ">")
                        .append(escape(rows.get(i).get(j))).append("</").append(tag).append('>');
            }
            html.append("</tr>\n");
        }
        html.append("</table></div>\n</section>\n");
    }

    /**
     * Bars of the median times, the fastest first, and a dot for every round; one that took much longer than all medians lies
     * at the edge. Widths are in per cent, so it fits anywhere.
     */
    private static void chart(StringBuilder html, Outcome outcome, Task task) {
        List<Result> results = outcome.of(task).stream().sorted(Comparator.comparingDouble(Result::median)).toList();
        double longest = results.get(results.size() - 1).median();
        String unit = task instanceof Task.Multiply ? " µs" : " s";
        html.append(String.format(Locale.ROOT,
                "<svg role=\"img\" width=\"100%%\" height=\"%d\"><title>%s: median time, shorter is better</title>%n",
                results.size() * ROW, escape(task.id())));
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            int top = i * ROW;
            html.append(String.format(Locale.ROOT, "<text x=\"0\" y=\"%d\">%s</text>", top + 16,
                    escape(result.contestant().label())));
            html.append(String.format(Locale.ROOT, "<text x=\"100%%\" y=\"%d\" class=\"number\">%s%s</text>", top + 16,
                    Cells.time(task, result.median()), unit));
            html.append(String.format(Locale.ROOT,
                    "<rect class=\"%s\" x=\"0\" y=\"%d\" width=\"%.2f%%\" height=\"%d\" rx=\"2\"/>",
                    result.contestant().peer() ? "peer" : "norn", top + 22, width(result.median(), longest), BAR));
            for (Sample sample : result.samples()) {
                html.append(String.format(Locale.ROOT, "<circle cx=\"%.2f%%\" cy=\"%d\" r=\"2.5\"/>",
                        width(sample.unit(), longest), top + 22 + BAR / 2));
            }
            html.append('\n');
        }
        html.append("</svg>\n");
    }

    /** In per cent of the chart. */
    private static double width(double seconds, double longest) {
        return Math.min(99, 90 * seconds / longest);
    }

    private static void notes(StringBuilder html, Outcome outcome) {
        html.append("<section>\n<h2>How to read this</h2>\n<p>Bars are median times, shorter is better; dots are the rounds."
                + " GFLOP/s count the operations of matrix products alone. Spread is the longest time less the shortest, of the"
                + " median. Memory is the most that the contestant's process had resident: heap, code, libraries, data."
                + " Times of trainings go from the first batch to the last weight update; data are loaded before, scores"
                + " measured after. Each peer has the number of threads and the core type with which it was fastest here.</p>\n");
        if (!outcome.absent().isEmpty() || !outcome.failures().isEmpty()) {
            html.append("<ul>\n");
            outcome.absent().forEach(m -> html.append("<li>not available: ").append(escape(m.toString())).append("</li>\n"));
            outcome.failures().forEach(m -> html.append("<li>failed: ").append(escape(m.toString())).append("</li>\n"));
            html.append("</ul>\n");
        }
        html.append("</section>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
