package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** What reads and judges the pages. */
class PageTest {

    private static final Page PAGE = Page.parse(Checkout.ROOT.resolve("docs/page.md"), """
            # `Norn`, a page

            See [there](other.md#place) and ![a picture](x.svg).

            ```java
            int x = 1;
            ```

            ### Part

            ```java
            System.out.println(x + 1);
            ```

            ```text
            2
            ```

            ## Part

            ```text
            none of the above
            ```

            ```java First.java
            class First {}
            ```

            ```diff
            -class First {}
            +class First { int y; }
            ```

                indented

            ```sh no-run
            rm -r /
            ```

            ```text
            gone
            ```
            """);

    @TempDir
    Path classes;

    private static Block block(int index) {
        return PAGE.blocks().get(index);
    }

    @Test
    void blocksHaveKindSectionAndPlace() {
        assertEquals(List.of("java", "java", "text", "text", "java", "diff", "", "sh", "text"),
                PAGE.blocks().stream().map(Block::language).toList());
        assertEquals(List.of(1, 1, 1, 2, 2, 2, 2, 2, 2), PAGE.blocks().stream().map(Block::section).toList());
        assertEquals(6, block(0).line());
        assertEquals("First.java", block(4).word());
        assertTrue(block(0).isFragment());
        assertFalse(block(4).isFragment());
        assertFalse(block(7).isCommands());
    }

    @Test
    void outputFollowsWhatRuns() {
        assertEquals(block(2), PAGE.output(block(1)).orElseThrow());
        assertFalse(PAGE.output(block(0)).isPresent());
        assertFalse(PAGE.isOutput(block(3)));
        assertFalse(PAGE.isOutput(block(8)), "of what is not run");
    }

    @Test
    void anchorsAreGitHubs() {
        assertEquals(Set.of("norn-a-page", "part", "part-1"), PAGE.anchors());
        assertEquals(List.of("other.md#place", "x.svg"), PAGE.links());
    }

    @Test
    void diffsChangeTheBlockTheyFit() {
        assertEquals(List.of("class First { int y; }"), Patch.apply(PAGE, block(5)).blocks().get(4).code());
        Block other = block(5).with(List.of("-class Second {}", "+"));
        Page page = new Page(PAGE.file(), List.of(block(4), other), Set.of(), List.of());
        assertThrows(AssertionFailedError.class, () -> Patch.apply(page, other));
    }

    @Test
    void fragmentsOfASectionAreOneMethodAndErrorsHaveThePlaceInThePage() {
        String source = Fragments.source("Section1", List.of(block(0), block(1)), "");
        assertEquals("int x = 1;", source.lines().toList().get(block(0).line() - 1));
        Javac.compile(List.of(new Javac.Source("Section1", "page.md:%d", source)), classes);
        Block wrong = block(1).with(List.of("int y = z;"));
        AssertionFailedError error = assertThrows(AssertionFailedError.class, () -> Javac.compile(List.of(new Javac.Source(
                "Section1", "page.md:%d", Fragments.source("Section1", List.of(block(0), wrong), ""))), classes));
        assertTrue(error.getMessage().startsWith("page.md:" + block(1).line() + ": "), error.getMessage());
    }

    @Test
    void outputIsComparedLineByLine() {
        Block shown = block(2).with(List.of("a … c", "…", "end."));
        for (String right : List.of("a b c\nend.\n", "\na  c  \n1\n2\nend.\n\n")) {
            assertDoesNotThrow(() -> Output.check(shown, right), right);
        }
        for (String wrong : List.of("", "a b c\n", "a b c\nend!\n", "a b\nc\nend.\n", "x\na b c\nend.\n", "a b c\nend.\nx")) {
            assertThrows(AssertionFailedError.class, () -> Output.check(shown, wrong), wrong);
        }
    }
}
