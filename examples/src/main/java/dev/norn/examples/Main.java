package dev.norn.examples;

import dev.norn.data.DataException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

    private static final List<String> COMMANDS = List.of("mnist", "runge", "predict", "evaluate", "info", "export", "reproduce",
            "devices", "verify", "completion");

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean verbose;

    /** {@link Configuration} has read it before. */
    @Option(names = Configuration.OPTION, paramLabel = "FILE", scope = ScopeType.INHERIT,
            description = "Take options from a file, .yaml or .properties: lines such as 'epochs: 20', with the names of options"
                    + " without dashes before them; or from what --json or --save wrote of a training (.json, .safetensors), which"
                    + " is so repeated. What the command line says counts more.")
    private Path config;

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
        // The options of a command take picocli a while; so those of commands that are not named are left out.
        CommandLine line = with(main, COMMANDS.stream().filter(List.of(args)::contains).toList());
        if (line.getSubcommands().isEmpty()) {
            COMMANDS.forEach(name -> line.addSubcommand(name, summary(name)));
        }
        line.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        try {
            Configuration configuration = Configuration.apply(line, List.of(args));
            line.setParameterExceptionHandler((e, a) -> failures.handleParseException(configuration.located(e), a));
            return line.execute(args);
        } catch (ParameterException e) {
            return failures.handleParseException(e, args);
        } catch (DataException e) {
            return failures.handleExecutionException(e, Configuration.command(line, List.of(args)), null);
        } catch (VirtualMachineError | LinkageError e) {
            return failures.handle(Configuration.command(line, List.of(args)), e);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** All commands, with all their options. */
    static CommandLine everything() {
        return with(new Main(), COMMANDS);
    }

    private static CommandLine with(Main main, List<String> commands) {
        CommandLine line = new CommandLine(main);
        commands.forEach(name -> line.addSubcommand(command(name)));
        return line;
    }

    /** A command as the list of commands shows it. */
    private static CommandSpec summary(String name) {
        CommandSpec summary = CommandSpec.create();
        summary.usageMessage().description(command(name).getClass().getAnnotation(Command.class).description());
        return summary;
    }

    private static Object command(String name) {
        return switch (name) {
            case "mnist" -> new MnistCommand();
            case "runge" -> new RungeCommand();
            case "predict" -> new PredictCommand();
            case "evaluate" -> new EvaluateCommand();
            case "info" -> new InfoCommand();
            case "export" -> new ExportCommand();
            case "reproduce" -> new ReproduceCommand();
            case "devices" -> new DevicesCommand();
            case "verify" -> new VerifyCommand();
            case "completion" -> new CompletionCommand();
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
