package dev.norn.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Every page, but for its commands: those are run by {@link CommandsTest}. */
class PagesTest {

    private static final List<Page> PAGES = Checkout.pages();

    /** Of all modules: they inherit it. */
    private static final String VERSION = child(pom(Checkout.ROOT.resolve("bom")), "version");

    @TempDir
    Path folder;

    /** A block that no test knows what to do with would be one that nobody checks. */
    @TestFactory
    Stream<DynamicTest> everyBlockIsOfAKindThatIsChecked() {
        return blocks(block -> true, (page, block) -> {
            List<Block> later = page.blocks().subList(page.blocks().indexOf(block) + 1, page.blocks().size());
            if (block.isNamed()) {
                assertTrue(block.language().equals("java") || block.word().startsWith("META-INF/")
                                || later.stream().anyMatch(other -> other.text().contains(block.word())),
                        block.place() + ": nothing after it uses the file " + block.word());
            } else if (block.word().equals(Block.NO_RUN)) {
                assertEquals("sh", block.language(), block.place() + ": only commands can be left alone");
            } else if (block.word().equals(Block.DIAGRAM)) {
                assertEquals("text", block.language(), block.place());
            } else {
                assertTrue(Set.of("java", "sh", "xml", "diff").contains(block.language()) || page.isOutput(block),
                        block.place() + ": \"" + block.language()
                                + "\" is not of a kind that is checked; see Documentation in CONTRIBUTING.md");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> javaRunsAndPrintsWhatIsShown() {
        return PAGES.stream()
                .filter(page -> page.blocks().stream().anyMatch(block -> block.language().equals("java")))
                .map(page -> dynamicTest(page.name(), page.file().toUri(), () -> run(page)));
    }

    @TestFactory
    Stream<DynamicTest> diffsApplyAndTheirResultsCompile() {
        return blocks(block -> block.language().equals("diff"), (page, block) -> {
            Page patched = Patch.apply(page, block);
            compile(patched, Files.createTempDirectory(folder, "patched"));
            for (Block xml : patched.blocks()) {
                if (xml.language().equals("xml")) {
                    checkPom(xml);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> pomsNameModules() {
        return blocks(block -> block.language().equals("xml"), (page, block) -> checkPom(block));
    }

    @TestFactory
    Stream<DynamicTest> linksLeadSomewhere() {
        return PAGES.stream().map(page -> dynamicTest(page.name(), page.file().toUri(), () -> {
            List<String> dead = page.links().stream().filter(link -> !leadsSomewhere(page, link)).toList();
            assertEquals(List.of(), dead);
        }));
    }

    private interface Check {
        void check(Page page, Block block) throws Exception;
    }

    private static Stream<DynamicTest> blocks(Function<Block, Boolean> which, Check check) {
        return PAGES.stream().flatMap(page -> page.blocks().stream().filter(which::apply)
                .map(block -> dynamicTest(block.place(), page.file().toUri(), () -> check.check(page, block))));
    }

    /** The fragments, a list for each section that has some. */
    private static Map<Integer, List<Block>> programs(Page page) {
        return page.blocks().stream().filter(Block::isFragment)
                .collect(Collectors.groupingBy(Block::section, TreeMap::new, Collectors.toList()));
    }

    private static void compile(Page page, Path classes) {
        List<Javac.Source> sources = new ArrayList<>();
        String places = page.name() + ":%d";
        programs(page).forEach((section, blocks) -> sources.add(
                new Javac.Source("Section" + section, places, Fragments.source("Section" + section, blocks, ""))));
        for (Block block : page.blocks()) {
            if (block.isNamed() && block.language().equals("java")) {
                String name = Path.of(block.word()).getFileName().toString().replaceFirst("\\.java$", "");
                sources.add(new Javac.Source(name, places, "\n".repeat(block.line() - 1) + block.text()));
            }
        }
        Javac.compile(sources, classes);
    }

    /** Compiles and runs a page's Java in a folder with the files that the page names, and with the digits in {@code mnist}. */
    private void run(Page page) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(folder, "page");
        compile(page, work);
        Path program = Path.of(PageProgram.class.getName().replace('.', '/') + ".class");
        Files.createDirectories(work.resolve(program).getParent());
        Files.copy(Path.of("target/test-classes").resolve(program), work.resolve(program));
        Path digits = Files.createDirectory(work.resolve("mnist"));
        for (Path file : Checkout.list(Checkout.ROOT.resolve("examples/src/main/resources/mnist"), 1, name -> true)) {
            Files.copy(file, digits.resolve(file.getFileName()));
        }
        for (Block block : page.blocks()) {
            if (block.isNamed()) {
                Path file = work.resolve(block.word());
                Files.createDirectories(file.getParent());
                Files.writeString(file, block.text());
            }
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8",
                "-cp", "." + File.pathSeparator + classPath(),
                PageProgram.class.getName()));
        programs(page).keySet().forEach(section -> command.add("Section" + section));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = new ProcessBuilder(command).directory(work.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail("it runs longer than five minutes");
        }
        assertEquals(0, process.exitValue(), () -> read(err) + read(out));
        Map<Integer, String> printed = Stream.of(Files.readString(out).split("\n" + PageProgram.MARK)).skip(1)
                .collect(Collectors.toMap(text -> Integer.parseInt(text.lines().findFirst().orElseThrow()),
                        text -> text.substring(text.indexOf('\n') + 1)));
        for (Block block : page.blocks()) {
            if (block.isFragment()) {
                page.output(block).ifPresent(shown -> Output.check(shown, printed.get(block.line())));
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The class path without the tests, whose backends no reader has. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes")).map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Each dependency on Norn is one of its modules, of the present version. */
    private static void checkPom(Block block) throws Exception {
        Element fragment = xml("<fragment>" + block.text() + "</fragment>");
        var dependencies = fragment.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (child(dependency, "groupId").equals("dev.norn")) {
                String artifact = child(dependency, "artifactId");
                assertTrue(Checkout.modules().stream().map(module -> pom(module)).anyMatch(pom ->
                        child(pom, "artifactId").equals(artifact)), block.place() + ": there is no module " + artifact);
                String version = child(dependency, "version");
                assertTrue(version.isEmpty() || version.equals(VERSION),
                        block.place() + ": the version is " + VERSION + ", not " + version);
            }
        }
    }

    private static Element pom(Path module) {
        return xml(read(module.resolve("pom.xml")));
    }

    private static Element xml(String text) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text))).getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError(e.getMessage() + " in\n" + text, e);
        }
    }

    /** The text of an element's own child of that name; empty if it has none. */
    private static String child(Element element, String name) {
        var nodes = element.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(node -> node.getNodeName().equals(name))
                .map(node -> node.getTextContent().strip()).findFirst().orElse("");
    }

    /** Other sites are only looked at for form: a test that asks them would fail when they do. */
    private static boolean leadsSomewhere(Page page, String link) {
        if (link.matches("https?://.*")) {
            return URI.create(link).getHost() != null;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page.file()
                : page.file().resolveSibling(URLDecoder.decode(parts[0], StandardCharsets.UTF_8)).normalize();
        return target.startsWith(Checkout.ROOT) && Files.exists(target)
                && (parts.length == 1 || target.toString().endsWith(".md") && Page.read(target).anchors().contains(parts[1]));
    }
}
