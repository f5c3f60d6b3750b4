package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.Backend;
import dev.norn.conformance.Conformance;
import dev.norn.conformance.Group;
import dev.norn.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each operator of the Vector API is first used when the loops for its type are loaded, before HotSpot has compiled any of them;
 * see FloatSimdOps.useEachOperator. One that is used later shows as a class that is made for it.
 */
class FirstUseTest {

    private static final String LOADED = "the loops are loaded";

    @Test
    void noOperatorIsNewOnceTheLoopsAreLoaded() throws Exception {
        assumeTrue(Kernels.simdIsThere() && !"scalar".equals(System.getProperty(Kernels.PROPERTY)), "these kernels have none");
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "--add-modules=jdk.incubator.vector",
                "-Xlog:class+load", "-cp", System.getProperty("java.class.path"), FirstUseTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        List<String> lines = output.lines().toList();
        int loaded = lines.indexOf(LOADED);
        assertTrue(lines.subList(0, loaded).stream().anyMatch(FirstUseTest::isOperator), "the log shows operators");
        assertEquals("", String.join("\n", lines.subList(loaded, lines.size()).stream().filter(FirstUseTest::isOperator).toList()));
    }

    private static boolean isOperator(String line) {
        return line.contains("jdk.incubator.vector.") && line.contains("$$Lambda");
    }

    /** Everything that a backend can compute, in both types. */
    public static void main(String[] args) {
        try (Backend backend = Workloads.open(2)) {
            Kernels.choose().doubles();
            System.out.println(LOADED);
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                for (Group group : Conformance.groups()) {
                    group.run(backend, dtype, 1);
                }
            }
        }
    }
}
