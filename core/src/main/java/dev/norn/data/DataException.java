package dev.norn.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Data that cannot be used, or cannot be read or written. The message is one line and names the file or the row. */
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what was found, where, and what would be valid */
    public DataException(String message) {
        super(message);
    }

    /**
     * @param message what was found, where, and what would be valid
     * @param cause   what led to it
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** For an I/O error while reading from {@code name}. */
    public static DataException cannotRead(String name, IOException cause) {
        return new DataException("cannot read " + name + ": " + reason(cause, "no such file"), cause);
    }

    /** For an I/O error while writing {@code file}. */
    public static DataException cannotWrite(Path file, IOException cause) {
        return new DataException("cannot write " + file + ": " + reason(cause, "no such directory"), cause);
    }

    /** The reason in words: the JDK's file-system exceptions have only the path as their message. */
    private static String reason(IOException cause, String notFound) {
        if (cause instanceof NoSuchFileException) {
            return notFound;
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof CharacterCodingException) {
            return "it is not text in UTF-8";
        }
        if (cause instanceof FileSystemException e && e.getReason() != null) {
            return e.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
