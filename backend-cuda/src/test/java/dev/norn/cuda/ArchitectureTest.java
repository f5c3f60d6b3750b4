package dev.norn.cuda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A backend knows the SPI and the kernels, nothing of layers, optimizers or training. */
class ArchitectureTest {

    @Test
    void importsFollowTheArrows() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage(
                        "java..", "jcuda..", "dev.norn.cuda..",
                        "dev.norn.backend..", "dev.norn.device..", "dev.norn.schedule..", "dev.norn.graph..",
                        "dev.norn.tensor..")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.norn.cuda"));
    }
}
