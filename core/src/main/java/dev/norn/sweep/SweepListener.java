package dev.norn.sweep;

/** Hears how a sweep goes. Called by one thread at a time, not always the same; the sweep waits for it. */
@FunctionalInterface
public interface SweepListener {

    /**
     * A run has ended and is in the results file; or, once at the beginning, the file has been read.
     *
     * @param row the run; null at the beginning
     */
    void onProgress(Row row, Progress progress);

    /**
     * How far a sweep is.
     *
     * @param done runs that are in the table, those of the results file included
     * @param total runs there will be
     * @param seconds wall-clock time since the sweep was started or resumed
     * @param secondsLeft an estimate: the runs to come take as long as those since the start did on average; NaN before the first
     */
    record Progress(int done, int total, double seconds, double secondsLeft) {}
}
