package dev.norn.examples.reproduce;

import java.util.ArrayList;
import java.util.List;

/**
 * An experiment's row with what was measured, and the verdict.
 *
 * @param row the description
 * @param measured ours
 * @param verdict how it stands to the published
 */
record Judged(Experiment.Row row, Measured measured, Verdict verdict) {

    /** The rows of an experiment. */
    static List<Judged> of(Experiment experiment, Findings findings) {
        List<Judged> rows = new ArrayList<>();
        for (Experiment.Row row : experiment.rows()) {
            Measured measured = row.measured().apply(findings);
            rows.add(new Judged(row, measured, row.rule().judge(row.published(), measured)));
        }
        return rows;
    }

    /** What was measured, for people: a statement's note alone, else the number, its range, and the note. */
    String text() {
        if (row.rule() instanceof Rule.Holds || verdict == Verdict.NOT_MEASURED) {
            return measured.note().isEmpty() ? Texts.number(measured.value()) : measured.note();
        }
        String range = measured.low() < measured.high()
                ? Texts.number(measured.low()) + " \u2026 " + Texts.number(measured.high()) : null;
        String value = row.rule() instanceof Rule.Between && range != null ? range
                : Texts.number(measured.value()) + (range == null ? "" : " [" + range + "]");
        return measured.note().isEmpty() ? value : value + " (" + measured.note() + ")";
    }
}
