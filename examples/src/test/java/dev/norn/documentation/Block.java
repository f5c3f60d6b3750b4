package dev.norn.documentation;

import java.nio.file.Path;
import java.util.List;

/**
 * Lines of code in a page, between fences, or in a comment.
 *
 * @param file where it stands
 * @param line of the file, from 1, of the first line of code
 * @param section of the page: the number of headings of level 1 and 2 before it
 * @param language the first word after the opening fence
 * @param word the second: {@code no-run}, {@code diagram}, or a file's name; else empty
 * @param code the lines
 */
record Block(Path file, int line, int section, String language, String word, List<String> code) {

    /** Commands that are not run by the tests: they install something, or need what is not there. */
    static final String NO_RUN = "no-run";

    /** Text that is a drawing, and no output. */
    static final String DIAGRAM = "diagram";

    /** For messages, and for editors that jump there. */
    String place() {
        return place(0);
    }

    /** The place of one of its lines, from 0. */
    String place(int offset) {
        return Checkout.ROOT.relativize(file) + ":" + (line + offset);
    }

    boolean isNamed() {
        return !word.isEmpty() && !word.equals(NO_RUN) && !word.equals(DIAGRAM);
    }

    /** Whether it is Java to be read as statements. */
    boolean isFragment() {
        return language.equals("java") && !isNamed();
    }

    /** Whether it is commands to be run. */
    boolean isCommands() {
        return language.equals("sh") && word.isEmpty();
    }

    String text() {
        return String.join("\n", code) + "\n";
    }

    /** This block with other code. */
    Block with(List<String> lines) {
        return new Block(file, line, section, language, word, List.copyOf(lines));
    }
}
