package dev.norn.examples;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where the jar starts. The fast CPU kernels need the module {@code jdk.incubator.vector}, which a jar cannot ask for; so
 * where it was not asked for on the command line, this JVM starts another one that has it, with the same arguments, the
 * same JVM options and the same standard streams, and ends when that ends, with its exit code. A signal that ends this
 * JVM ends the other.
 *
 * <p>The environment variable {@code NORN_NO_RELAUNCH=1} or the system property {@code norn.relaunch=false} turns that
 * off, and a Java without the module does without; the scalar kernels then run in this JVM. So do commands that need neither.
 */
public final class Launcher {

    private static final String VECTOR = "jdk.incubator.vector";
    private static final String RELAUNCH = "norn.relaunch";
    /** The process that started this one; for {@link Start}, too. */
    static final String PARENT = "norn.parent";

    /**
     * Until HotSpot's optimizing compiler has been at a loop of vectors, each vector is an object and each operation on one a
     * loop over lambdas, a thousand times as slow; and by default it waits for thousands of turns. Here, for a fiftieth of
     * them: that is a second of two and a half at the start of a training. But a method's loop is not compiled by itself, for
     * the one call that is in it, just before the method is: that takes as long again. And however much the compiler has to
     * do, methods are watched before they come to it: of what it does not know the class, that stays an object.
     */
    private static final List<String> COMPILE_VECTORS_SOON = List.of("-XX:+IgnoreUnrecognizedVMOptions", // not HotSpot's
            "-XX:CompileCommand=quiet", "-XX:CompileCommand=CompileThresholdScaling,dev.norn.cpu.simd.*::*,0.02",
            "-XX:Tier3BackEdgeThreshold=500000", "-XX:Tier4BackEdgeThreshold=500000", "-XX:Tier3DelayOn=100");

    /** Training makes no objects, so the simplest collector serves best, and takes a third of the memory of the default one. */
    private static final List<String> FEW_OBJECTS = List.of("-XX:+UseSerialGC", "-XX:MaxNewSize=16m");

    /** Where the heap begins; by default with a 64th of the memory, and what is free of that is never given back. */
    private static final String SMALL_HEAP = "-Xms64m";

    /** The launchers and JVMs read options from these; here they have been, and are passed on as arguments. */
    private static final String[] OPTION_VARIABLES = {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"};

    /** Commands that need nothing of the other JVM. (What writes ONNX needs its leave to use sun.misc.Unsafe, on newer Javas.) */
    private static final Set<String> WITHOUT_VECTORS = Set.of("info", "completion");

    private Launcher() {}

    /** Runs the command line and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        String parent = System.getProperty(PARENT);
        if (parent != null) {
            endWith(Long.parseLong(parent));
        }
        if (wantsVectors(args)) {
            try {
                return relaunch(args);
            } catch (IOException e) {
                // This Java has no launcher, or may not start it: then as if the module were not there.
                return Main.run(args);
            }
        }
        return Main.run(args);
    }

    private static boolean wantsVectors(String[] args) {
        if ("false".equals(System.getProperty(RELAUNCH)) || "1".equals(System.getenv("NORN_NO_RELAUNCH"))) {
            return false;
        }
        if (args.length == 0 || WITHOUT_VECTORS.contains(args[0])) {
            return false;
        }
        for (String arg : args) {
            switch (arg) {
                case "-h", "--help", "-V", "--version" -> {
                    return false;
                }
                default -> { }
            }
        }
        return !hasVectors() && ModuleFinder.ofSystem().find(VECTOR).isPresent();
    }

    /** Whether this JVM has the module. */
    static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTOR).isPresent();
    }

    /** What this JVM was told. To ask it loads so many classes that it takes longer than to see that it was nothing. */
    private static List<String> given(String[] args) {
        List<String> plain = new ArrayList<>(List.of("-jar", System.getProperty("java.class.path")));
        plain.addAll(List.of(args));
        boolean nothing = Stream.of(OPTION_VARIABLES).allMatch(variable -> System.getenv(variable) == null)
                && ProcessHandle.current().info().arguments().map(List::of).equals(Optional.of(plain));
        return nothing ? List.of() : ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    /**
     * What the other JVM is told, apart from what this one was.
     *
     * @param given what this one was told, {@code RuntimeMXBean.getInputArguments()}
     */
    public static List<String> options(List<String> given) {
        List<String> options = new ArrayList<>();
        if (ModuleFinder.ofSystem().find(VECTOR).isPresent()) {
            options.add("--add-modules=" + VECTOR);
        }
        options.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 23) {
            options.add("--sun-misc-unsafe-memory-access=allow"); // LWJGL's and protobuf's, which newer Javas would warn of
        }
        options.add("-XX:MaxRAMPercentage=60"); // without -Xmx, a Java uses a quarter, which is little on a small machine
        options.addAll(COMPILE_VECTORS_SOON);
        if (hasHugePages()) {
            options.add("-XX:+UseTransparentHugePages");
        }
        if (given.stream().noneMatch(argument -> argument.matches("-XX:\\+Use\\w+GC"))) {
            options.addAll(FEW_OBJECTS);
        }
        if (given.stream().noneMatch(argument -> argument.matches("-Xm[sx].*|-XX:(Initial|Max)HeapSize=.*"))) {
            options.add(SMALL_HEAP);
        }
        return options;
    }

    /**
     * Whether Linux gives huge pages to a JVM that asks for them; one that asks in vain says so. Rows that were gathered all
     * over a data set of 190 MB made a training step a tenth faster in them.
     */
    private static boolean hasHugePages() {
        try {
            return !Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")).contains("[never]");
        } catch (IOException e) {
            return false; // another system
        }
    }

    private static int relaunch(String[] args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        List<String> given = given(args);
        command.addAll(options(given));
        command.add("-D" + RELAUNCH + "=false");
        command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
        command.addAll(given);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Launcher.class.getName());
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Map<String, String> environment = builder.environment();
        for (String variable : OPTION_VARIABLES) {
            environment.remove(variable);
        }
        Process child = builder.start();
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(child)));
        } catch (IllegalStateException e) {
            end(child); // a signal came first, and this JVM is ending
        }
        while (true) {
            try {
                return child.waitFor();
            } catch (InterruptedException e) {
                end(child);
            }
        }
    }

    /** Asks a process to end, and insists where it does not. */
    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /** Ends this JVM when the one that started it is gone, however that came: a killed one runs no hook. */
    private static void endWith(long pid) {
        ProcessHandle.of(pid).ifPresentOrElse(
                parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)),
                () -> Runtime.getRuntime().halt(1));
    }
}
