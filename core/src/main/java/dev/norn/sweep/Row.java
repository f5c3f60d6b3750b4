package dev.norn.sweep;

/**
 * How one run ended. Trial, outcome, reason and results are the same whenever and wherever the sweep runs on that backend; the
 * times are not.
 *
 * @param trial which run it was
 * @param outcome how it ended
 * @param reason why there are no results, in one line; null if there are
 * @param results what was measured; empty if the run failed or diverged
 * @param trainingSeconds wall-clock time of the steps alone ({@link dev.norn.train.History#seconds}); NaN if it did not end well
 * @param seconds wall-clock time of the run: data, compilation, training, measurement
 */
public record Row(Trial trial, Outcome outcome, String reason, Results results, double trainingSeconds, double seconds) {

    /** How a run can end. */
    public enum Outcome {
        /** It was trained and measured. */
        DONE,
        /** The loss became NaN or infinite: {@link dev.norn.train.DivergenceException}. */
        DIVERGED,
        /** Something threw an exception. A resumed sweep tries again. */
        FAILED
    }

    /** Whether there are results. */
    public boolean done() {
        return outcome == Outcome.DONE;
    }

    /** A result by its name; NaN where the run has none because it diverged or failed. */
    public double number(String name) {
        return done() ? results.number(name) : Double.NaN;
    }
}
