package dev.norn.examples.reproduce;

import dev.norn.examples.report.Figure;
import dev.norn.examples.report.Markup;
import dev.norn.examples.report.Page;
import dev.norn.sweep.Row;
import dev.norn.sweep.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The page of a reproduction. */
final class Report {

    private final List<Experiment> experiments;
    private final Map<Experiment, List<Judged>> rows;
    private final Findings findings;
    private final Environment environment;
    private final double seconds;
    /** Which experiment a task's time is counted with: the first that has it. */
    private final Map<String, Experiment> owners = new HashMap<>();

    Report(Map<Experiment, List<Judged>> rows, Findings findings, Environment environment, double seconds) {
        this.experiments = new ArrayList<>(rows.keySet());
        this.rows = rows;
        this.findings = findings;
        this.environment = environment;
        this.seconds = seconds;
        experiments.forEach(e -> e.tasks().forEach(task -> owners.putIfAbsent(task.name(), e)));
    }

    /** The whole page. */
    String html() {
        Page page = new Page("Two studies, reproduced");
        Markup out = page.body();
        head(out);
        contents(out);
        for (Experiment experiment : experiments) {
            section(out, experiment);
        }
        time(out);
        return page.html();
    }

    private void head(Markup out) {
        out.open("header");
        out.element("h1", "Two studies, reproduced");
        out.element("p", "A feed-forward network from scratch, on Runge\u2019s function and on handwritten digits: every table and figure"
                + " of two student studies, run again with Norn, with the published numbers beside ours.", "class", "lead");
        out.open("p").element("b", summary(rows.values().stream().flatMap(List::stream).toList()));
        out.text(" \u2014 in " + Texts.duration(seconds) + ".").close();
        if (environment.values().get("size").startsWith("quick")) {
            out.element("p", "This is a quick run: everything is at reduced size, so verdicts say only that it runs.", "class", "notice");
        }
        out.open("dl", "class", "facts");
        environment.values().forEach((name, value) -> out.open("div").element("dt", name).element("dd", value).close());
        out.close();
        for (Study study : Study.values()) {
            if (experiments.stream().anyMatch(e -> e.study() == study)) {
                out.element("p", "Study " + study + ": " + study.citation() + ".", "class", "muted");
            }
        }
        out.close();
    }

    /** For instance {@code 12 agree, 3 better, 1 differs}. */
    static String summary(List<Judged> rows) {
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            long count = rows.stream().filter(row -> row.verdict() == verdict).count();
            if (count > 0) {
                String text = verdict == Verdict.AGREE && count == 1 ? "agrees" : verdict == Verdict.DIFFERS && count != 1 ? "differ"
                        : verdict.toString();
                parts.add(count + " " + text);
            }
        }
        return String.join(", ", parts);
    }

    private void contents(Markup out) {
        out.open("nav").element("h2", "Contents").open("ol", "class", "contents");
        for (Experiment experiment : experiments) {
            out.open("li");
            out.open("a", "href", "#" + experiment.id()).element("code", experiment.id()).text(" " + experiment.title()).close();
            out.element("span", summary(rows.get(experiment)), "class", "muted");
            out.close();
        }
        out.open("li").element("a", "Where the time went", "href", "#time").close();
        out.close().close();
    }

    private void section(Markup out, Experiment experiment) {
        out.open("section", "id", experiment.id());
        for (String id : experiment.ids().subList(1, experiment.ids().size())) {
            out.element("span", "", "id", id);
        }
        out.element("p", "Study " + experiment.study() + ", " + experiment.source() + " \u00b7 " + experiment.id(), "class", "kicker");
        out.element("h2", experiment.title());
        out.open("p").element("b", "Claim. ").text(experiment.claim()).close();
        comparison(out, rows.get(experiment));
        List<Function<Findings, Figure>> figures = experiment.figures();
        if (!figures.isEmpty()) {
            out.open("div", "class", "figures");
            figures.forEach(figure -> Page.figure(out, figure.apply(findings)));
            out.close();
        }
        if (!experiment.choices().isEmpty()) {
            out.element("h3", "What the study leaves open, and how it is read here").open("ul");
            for (Experiment.Choice choice : experiment.choices()) {
                out.open("li").element("b", choice.question() + ": ").text(choice.answer() + ".").close();
            }
            out.close();
        }
        out.element("h3", "How it was run").open("ul");
        experiment.tasks().forEach(task -> out.element("li", description(task, owners.get(task.name()) == experiment)));
        if (experiment.tasks().isEmpty()) {
            out.element("li", "nothing is trained");
        }
        out.open("li").text("every number: ");
        out.element("a", experiment.id() + ".csv", "href", "data/" + experiment.id() + ".csv");
        for (Task task : experiment.tasks()) {
            if (task instanceof Task.Trainings || findings.has(task.name())) {
                out.text(", ").element("a", DataFiles.name(task), "href", "data/" + DataFiles.name(task));
            }
        }
        out.text(", ").element("a", "results.json", "href", "results.json").close();
        out.close().close();
    }

    private void comparison(Markup out, List<Judged> judged) {
        out.open("div", "class", "scroll").open("table");
        out.open("thead").open("tr");
        for (String title : List.of("", "published", "measured", "verdict", "rule")) {
            out.element("th", title, "scope", "col");
        }
        out.close().close().open("tbody");
        for (Judged row : judged) {
            out.open("tr").element("th", row.row().what(), "scope", "row");
            out.element("td", row.row().text(), "class", "number").element("td", row.text(), "class", "number");
            out.element("td", row.verdict().toString(), "class", "verdict " + row.verdict().name().toLowerCase(Locale.ROOT));
            out.element("td", row.row().rule().text(), "class", "muted").close();
        }
        out.close().close().close();
        List<String> reasons = judged.stream().filter(row -> row.verdict() == Verdict.DIFFERS && row.row().why() != null)
                .map(row -> row.row().why()).distinct().toList();
        for (String reason : reasons) {
            out.open("p", "class", "notice").element("b", "Why ours differs. ").text(reason).close();
        }
    }

    private String description(Task task, boolean owner) {
        String time = owner ? Texts.duration(findings.seconds(task.name())) : "shared with " + owners.get(task.name()).id();
        if (task instanceof Task.Trainings trainings) {
            Table table = findings.table(task.name());
            long failed = table.rows().stream().filter(row -> row.outcome() == Row.Outcome.FAILED).count();
            long diverged = table.rows().stream().filter(row -> row.outcome() == Row.Outcome.DIVERGED).count();
            int runs = trainings.runs();
            return trainings.samples().description() + "; " + runs + (runs == 1 ? " training" : " trainings") + " in "
                    + trainings.dtype() + (trainings.seeds().length == 1 ? "" : ", seeds " + trainings.seeds()[0] + " to "
                    + trainings.seeds()[trainings.seeds().length - 1])
                    + (diverged == 0 ? "" : ", of which " + diverged + " diverged") + (failed == 0 ? "" : ", of which " + failed
                    + " failed: " + table.rows().stream().filter(row -> row.outcome() == Row.Outcome.FAILED).findFirst().orElseThrow()
                    .reason())
                    + "; " + Texts.duration(Runner.coreSeconds(table)) + " of one core; " + time;
        }
        if (task instanceof Task.Peer peer) {
            String why = findings.missing(task.name());
            return peer.library() + " in Python: " + (why == null ? time : why);
        }
        String why = findings.missing(task.name());
        return "calculation: " + (why == null ? time : why);
    }

    private void time(Markup out) {
        record Line(Experiment experiment, double wall, double core, int runs) {}
        List<Line> lines = experiments.stream().map(e -> {
            List<Task> own = e.tasks().stream().filter(task -> owners.get(task.name()) == e).toList();
            return new Line(e, own.stream().mapToDouble(task -> findings.seconds(task.name())).sum(),
                    own.stream().filter(task -> task instanceof Task.Trainings).mapToDouble(
                            task -> Runner.coreSeconds(findings.table(task.name()))).sum(),
                    own.stream().mapToInt(task -> task instanceof Task.Trainings t ? t.runs() : 0).sum());
        }).sorted(Comparator.comparingDouble(Line::wall).reversed()).toList();
        out.open("section", "id", "time").element("h2", "Where the time went");
        out.element("p", "Wall-clock time of this run, and the time of one core that the trainings took in all; what was taken over from"
                + " a run that was cut off has core time only. Shared trainings are counted with the first experiment that has them.");
        out.open("div", "class", "scroll").open("table").open("thead").open("tr");
        for (String title : List.of("", "time", "share", "trainings", "time of a core")) {
            out.element("th", title, "scope", "col");
        }
        out.close().close().open("tbody");
        for (Line line : lines) {
            out.open("tr").open("th", "scope", "row").element("a", line.experiment.id(), "href", "#" + line.experiment.id()).close();
            out.element("td", Texts.duration(line.wall), "class", "number");
            out.element("td", String.format(Locale.ROOT, "%.0f %%", 100 * line.wall / seconds), "class", "number");
            out.element("td", line.runs == 0 ? "\u2013" : Integer.toString(line.runs), "class", "number");
            out.element("td", line.runs == 0 ? "\u2013" : Texts.duration(line.core), "class", "number").close();
        }
        out.open("tr").element("th", "all, with data and report", "scope", "row").element("td", Texts.duration(seconds), "class", "number")
                .element("td", "100 %", "class", "number")
                .element("td", Integer.toString(lines.stream().mapToInt(Line::runs).sum()), "class", "number")
                .element("td", Texts.duration(lines.stream().mapToDouble(Line::core).sum()), "class", "number").close();
        out.close().close().close().close();
    }
}
