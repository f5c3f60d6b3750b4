package dev.norn.bench;

import dev.norn.bench.compare.CompareCommand;
import dev.norn.examples.Failures;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** Where the jar starts: the command {@code compare}, or else JMH. */
public final class Main {

    private static final String COMPARE = "compare";

    private Main() {}

    /** Runs the command line and ends the JVM with its exit code. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0 || !args[0].equals(COMPARE)) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        System.exit(compare(rest, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    /**
     * Runs {@code compare}.
     *
     * @return 0; 1 if something failed; 2 if the command line is wrong
     */
    static int compare(String[] args, PrintWriter out, PrintWriter err) {
        CompareCommand command = new CompareCommand();
        Failures failures = new Failures(command::verbose);
        return new CommandLine(command)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .execute(args);
    }

    /** The version in the jar's manifest; classes outside a jar have none. */
    public static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
