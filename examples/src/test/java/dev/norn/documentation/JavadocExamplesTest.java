package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every example in the Javadoc of every module compiles. An example is the code in a {@code pre} block that holds one
 * {@code @code} tag; it is read as pages' fragments are, and imports its own package as well.
 */
class JavadocExamplesTest {

    private static final Pattern START = Pattern.compile("<pre>[\\s*]*\\{@code\\b");
    private static final Pattern EXAMPLE = Pattern.compile(START + "(?<code>.*?)\\}[\\s*]*</pre>", Pattern.DOTALL);

    @TempDir
    Path classes;

    @TestFactory
    List<DynamicTest> examplesCompile() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : sources()) {
            for (Block example : examples(file)) {
                tests.add(DynamicTest.dynamicTest(example.place(), () -> Javac.compile(List.of(new Javac.Source("Example",
                        example.place().replaceFirst("\\d+$", "%d"), Fragments.source("Example", List.of(example),
                                "import " + Fragments.packageOf(file) + ".*; "))), classes)));
            }
        }
        return tests;
    }

    /** What starts as an example and ends in some other way would not be compiled. */
    @Test
    void noExampleIsPassedOver() throws IOException {
        int all = 0;
        for (Path file : sources()) {
            long starts = START.matcher(Files.readString(file)).results().count();
            assertEquals(starts, examples(file).size(), file::toString);
            all += examples(file).size();
        }
        assertTrue(all > 10, "examples found: " + all);
    }

    /** The benchmarks' examples are none of a library. */
    private static List<Path> sources() {
        return Checkout.javaSources().stream().filter(file -> !Checkout.ROOT.relativize(file).startsWith("bench")).toList();
    }

    private static List<Block> examples(Path file) throws IOException {
        String text = Files.readString(file);
        List<Block> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(text);
        while (matcher.find()) {
            // The rest of the line with the tag is blank: the code starts on the next.
            int line = (int) text.substring(0, matcher.start("code")).lines().count() + 1;
            List<String> code = matcher.group("code").lines().skip(1)
                    .map(codeLine -> codeLine.replaceFirst("^\\s*\\* ?", ""))
                    .toList();
            examples.add(new Block(file, line, 0, "java", "", code));
        }
        return examples;
    }
}
