package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * What a command line did, run in this JVM.
 *
 * @param code the exit code
 * @param out what it wrote on standard output
 * @param err on standard error
 */
record Cli(int code, String out, String err) {

    /** Runs it; of a single string, the words. */
    static Cli run(String... args) {
        String[] words = args.length == 1 ? args[0].split(" ") : args;
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(words, new PrintWriter(out), new PrintWriter(err));
        return new Cli(code, out.toString(), err.toString());
    }

    /** Fails unless the exit code was 0. */
    Cli succeeded() {
        assertEquals(0, code, err);
        return this;
    }

    /** Fails unless it went wrong with this exit code, and said so in a line (with a pointer to the help, for code 2). */
    Cli failed(int expected, String... fragments) {
        assertEquals(expected, code, out + err);
        assertEquals("", out);
        List<String> lines = err.lines().toList();
        assertEquals(expected == 2 ? 2 : 1, lines.size(), err);
        for (String fragment : fragments) {
            assertTrue(lines.get(0).contains(fragment), fragment + "\nis missing in\n" + err);
        }
        if (expected == 2) {
            assertTrue(lines.get(1).matches("Try 'java -jar examples.jar( \\w+)? --help'\\."), err);
        }
        assertFalse(err.contains("\tat "), err);
        return this;
    }
}
