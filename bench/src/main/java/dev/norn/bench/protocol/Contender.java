package dev.norn.bench.protocol;

import java.util.Map;

/** Something that is measured. */
public interface Contender extends AutoCloseable {

    /** Makes one ready: its data loaded, what it needs started. */
    @FunctionalInterface
    interface Factory {
        /** A contender for a job. */
        Contender make(Job job) throws Exception;
    }

    /** What it is: {@code name} (with a version), {@code threads} that work, and whatever else a reader may want to know. */
    Map<String, Object> about();

    /** A round or a shorter one, after which the first round is no slower than the others. */
    Sample warmUp() throws Exception;

    /** What is to be measured, once. */
    Sample round() throws Exception;

    @Override
    default void close() {}
}
