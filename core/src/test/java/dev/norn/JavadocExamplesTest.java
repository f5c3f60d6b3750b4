package dev.norn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.source.util.JavacTask;
import dev.norn.random.Threefry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every example in the Javadoc compiles. An example is the code in a {@code pre} block that holds one {@code @code} tag;
 * it is read as the body of a method, in a class that imports all packages of core and {@code java.util}. It may begin
 * with imports of its own.
 */
class JavadocExamplesTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private static final Pattern START = Pattern.compile("<pre>[\\s*]*\\{@code\\b");
    private static final Pattern EXAMPLE = Pattern.compile(START + "(?<code>.*?)\\}[\\s*]*</pre>", Pattern.DOTALL);

    @TestFactory
    List<DynamicTest> examplesCompile() throws Exception {
        Path classes = Path.of(Threefry.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String imports = starImports(classes);
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : sources()) {
            for (Example example : examples(file)) {
                tests.add(DynamicTest.dynamicTest(example.place(0), () -> compile(example, imports, classes)));
            }
        }
        return tests;
    }

    /** What starts as an example and ends in some other way would not be compiled. */
    @Test
    void noExampleIsPassedOver() throws IOException {
        for (Path file : sources()) {
            long starts = START.matcher(Files.readString(file)).results().count();
            assertEquals(starts, examples(file).size(), file::toString);
        }
    }

    /** @param line of the file, from 1, where the code starts */
    private record Example(Path file, int line, List<String> code) {

        String place(int offset) {
            return file + ":" + (line + offset);
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static List<Example> examples(Path file) throws IOException {
        String text = Files.readString(file);
        List<Example> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(text);
        while (matcher.find()) {
            int line = (int) text.substring(0, matcher.start("code")).lines().count();
            List<String> code = matcher.group("code").lines()
                    .map(codeLine -> codeLine.replaceFirst("^\\s*\\* ?", ""))
                    .toList();
            examples.add(new Example(file, line, code));
        }
        return examples;
    }

    /** An import of each package that has classes: one of an empty package would be an error. */
    private static String starImports(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> classes.relativize(file.getParent()))
                    .distinct()
                    .map(folder -> "import " + folder.toString().replace(folder.getFileSystem().getSeparator(), ".")
                            + ".*; ")
                    .sorted()
                    .collect(Collectors.joining("", "import java.util.*; ", ""));
        }
    }

    private static void compile(Example example, String imports, Path classes) throws IOException {
        // Line for line as in the file, so that the compiler's line numbers lead back there: what is added stands on
        // lines that are there already.
        List<String> lines = new ArrayList<>(example.code());
        int body = 0;
        while (body < lines.size() - 1 && lines.get(body).matches("\\s*(import\\b.*)?")) {
            body++;
        }
        lines.set(body, "class Example { static void example() throws Exception { " + lines.get(body));
        lines.set(0, imports + lines.get(0));
        String source = String.join("\n", lines) + "\n}}\n";

        JavaFileObject unit = new SimpleJavaFileObject(URI.create("string:///Example.java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, diagnostics,
                List.of("--release", "17", "-proc:none", "-classpath", classes.toString()), null, List.of(unit));
        task.analyze();
        String errors = diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> example.place((int) diagnostic.getLineNumber() - 1) + ": "
                        + diagnostic.getMessage(null))
                .collect(Collectors.joining("\n"));
        if (!errors.isEmpty()) {
            fail(errors);
        }
    }
}
