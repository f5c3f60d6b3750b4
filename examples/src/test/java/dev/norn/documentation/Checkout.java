package dev.norn.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of the project: tests run in the folder of their module. */
final class Checkout {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Checkout() {}

    /** The Markdown pages, in the root, in {@code docs} and in the modules; README.md first. */
    static List<Page> pages() {
        List<Path> files = new ArrayList<>(list(ROOT, 1, name -> name.endsWith(".md")));
        files.remove(ROOT.resolve("README.md"));
        files.add(0, ROOT.resolve("README.md"));
        for (Path folder : folders()) {
            files.addAll(list(folder, Integer.MAX_VALUE, name -> name.endsWith(".md")));
        }
        return files.stream().map(Page::read).toList();
    }

    /** Every Java source that is not a test. */
    static List<Path> javaSources() {
        List<Path> files = new ArrayList<>();
        for (Path module : modules()) {
            Path sources = module.resolve("src/main/java");
            if (Files.isDirectory(sources)) {
                files.addAll(list(sources, Integer.MAX_VALUE, name -> name.endsWith(".java")));
            }
        }
        return files;
    }

    /** The modules: the folders that have a pom, those within others too. */
    static List<Path> modules() {
        return list(ROOT, 4, name -> name.equals("pom.xml")).stream().map(Path::getParent).toList();
    }

    /** What there is beside the files of the root: documentation, modules, Maven's wrapper. */
    static List<Path> folders() {
        try (Stream<Path> entries = Files.list(ROOT)) {
            return entries.filter(entry -> Files.exists(entry.resolve("pom.xml"))
                    || List.of("docs", ".mvn", ".ci").contains(entry.getFileName().toString())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files of a folder by name; nothing that was built. */
    static List<Path> list(Path folder, int depth, Predicate<String> name) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> name.test(file.getFileName().toString()))
                    .filter(file -> Stream.of("target", ".git").noneMatch(built ->
                            (ROOT.relativize(file) + "/").replace('\\', '/').matches("(.*/)?\\Q" + built + "\\E/.*")))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
