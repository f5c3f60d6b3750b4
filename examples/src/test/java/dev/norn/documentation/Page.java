package dev.norn.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * A Markdown page.
 *
 * @param blocks its code
 * @param anchors what a link can name after #, as GitHub makes them from headings
 * @param links where its links and pictures lead
 */
record Page(Path file, List<Block> blocks, Set<String> anchors, List<String> links) {

    private static final Parser PARSER =
            Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build();

    static Page read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page parse(Path file, String text) {
        Collector collector = new Collector(file);
        PARSER.parse(text).accept(collector);
        return new Page(file, List.copyOf(collector.blocks), collector.anchors, List.copyOf(collector.links));
    }

    /** Its name: the path from the root. */
    String name() {
        return Checkout.ROOT.relativize(file).toString().replace('\\', '/');
    }

    /** What is shown as the output of a block: the {@code text} that comes next. */
    Optional<Block> output(Block block) {
        int next = blocks.indexOf(block) + 1;
        return next < blocks.size() && isOutput(blocks.get(next)) ? Optional.of(blocks.get(next)) : Optional.empty();
    }

    /** Whether a block is the output of the one before it, which is code that runs. */
    boolean isOutput(Block block) {
        int index = blocks.indexOf(block);
        return block.language().equals("text") && block.word().isEmpty() && index > 0
                && blocks.get(index - 1).section() == block.section()
                && (blocks.get(index - 1).isFragment() || blocks.get(index - 1).isCommands());
    }

    private static final class Collector extends AbstractVisitor {

        private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

        private final Path file;
        private final List<Block> blocks = new ArrayList<>();
        private final Set<String> anchors = new HashSet<>();
        private final List<String> links = new ArrayList<>();
        private int section;

        Collector(Path file) {
            this.file = file;
        }

        @Override
        public void visit(FencedCodeBlock code) {
            String[] info = code.getInfo().strip().split("\\s+", 2);
            add(code, 2, info[0], info.length > 1 ? info[1] : "", code.getLiteral());
        }

        /** Without fences nothing says what it is. */
        @Override
        public void visit(IndentedCodeBlock code) {
            add(code, 1, "", "", code.getLiteral());
        }

        private void add(Node node, int lines, String language, String word, String code) {
            int line = node.getSourceSpans().get(0).getLineIndex() + lines;
            blocks.add(new Block(file, line, section, language, word, code.lines().toList()));
        }

        @Override
        public void visit(Heading heading) {
            if (heading.getLevel() <= 2) {
                section++;
            }
            StringBuilder words = new StringBuilder();
            heading.accept(new AbstractVisitor() {
                @Override
                public void visit(Text text) {
                    words.append(text.getLiteral());
                }

                @Override
                public void visit(Code code) {
                    words.append(code.getLiteral());
                }
            });
            String anchor = NOT_IN_ANCHORS.matcher(words.toString().toLowerCase(Locale.ROOT)).replaceAll("")
                    .replace(' ', '-');
            String unique = anchor;
            for (int i = 1; !anchors.add(unique); i++) {
                unique = anchor + "-" + i;
            }
            visitChildren(heading);
        }

        @Override
        public void visit(Link link) {
            links.add(link.getDestination());
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            links.add(image.getDestination());
            visitChildren(image);
        }
    }
}
