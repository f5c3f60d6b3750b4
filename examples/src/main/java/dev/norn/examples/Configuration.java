package dev.norn.examples;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The options that a file gives to a command, as defaults: what the command line says counts more. */
final class Configuration implements IDefaultValueProvider {

    /** The option that names the file. */
    static final String OPTION = "--config";

    private final Map<String, ConfigFile.Entry> entries = new LinkedHashMap<>(); // by the option's name
    private final IDefaultValueProvider others;

    private Configuration(IDefaultValueProvider others) {
        this.others = others;
    }

    /**
     * Takes the options of the file that a command line names, if it names one, into account.
     *
     * @param root the root command
     * @throws ParameterException if the file does not fit the command
     * @throws dev.norn.data.DataException if it cannot be read
     */
    static Configuration apply(CommandLine root, List<String> args) {
        Path file = file(root, args);
        CommandLine command = command(root, args);
        CommandSpec spec = command.getCommandSpec();
        Configuration configuration = new Configuration(spec.defaultValueProvider());
        if (file != null && command != root) {
            try {
                for (ConfigFile.Entry entry : ConfigFile.read(file)) {
                    configuration.add(command, entry, args);
                }
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command, e.getMessage(), e);
            }
            spec.defaultValueProvider(configuration);
        }
        return configuration;
    }

    /** Which command a command line names; the root where it names none. */
    static CommandLine command(CommandLine root, List<String> args) {
        return args.stream().filter(root.getSubcommands()::containsKey).findFirst().map(root.getSubcommands()::get).orElse(root);
    }

    /** Null if there is none. What is wrong with the option itself is found when the command line is parsed. */
    private static Path file(CommandLine root, List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            try {
                if (arg.startsWith(OPTION + "=")) {
                    return Path.of(arg.substring(OPTION.length() + 1));
                }
                if (arg.equals(OPTION) && i + 1 < args.size()) {
                    return Path.of(args.get(i + 1));
                }
            } catch (InvalidPathException e) {
                throw new ParameterException(root, OPTION + ": " + e.getMessage(), e);
            }
        }
        return null;
    }

    private void add(CommandLine command, ConfigFile.Entry entry, List<String> args) {
        String name = "--" + entry.key();
        OptionSpec option = command.getCommandSpec().findOption(name);
        if (option == null || !isValid(option)) {
            throw new IllegalArgumentException(entry.where() + ": " + command.getCommandName() + " has no option '" + entry.key()
                    + "' (" + suggestion(command, name) + ")");
        }
        if (isFlag(option) && !Set.of("true", "false").contains(entry.value())) {
            throw new IllegalArgumentException(entry.where() + ": " + entry.key() + " must be true or false, it is '"
                    + entry.value() + "'");
        }
        ConfigFile.Entry first = entries.get(name);
        if (first != null) {
            throw new IllegalArgumentException(entry.where() + ": " + entry.key() + " is there a second time, after "
                    + first.where());
        }
        // A flag on the command line stands for the opposite of its default, for picocli.
        if (!isFlag(option) || !args.contains(name)) {
            entries.put(name, entry);
        }
    }

    private static boolean isFlag(OptionSpec option) {
        return option.arity().max() == 0;
    }

    /** Not what every command has: help, and how failures are shown. */
    private static boolean isValid(OptionSpec option) {
        return !option.inherited() && !option.usageHelp() && !option.versionHelp();
    }

    /** As for a wrong name on the command line; where there is nothing like it, all. */
    private static String suggestion(CommandLine command, String name) {
        List<String> similar = new UnmatchedArgumentException(command, List.of(name)).getSuggestions();
        Set<String> valid = new TreeSet<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (isValid(option)) {
                valid.add(option.longestName().substring(2));
            }
        }
        List<String> meant = similar.stream().map(n -> n.replaceFirst("^-+", "")).filter(valid::contains).toList();
        return meant.isEmpty() ? "valid are " + String.join(", ", valid) : "did you mean " + String.join(" or ", meant) + "?";
    }

    @Override
    public String defaultValue(ArgSpec arg) throws Exception {
        ConfigFile.Entry entry = arg instanceof OptionSpec option ? entries.get(option.longestName()) : null;
        return entry != null ? entry.value() : others == null ? null : others.defaultValue(arg);
    }

    /** The same, with where the options are from that it mentions. */
    ParameterException located(ParameterException e) {
        StringBuilder where = new StringBuilder();
        entries.forEach((name, entry) -> {
            if (Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])").matcher(e.getMessage()).find()) {
                where.append(where.isEmpty() ? "" : "; ").append(name).append(": ").append(entry.where());
            }
        });
        return where.isEmpty() ? e : new ParameterException(e.getCommandLine(), e.getMessage() + " (" + where + ")", e);
    }
}
