package dev.norn.bench.compare;

import dev.norn.examples.Launcher;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the processes of contestants are started. */
final class Processes {

    /** The module that the fast kernels need. */
    static final String VECTOR = "jdk.incubator.vector";

    /** Variables that slow BLAS libraries and thread pools down, or speed them up: each contestant starts without. */
    private static final List<String> TUNING = List.of("OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "KMP_", "MKL_", "BLIS_",
            "ATLAS_", "BLAS_", "VECLIB_", "NUMEXPR_", "DNNL_", "ONEDNN_", "TORCH_", "PYTORCH_", "ATEN_", "ND4J_", "LIBND4J_");

    /** What Java's launcher and the JVM read options from; here they have been, and are passed on as arguments. */
    private static final List<String> JAVA = List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

    private Processes() {}

    /** This Java. */
    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /** Whether this Java has the module. */
    static boolean hasVectors() {
        return ModuleFinder.ofSystem().find(VECTOR).isPresent();
    }

    /** What every JVM that is measured is told: what this one was. */
    static List<String> jvmOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-javaagent")).toList();
    }

    /** A JVM for a jar. */
    static List<String> jar(Path jar) {
        List<String> command = new ArrayList<>(List.of(java(), "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvmOptions());
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** A JVM on this class path, as Norn's own launcher starts one. */
    static List<String> norn(String mainClass) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(Launcher.options(jvmOptions()));
        command.addAll(jvmOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        return command;
    }

    /** A process without the tuning variables of this one, but for those given. */
    static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> JAVA.contains(name)
                || TUNING.stream().anyMatch(name.toUpperCase(Locale.ROOT)::startsWith));
        variables.putAll(environment);
        return builder;
    }
}
