package dev.norn.examples;

import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command's own defaults for options that it shares with others. */
abstract class OptionDefaults implements IDefaultValueProvider {

    private final Map<String, String> defaults;

    /** @param defaults by the option's name */
    OptionDefaults(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public final String defaultValue(ArgSpec arg) {
        return arg instanceof OptionSpec option ? defaults.get(option.longestName()) : null;
    }
}
