package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.data.DataException;
import dev.norn.train.DivergenceException;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on standard error, in a line, what went wrong; with {@code --verbose} where, too. */
public final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    /** A command could not do what it was asked to. */
    public static final int FAILED = 1;

    /** What a command was asked to do makes no sense. */
    public static final int USAGE = 2;

    private final BooleanSupplier verbose;

    /** @param verbose whether to show stack traces; asked when there is one */
    public Failures(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String suggestion = e instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()
                ? " (did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?)" : "";
        report(line, e.getMessage() + suggestion, e);
        line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
        report(line, describe(e), e);
        return FAILED;
    }

    /** What to say of a failure. */
    static String describe(Throwable e) {
        return expected(e) ? e.getMessage()
                : e instanceof OutOfMemoryError
                        ? "out of memory (" + e.getMessage() + "): of " + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MiB; give Java more, as in java -Xmx4g -jar examples.jar ..."
                : "unexpected failure: " + e;
    }

    /** Whether the exception's message alone is for the user. */
    private static boolean expected(Throwable e) {
        return e instanceof BackendException || e instanceof DataException || e instanceof DivergenceException
                || e instanceof OutputException || e instanceof IllegalArgumentException;
    }

    /** For what a JVM lacks: most likely memory. */
    int handle(CommandLine line, Error e) {
        report(line, describe(e), e);
        return FAILED;
    }

    /** With {@code --verbose}, shows where something failed that does not end the command. */
    static void trace(CommandLine line, Throwable cause) {
        if (line.getExecutionExceptionHandler() instanceof Failures failures && failures.verbose.getAsBoolean()) {
            cause.printStackTrace(line.getErr());
        }
    }

    private void report(CommandLine line, String message, Throwable cause) {
        PrintWriter err = line.getErr();
        err.println(line.getCommandName() + ": " + message);
        if (verbose.getAsBoolean()) {
            cause.printStackTrace(err);
        }
    }
}
