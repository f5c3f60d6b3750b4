package dev.norn.examples.reproduce;

import java.util.stream.LongStream;

/** How much of everything: as the studies have it, or little enough for a quick look. */
record Size(boolean quick) {

    /** The one or the other. */
    <T> T of(T full, T little) {
        return quick ? little : full;
    }

    /** The seeds 1 and up, of which a quick look has three at most. */
    long[] seeds(int count) {
        return LongStream.rangeClosed(1, quick ? Math.min(3, count) : count).toArray();
    }
}
