package dev.norn.bench.protocol;

/** A contender cannot be measured. The message is one line. */
public final class ContenderException extends Exception {

    private static final long serialVersionUID = 1L;

    ContenderException(String message) {
        super(message);
    }
}
