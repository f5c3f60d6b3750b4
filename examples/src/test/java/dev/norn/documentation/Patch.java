package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A {@code diff} block: its lines with - and the ones around them stand in a block before it, once. */
final class Patch {

    private Patch() {}

    /** The page with the block that it changes changed. */
    static Page apply(Page page, Block diff) {
        List<String> old = side(diff, '-');
        List<Block> patched = new ArrayList<>(page.blocks());
        for (int i = page.blocks().indexOf(diff) - 1; i >= 0; i--) {
            Block block = patched.get(i);
            int place = Collections.indexOfSubList(block.code(), old);
            if (place >= 0 && !block.language().equals("diff")) {
                if (place != Collections.lastIndexOfSubList(block.code(), old)) {
                    fail(diff.place() + ": there are several places for it in " + block.place());
                }
                List<String> lines = new ArrayList<>(block.code());
                lines.subList(place, place + old.size()).clear();
                lines.addAll(place, side(diff, '+'));
                patched.set(i, block.with(lines));
                return new Page(page.file(), List.copyOf(patched), page.anchors(), page.links());
            }
        }
        return fail(diff.place() + ": no block before it has these lines:\n" + String.join("\n", old));
    }

    private static List<String> side(Block diff, char sign) {
        return diff.code().stream()
                .filter(line -> line.startsWith(" ") || line.startsWith(String.valueOf(sign)))
                .map(line -> line.substring(1)).toList();
    }
}
