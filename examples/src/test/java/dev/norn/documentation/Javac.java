package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Java's compiler, on the class path of the tests. */
final class Javac {

    private Javac() {}

    /**
     * A source.
     *
     * @param name of its class
     * @param places where it stands: {@code %d} is replaced by a line
     */
    record Source(String name, String places, String text) {}

    /** Compiles for Java 17; a warning or an error fails the test, with its place. */
    static void compile(List<Source> sources, Path classes) {
        Map<JavaFileObject, Source> units = sources.stream().collect(Collectors.toMap(Javac::unit, source -> source));
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try {
            Files.createDirectories(classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ToolProvider.getSystemJavaCompiler().getTask(null, null, diagnostics,
                List.of("--release", "17", "-proc:none", "-Xlint:all,-path,-classfile", "-d", classes.toString(),
                        "-classpath", System.getProperty("java.class.path")), null, units.keySet()).call();
        String complaints = diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
                .map(diagnostic -> complaint(diagnostic, units.get(diagnostic.getSource())))
                .collect(Collectors.joining("\n"));
        if (!complaints.isEmpty()) {
            fail(complaints);
        }
    }

    private static String complaint(Diagnostic<?> diagnostic, Source source) {
        String place = source == null ? "" : source.places().formatted(diagnostic.getLineNumber()) + ": ";
        return place + diagnostic.getMessage(null);
    }

    private static JavaFileObject unit(Source source) {
        return new SimpleJavaFileObject(URI.create("string:///" + source.name() + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source.text();
            }
        };
    }
}
