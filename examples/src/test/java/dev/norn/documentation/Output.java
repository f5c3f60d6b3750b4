package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a page shows as output. It is all that was printed, line by line; … stands for anything on its line, and a line that is
 * only … for any number of lines. Blank space at the ends of lines and of the whole does not count.
 */
final class Output {

    private Output() {}

    /** Fails unless what was printed is what the block shows. */
    static void check(Block shown, String printed) {
        String pattern = shown.code().stream().map(Output::pattern).collect(Collectors.joining());
        String lines = printed.lines().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
        if (!Pattern.matches("\\n*" + pattern + "\\n*", lines)) {
            fail(shown.place() + ": shown is\n" + shown.text() + "\nand printed was\n" + lines);
        }
    }

    private static String pattern(String line) {
        return line.strip().equals("…") ? "(?:.*\\n)*?"
                : Pattern.quote(line.stripTrailing()).replace("…", "\\E.*\\Q") + "\\n";
    }
}
