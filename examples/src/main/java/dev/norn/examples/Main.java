package dev.norn.examples;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's root: what it offers, and what a failure looks like. */
@Command(
        name = "java -jar examples.jar",
        description = "Trains neural networks with Norn.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        usageHelpWidth = 100)
final class Main implements Runnable {

    private static final List<String> COMMANDS = List.of("mnist", "runge", "reproduce", "devices", "verify");

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean verbose;

    private Main() {}

    /** Runs a command with the JVM's standard streams, and returns the exit code. */
    static int run(String[] args) {
        Rehearsal.begin(List.of(args));
        IncludedDigits.prefetch(List.of(args));
        return run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true));
    }

    /**
     * Runs a command.
     *
     * @return 0; 1 if it failed; 2 if the command line is wrong
     */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        Failures failures = new Failures(() -> main.verbose);
        CommandLine line = new CommandLine(main);
        // The options of a command take picocli a while; so where it is known, the others are left out.
        boolean known = args.length > 0 && COMMANDS.contains(args[0]);
        for (String name : known ? List.of(args[0]) : COMMANDS) {
            line.addSubcommand(command(name));
        }
        line.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        try {
            return line.execute(args);
        } catch (VirtualMachineError | LinkageError e) {
            List<CommandLine> commands = line.getParseResult().asCommandLineList();
            return failures.handle(commands.get(commands.size() - 1), e);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static Object command(String name) {
        return switch (name) {
            case "mnist" -> new MnistCommand();
            case "runge" -> new RungeCommand();
            case "reproduce" -> new ReproduceCommand();
            case "devices" -> new DevicesCommand();
            case "verify" -> new VerifyCommand();
            default -> throw new AssertionError(name);
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "a command is missing; there are: " + String.join(", ", COMMANDS));
    }

    /** Norn's. */
    static String version() {
        return dev.norn.io.Version.norn();
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "Norn " + version(), "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
            };
        }
    }
}
