package dev.norn.examples.reproduce;

import static dev.norn.examples.reproduce.Verdict.AGREE;
import static dev.norn.examples.reproduce.Verdict.BETTER;
import static dev.norn.examples.reproduce.Verdict.DIFFERS;
import static dev.norn.examples.reproduce.Verdict.NOT_MEASURED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {

    private static Verdict judge(Rule rule, double published, double measured) {
        return rule.judge(published, Measured.of(measured));
    }

    @ParameterizedTest
    @CsvSource({
        "1.25, AGREE", "1.2501, DIFFERS", "0.8, AGREE", "0.7999, BETTER", "1, AGREE", "0, BETTER", "Infinity, DIFFERS",
        "NaN, NOT_MEASURED"
    })
    void least(double measured, Verdict verdict) {
        assertEquals(verdict, judge(new Rule.Least(1.25), 1, measured));
    }

    @ParameterizedTest
    @CsvSource({"0.75, AGREE", "0.7499, DIFFERS", "1.25, AGREE", "1.2501, BETTER", "-Infinity, DIFFERS", "NaN, NOT_MEASURED"})
    void most(double measured, Verdict verdict) {
        assertEquals(verdict, judge(new Rule.Most(0.25), 1, measured));
    }

    @ParameterizedTest
    @CsvSource({"2, AGREE", "2.01, DIFFERS", "0.5, AGREE", "0.49, DIFFERS", "0, DIFFERS"})
    void near(double measured, Verdict verdict) {
        assertEquals(verdict, judge(new Rule.Near(2), 1, measured));
    }

    @Test
    void others() {
        assertEquals(AGREE, judge(new Rule.Below(1e-17), 1e-17, 1e-17));
        assertEquals(DIFFERS, judge(new Rule.Below(1e-17), 1e-17, 1.1e-17));
        assertEquals(BETTER, judge(new Rule.Between(1, 2), Double.NaN, 0.9));
        assertEquals(AGREE, judge(new Rule.Between(1, 2), Double.NaN, 1));
        assertEquals(AGREE, judge(new Rule.Between(1, 2), Double.NaN, 2));
        assertEquals(DIFFERS, judge(new Rule.Between(1, 2), Double.NaN, 2.1));
        Rule holds = new Rule.Holds("it is so");
        assertEquals(AGREE, holds.judge(Double.NaN, Measured.claim(true, "")));
        assertEquals(DIFFERS, holds.judge(Double.NaN, Measured.claim(false, "")));
        assertEquals(NOT_MEASURED, holds.judge(Double.NaN, Measured.none("nothing here")));
    }

    /** A published number within the range of our seeds agrees; at its ends, too; not beyond. */
    @Test
    void rangeOfSeeds() {
        Rule rule = new Rule.Least(1.01);
        Measured seeds = new Measured(5, 1, 9, "");
        assertEquals(AGREE, rule.judge(1, seeds));
        assertEquals(AGREE, rule.judge(9, seeds));
        assertEquals(DIFFERS, rule.judge(0.9, seeds));
        assertEquals(BETTER, rule.judge(9.1, seeds));
        assertEquals(BETTER, rule.judge(9.1, new Measured(5, 5, 5, "")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "1, 1", "0.25, 0.25", "0.0112, 0.0112", "0.999875, 0.9999", "1234567, 1234567", "13.7189, 13.72", "5e-5, 5e-5",
        "1.0E-17, 1e-17", "2.776e-16, 2.776e-16", "123456789, 1.235e8", "-0.5, -0.5", "NaN, \u2013", "1000, 1000"
    })
    void numbers(double value, String text) {
        assertEquals(text, Texts.number(value));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "9.94, 9.9 s", "9.96, 10 s", "59.4, 59 s", "59.6, 1 min 00 s", "185, 3 min 05 s"})
    void durations(double seconds, String text) {
        assertEquals(text, Texts.duration(seconds));
    }
}
