package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of every page, one block after another, as a reader would type them: in a copy of the checkout, which those of
 * README.md build, with the files that the pages name.
 */
@Tag("slow")
class CommandsTest {

    @TempDir
    static Path folder;

    private static Path copy;

    @BeforeAll
    static void copyCheckout() throws IOException {
        copy = Files.createDirectory(folder.resolve("copy"));
        for (Path file : Checkout.list(Checkout.ROOT, 1, name -> true)) {
            copy(file);
        }
        for (Path folder : Checkout.folders()) {
            for (Path file : Checkout.list(folder, Integer.MAX_VALUE, name -> true)) {
                copy(file);
            }
        }
    }

    private static void copy(Path file) throws IOException {
        Path target = copy.resolve(Checkout.ROOT.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
    }

    @TestFactory
    Stream<DynamicTest> commandsDoWhatIsShown() {
        return Checkout.pages().stream().flatMap(page -> page.blocks().stream()
                .filter(block -> block.language().equals("sh") || block.isNamed())
                .map(block -> dynamicTest(block.place(), () -> {
                    if (block.isNamed()) {
                        Path file = copy.resolve(block.word());
                        Files.createDirectories(file.getParent());
                        Files.writeString(file, block.text());
                    } else if (block.isCommands()) {
                        String printed = run(block);
                        page.output(block).ifPresent(shown -> Output.check(shown, printed));
                    } else {
                        abort("not run: " + block.text());
                    }
                })));
    }

    private static String run(Block block) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block.text())
                .directory(copy.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        String home = System.getProperty("java.home");
        environment.put("JAVA_HOME", home);
        environment.put("PATH", home + File.separator + "bin" + File.pathSeparator + environment.get("PATH"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.keySet().removeIf(name -> name.startsWith("MAVEN_") || name.startsWith("JDK_JAVA"));
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail(block.place() + ": it runs longer than ten minutes");
        }
        assertEquals(0, process.exitValue(), () -> {
            try {
                return block.text() + Files.readString(err) + Files.readString(out);
            } catch (IOException e) {
                return e.toString();
            }
        });
        return Files.readString(out);
    }
}
