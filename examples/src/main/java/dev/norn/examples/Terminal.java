package dev.norn.examples;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What standard error leads to. */
final class Terminal {

    private Terminal() {}

    /** Whether someone looks on: whether a line on standard error can be written over. */
    static boolean isThere() {
        return !"dumb".equals(System.getenv("TERM")) && isTerminal();
    }

    /** Whether colours are welcome there (https://no-color.org). */
    static boolean takesColours() {
        String no = System.getenv("NO_COLOR");
        return no == null || no.isEmpty();
    }

    private static boolean isTerminal() {
        Path standardError = Path.of("/proc/self/fd/2");
        if (Files.isSymbolicLink(standardError)) {
            try {
                String device = Files.readSymbolicLink(standardError).toString();
                return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        // Elsewhere the console tells, though of standard input and output. Since Java 22 there is one even where these
        // are no terminal, and a method to ask.
        Console console = System.console();
        try {
            return console != null && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
