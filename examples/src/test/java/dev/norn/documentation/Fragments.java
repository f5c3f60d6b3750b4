package dev.norn.documentation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Java without a class around it, as examples have it: statements, and imports. The blocks of an example become the body of one
 * method, in their order, so that a later one can use what an earlier one declares. Imported are all packages of the modules
 * that programs use (those that are no backends), and {@code java.util} and {@code java.nio.file}.
 */
final class Fragments {

    private static final String IMPORTS = imports();

    private Fragments() {}

    private static String imports() {
        TreeSet<String> packages = new TreeSet<>(List.of("java.util", "java.nio.file"));
        for (Path file : Checkout.javaSources()) {
            Path name = Checkout.ROOT.relativize(file);
            if (!name.toString().matches("(backend-|bench|examples).*")
                    && !name.endsWith("package-info.java") && !name.endsWith("module-info.java")) {
                packages.add(packageOf(file));
            }
        }
        return packages.stream().map(name -> "import " + name + ".*; ").collect(Collectors.joining());
    }

    /** The package of a source under {@code src/main/java}. */
    static String packageOf(Path file) {
        Path name = Checkout.ROOT.relativize(file.getParent());
        int root = 0;
        while (!name.getName(root).toString().equals("java")) {
            root++;
        }
        return name.subpath(root + 1, name.getNameCount()).toString().replace(name.getFileSystem().getSeparator(), ".");
    }

    /**
     * A class with a method {@code run} of blocks of one file. Line for line as there, so that the compiler's line numbers lead
     * back: what is added stands where the blocks' fences are.
     *
     * @param moreImports for instance {@code import dev.norn.examples.*;}
     */
    static String source(String className, List<Block> blocks, String moreImports) {
        Block last = blocks.get(blocks.size() - 1);
        List<String> lines = new ArrayList<>(Collections.nCopies(last.line() + last.code().size(), ""));
        StringBuilder head = new StringBuilder(IMPORTS).append(moreImports);
        for (Block block : blocks) {
            for (int i = 0; i < block.code().size(); i++) {
                String line = block.code().get(i);
                if (line.matches("import .*;")) {
                    head.append(line).append(' ');
                } else {
                    lines.set(block.line() - 1 + i, line);
                }
            }
            lines.set(block.line() - 2, PageProgram.class.getName() + ".block(" + block.line() + ");");
        }
        Block first = blocks.get(0);
        head.append("public final class ").append(className).append(" { public static void run() throws Exception { ");
        lines.set(first.line() - 2, head + lines.get(first.line() - 2));
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + "}}");
        return String.join("\n", lines) + "\n";
    }
}
