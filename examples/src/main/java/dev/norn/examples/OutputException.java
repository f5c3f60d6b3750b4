package dev.norn.examples;

/** A result cannot be written. The message is one line and names the file. */
public final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With what is to be shown. */
    public OutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
