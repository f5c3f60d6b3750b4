package dev.norn.backend;

/** A backend is missing, cannot do what was asked, or failed. The message is one line for a person to act on. */
public final class BackendException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause worth showing. */
    public BackendException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
