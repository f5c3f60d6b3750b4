package dev.norn.examples;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a script for shells. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands, options and their values in bash and zsh.",
        footer = {"",
            "With this in .bashrc, it is there, for the short name norn:",
            "  alias norn='java -jar /path/to/examples.jar'",
            "  source <(norn completion)"})
final class CompletionCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "norn",
            description = "What the program is called in the shell (default: ${DEFAULT-VALUE}).")
    private String name;

    @Override
    public void run() {
        if (!name.matches("[\\w.-]+")) {
            throw new ParameterException(spec.commandLine(),
                    "--name must be a name of letters, digits, dots, dashes and underscores, it is '" + name + "'");
        }
        CommandLine everything = Main.everything();
        everything.getSubcommands().values().forEach(command -> distinguish(command.getCommandSpec()));
        spec.commandLine().getOut().print(AutoComplete.bash(name, everything) + "\n");
    }

    /** In the script, values are known by their option's parameter label, so no two may have the same. */
    private static void distinguish(CommandSpec command) {
        for (OptionSpec option : List.copyOf(command.options())) {
            if (option.completionCandidates() != null) {
                command.remove(option);
                command.addOption(OptionSpec.builder(option).paramLabel(option.longestName().substring(2)).build());
            }
        }
    }
}
