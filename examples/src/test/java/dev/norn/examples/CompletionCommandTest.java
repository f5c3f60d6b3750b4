package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.nn.Activation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for shells, run by one. */
class CompletionCommandTest {

    @TempDir
    private Path folder;

    private record Ended(int code, String out) {}

    private static Ended bash(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "--norc"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }

    /** What the shell offers for the last of the words. */
    private Set<String> completions(String... words) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
        Path script = Files.writeString(folder.resolve("script"), Cli.run("completion --name norn-test").succeeded().out());
        assertEquals(new Ended(0, ""), bash("-n", script.toString()));
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(" '").append(word).append("'");
        }
        Ended ended = bash("-c", "source " + script + "; COMP_WORDS=(norn-test" + line + "); COMP_CWORD=" + words.length + ";"
                + " $(complete -p norn-test | sed 's/.*-F \\([^ ]*\\) .*/\\1/') 2> /dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertEquals(0, ended.code(), ended.out());
        Set<String> offered = new TreeSet<>();
        ended.out().lines().map(String::strip).filter(offer -> !offer.isEmpty()).forEach(offered::add);
        return offered;
    }

    @Test
    void commands() throws IOException, InterruptedException {
        Set<String> offered = completions("");
        assertTrue(offered.containsAll(Set.of("mnist", "runge", "predict", "evaluate", "info", "export", "reproduce", "devices",
                "verify")), offered.toString());
        assertEquals(Set.of("evaluate", "export"), completions("e"));
    }

    @Test
    void options() throws IOException, InterruptedException {
        assertEquals(Set.of("--batch-size", "--backend", "--beta1", "--beta2"), completions("mnist", "--b"));
        assertEquals(Set.of("--json"), completions("devices", "--j"));
    }

    @Test
    void values() throws IOException, InterruptedException {
        Set<String> backends = completions("mnist", "--backend", "");
        assertTrue(backends.containsAll(Set.of("auto", "cpu", "opencl", "cuda", "reference", "all")), backends.toString());
        assertFalse(completions("verify", "--backend", "").contains("all"));
        assertEquals(new TreeSet<>(Activation.all().stream().map(Activation::name).toList()), completions("runge", "--activation", ""));
        assertEquals(Set.of("cosine", "constant"), completions("mnist", "--epochs", "3", "--schedule", "co"));
    }

    @Test
    void nameOfTheProgram() {
        assertTrue(Cli.run("completion").succeeded().out().contains("complete -F _complete_norn "));
        Cli.run("completion", "--name", "a b;").failed(2, "--name must be a name of letters");
    }
}
