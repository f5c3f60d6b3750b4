package dev.norn.examples.reproduce;

import java.util.Locale;

/**
 * What decides between a published number and ours. Where several seeds were run, a published number within their range agrees,
 * whatever the rule; else the median is judged.
 */
sealed interface Rule {

    /** The rule in words. */
    String text();

    /** @param published NaN where the study has no number but a statement or a picture */
    Verdict judgeValue(double published, double measured);

    /** The verdict. */
    default Verdict judge(double published, Measured measured) {
        if (Double.isNaN(measured.value())) {
            return Verdict.NOT_MEASURED;
        }
        if (measured.low() < measured.high() && measured.low() <= published && published <= measured.high()) {
            return Verdict.AGREE;
        }
        return judgeValue(published, measured.value());
    }

    /** An error or a time, of which less is better: it may be up to {@code factor} times as large or as small to agree. */
    record Least(double factor) implements Rule {
        @Override
        public String text() {
            return "agree within a factor of " + number(factor) + ", better below";
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured > published * factor ? Verdict.DIFFERS
                    : measured >= published / factor ? Verdict.AGREE : Verdict.BETTER;
        }
    }

    /** A score, of which more is better: it may be apart by up to {@code tolerance} to agree. */
    record Most(double tolerance) implements Rule {
        @Override
        public String text() {
            return "agree within \u00b1" + number(tolerance) + ", better above";
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured < published - tolerance ? Verdict.DIFFERS
                    : measured <= published + tolerance ? Verdict.AGREE : Verdict.BETTER;
        }
    }

    /** A number that is neither better small nor large. */
    record Near(double factor) implements Rule {
        @Override
        public String text() {
            return "agree within a factor of " + number(factor);
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured <= published * factor && measured >= published / factor ? Verdict.AGREE : Verdict.DIFFERS;
        }
    }

    /** A bound that the study states: what is below it agrees. */
    record Below(double limit) implements Rule {
        @Override
        public String text() {
            return "agree if at most " + number(limit);
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured <= limit ? Verdict.AGREE : Verdict.DIFFERS;
        }
    }

    /** A range that the study states: what is below it is better. */
    record Between(double from, double to) implements Rule {
        @Override
        public String text() {
            return "agree from " + number(from) + " to " + number(to) + ", better below";
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured > to ? Verdict.DIFFERS : measured >= from ? Verdict.AGREE : Verdict.BETTER;
        }
    }

    /** A statement, which holds or does not. */
    record Holds(String statement) implements Rule {
        @Override
        public String text() {
            return "agree if " + statement;
        }

        @Override
        public Verdict judgeValue(double published, double measured) {
            return measured == 1 ? Verdict.AGREE : Verdict.DIFFERS;
        }
    }

    private static String number(double value) {
        return Texts.number(value).toLowerCase(Locale.ROOT);
    }
}
