package dev.norn.cpu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A backend knows the SPI and the kernels, nothing of layers, optimizers or training. */
class ArchitectureTest {

    private static final JavaClasses BACKEND = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.norn.cpu");

    @Test
    void importsFollowTheArrows() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage(
                        "java..", "jdk.incubator.vector..", "dev.norn.cpu..",
                        "dev.norn.backend..", "dev.norn.schedule..", "dev.norn.graph..", "dev.norn.tensor..",
                        "dev.norn.random..")
                .allowEmptyShould(true)
                .check(BACKEND);
    }

    /** The vector module may be absent at run time; what needs it is loaded by name. */
    @Test
    void onlySimdNeedsTheVectorModule() {
        noClasses().that().resideOutsideOfPackage("dev.norn.cpu.simd..")
                .should().dependOnClassesThat().resideInAnyPackage("dev.norn.cpu.simd..", "jdk.incubator..")
                .allowEmptyShould(true)
                .check(BACKEND);
    }
}
