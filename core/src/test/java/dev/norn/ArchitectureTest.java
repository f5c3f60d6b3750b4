package dev.norn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Imports go one way, and core needs nothing but the JDK. */
class ArchitectureTest {

    /** Every package of core, below {@code dev.norn}, with the others that it may import. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("random", List.of()),
            Map.entry("tensor", List.of()),
            Map.entry("graph", List.of("tensor", "random")),
            Map.entry("schedule", List.of("graph", "tensor")),
            Map.entry("backend", List.of("schedule", "graph", "tensor")),
            Map.entry("reference", List.of("backend", "schedule", "graph", "tensor", "random")),
            Map.entry("device", List.of("backend", "schedule", "graph", "tensor")),
            Map.entry("nn", List.of("backend", "graph", "tensor", "random")),
            Map.entry("optim", List.of("graph", "tensor")),
            Map.entry("data", List.of("tensor", "random")),
            Map.entry("metrics", List.of("tensor")),
            Map.entry("io", List.of("nn", "data", "tensor")),
            Map.entry("train",
                    List.of("io", "nn", "optim", "data", "metrics", "backend", "graph", "tensor", "random")),
            Map.entry("tensorboard", List.of("train", "nn", "data", "tensor")),
            Map.entry("sweep", List.of("train", "io", "nn", "data", "metrics", "backend", "tensor", "random")),
            Map.entry("conformance", List.of("train", "nn", "optim", "data", "metrics", "reference", "backend",
                    "schedule", "graph", "tensor", "random")));

    private static final JavaClasses CORE =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.norn");

    @TestFactory
    Stream<DynamicTest> importsFollowTheArrows() {
        return MAY_IMPORT.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
            String[] allowed = Stream.concat(
                            Stream.of("java..", "dev.norn." + entry.getKey() + ".."),
                            entry.getValue().stream().map(name -> "dev.norn." + name + ".."))
                    .toArray(String[]::new);
            // A package may be named here before it has a class.
            classes().that().resideInAPackage("dev.norn." + entry.getKey() + "..")
                    .should().onlyDependOnClassesThat().resideInAnyPackage(allowed)
                    .allowEmptyShould(true)
                    .check(CORE);
        }));
    }

    @Test
    void everyPackageHasItsArrows() {
        Set<String> without = CORE.stream()
                .map(type -> type.getPackageName())
                .filter(name -> MAY_IMPORT.keySet().stream().noneMatch(known ->
                        (name + ".").startsWith("dev.norn." + known + ".")))
                .collect(toCollection(TreeSet::new));
        assertEquals(Set.of(), without, "packages that MAY_IMPORT says nothing of");
    }

    @Test
    void nothingOpensAWindowOrASocket() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("java.awt..", "java.net..").check(CORE);
    }

    @Test
    void nothingIsNative() {
        noMethods().should().haveModifier(JavaModifier.NATIVE).check(CORE);
        for (String load : List.of("load", "loadLibrary")) {
            noClasses().should().callMethod(System.class, load, String.class).check(CORE);
        }
    }
}
