package dev.norn.opencl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A backend knows the SPI, the kernels and its library, nothing of layers, optimizers or training. */
class ArchitectureTest {

    private static final JavaClasses BACKEND = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.norn.opencl");

    @Test
    void importsFollowTheArrows() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage(
                        "java..", "org.lwjgl..", "dev.norn.opencl..",
                        "dev.norn.backend..", "dev.norn.device..", "dev.norn.schedule..", "dev.norn.graph..",
                        "dev.norn.tensor..")
                .check(BACKEND);
    }
}
