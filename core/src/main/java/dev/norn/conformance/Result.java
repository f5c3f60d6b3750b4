package dev.norn.conformance;

import java.util.List;

/**
 * How a group of checks went.
 *
 * @param checks how many arrays were compared
 * @param failures one line for each that was wrong, with all that is needed to see it again
 */
public record Result(int checks, List<String> failures) {

    /** Whether all was right, and something was checked at all. */
    public boolean passed() {
        return checks > 0 && failures.isEmpty();
    }
}
