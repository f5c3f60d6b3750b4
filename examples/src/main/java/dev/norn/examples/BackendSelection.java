package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.backend.Backends;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What to train with: a backend, or several to compare.
 *
 * @param names as given; {@value #ALL} stands for every backend that {@value Backends#AUTO} would think of
 */
record BackendSelection(List<String> names) {

    static final String ALL = "all";

    /** Whether it is a single one, so that there is nothing to compare. */
    boolean isOne() {
        return names.size() == 1 && !names.contains(ALL);
    }

    /** What to use where the command line names nothing. */
    static BackendSelection preferred(CommandLine line) {
        try {
            return new BackendSelection(List.of(Backends.preferred()));
        } catch (BackendException e) {
            throw new ParameterException(line, e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return String.join(",", names);
    }

    /** {@code opencl}, {@code cpu,opencl}, {@code all}, {@code all,reference}. */
    static final class Converter implements ITypeConverter<BackendSelection> {
        @Override
        public BackendSelection convert(String text) {
            Choice.OfBackends known = new Choice.OfBackends();
            Set<String> names = new LinkedHashSet<>();
            for (String part : text.split(",", -1)) {
                names.add(known.convert(part.strip()));
            }
            if (names.size() > 1 && names.contains(Backends.AUTO)) {
                throw new TypeConversionException(
                        "'" + text + "' must not hold auto, which is one of the others; all stands for every one");
            }
            return new BackendSelection(List.copyOf(names));
        }
    }
}
