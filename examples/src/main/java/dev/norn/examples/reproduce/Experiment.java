package dev.norn.examples.reproduce;

import dev.norn.examples.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The description of an experiment: all that is particular to it. Running, judging and drawing are not its business. */
final class Experiment {

    /**
     * One published number, or statement, and how ours is got.
     *
     * @param what is measured
     * @param published the number; NaN for a statement or a picture
     * @param text what the study has, as it has it
     * @param measured ours
     * @param rule decides
     * @param why what to say where ours differs; null if nothing is known of it
     */
    record Row(String what, double published, String text, Function<Findings, Measured> measured, Rule rule, String why) {}

    /**
     * What a study leaves open.
     *
     * @param question what it does not say
     * @param answer how it is read here, and why so
     */
    record Choice(String question, String answer) {}

    private final List<String> ids;
    private final Study study;
    private final String source;
    private final String title;
    private String claim = "";
    private final List<Choice> choices = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Function<Findings, Figure>> figures = new ArrayList<>();

    /**
     * A description to be completed.
     *
     * @param ids its names, the first before all; more where several tables and figures of a study show the same runs
     * @param source where in the study
     */
    Experiment(Study study, String source, String title, String... ids) {
        this.ids = List.of(ids);
        this.study = study;
        this.source = source;
        this.title = title;
    }

    /** What the study concludes. */
    Experiment claim(String text) {
        claim = text;
        return this;
    }

    /** What the study leaves open. */
    Experiment choice(String question, String answer) {
        choices.add(new Choice(question, answer));
        return this;
    }

    /** What is computed. Tasks of the same name, which several experiments may need, are computed once. */
    Experiment task(Task task) {
        tasks.add(task);
        return this;
    }

    /** A published number. */
    Experiment row(String what, double published, Rule rule, Function<Findings, Measured> measured) {
        return row(what, published, rule, null, measured);
    }

    /** A published number, and what to say where ours differs. */
    Experiment row(String what, double published, Rule rule, String why, Function<Findings, Measured> measured) {
        rows.add(new Row(what, published, Texts.number(published), measured, rule, why));
        return this;
    }

    /** A published statement, or picture. */
    Experiment statement(String what, String published, Rule rule, Function<Findings, Measured> measured) {
        return statement(what, published, rule, null, measured);
    }

    /** A published statement, and what to say where ours differs. */
    Experiment statement(String what, String published, Rule rule, String why, Function<Findings, Measured> measured) {
        rows.add(new Row(what, Double.NaN, published, measured, rule, why));
        return this;
    }

    /** Something to draw. */
    Experiment figure(Function<Findings, Figure> figure) {
        figures.add(figure);
        return this;
    }

    /** Its first name. */
    String id() {
        return ids.get(0);
    }

    List<String> ids() {
        return ids;
    }

    Study study() {
        return study;
    }

    String source() {
        return source;
    }

    String title() {
        return title;
    }

    String claim() {
        return claim;
    }

    List<Choice> choices() {
        return List.copyOf(choices);
    }

    List<Task> tasks() {
        return List.copyOf(tasks);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    List<Function<Findings, Figure>> figures() {
        return List.copyOf(figures);
    }
}
