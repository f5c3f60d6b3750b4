package dev.norn.examples.reproduce;

/**
 * What came of an experiment, beside one published number.
 *
 * @param value NaN if there is none
 * @param low the least, where several seeds were run; else the value
 * @param high the greatest; else the value
 * @param note what there is to say besides; empty for nothing
 */
record Measured(double value, double low, double high, String note) {

    static Measured of(double value) {
        return new Measured(value, value, value, "");
    }

    /** Whether a statement is true, which is 1, or not, 0; the note holds the numbers that it is about. */
    static Measured claim(boolean holds, String note) {
        return new Measured(holds ? 1 : 0, holds ? 1 : 0, holds ? 1 : 0, note);
    }

    /** There is none, and why. */
    static Measured none(String why) {
        return new Measured(Double.NaN, Double.NaN, Double.NaN, why);
    }

    Measured with(String other) {
        return new Measured(value, low, high, other);
    }
}
