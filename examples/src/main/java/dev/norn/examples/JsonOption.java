package dev.norn.examples;

import dev.norn.data.DataException;
import dev.norn.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of every command that has results: where to write them for programs. */
final class JsonOption {

    private static final String STANDARD_OUTPUT = "-";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results as JSON to a file, too; with - to standard output, instead of all else there.")
    private Path path;

    private AtomicFile file;

    /** Makes sure, before there is any work done, that the file can be written. */
    void open() {
        if (path != null && !isStandardOutput()) {
            file = new AtomicFile(path);
        }
    }

    /** Where the results for people go: standard output, or nowhere. */
    PrintWriter text() {
        return isStandardOutput() ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getOut();
    }

    /** Writes the results for programs, if anybody wants them. */
    void write(Map<String, ?> results) {
        if (path != null) {
            write(JsonReport.of(results));
        }
    }

    /** Writes results that are in a file already, if anybody wants them. */
    void copy(Path results) {
        if (path != null) {
            try {
                write(Files.readAllBytes(results));
            } catch (IOException e) {
                throw DataException.cannotRead(results.toString(), e);
            }
        }
    }

    private void write(byte[] text) {
        if (file != null) {
            file.write(text);
        } else {
            spec.commandLine().getOut().print(new String(text, StandardCharsets.UTF_8));
        }
    }

    private boolean isStandardOutput() {
        return path != null && path.toString().equals(STANDARD_OUTPUT);
    }
}
