package dev.norn.cpu;

import dev.norn.backend.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The loops to compute with: those on the Vector API where its module is there and the processor has what they need, else plain
 * Java. The system property {@code norn.cpu.kernels} ({@code simd} or {@code scalar}) decides otherwise; {@code simd} then fails
 * where it cannot be.
 */
final class Kernels {

    static final String PROPERTY = "norn.cpu.kernels";

    /** What is missing where only the scalar loops can run. */
    static final String HINT = "start java with --add-modules jdk.incubator.vector for the SIMD kernels";

    private final FloatOps floats;
    private final Supplier<DoubleOps> newDoubles;
    private final Uniforms uniforms;
    private final Unorms unorms;
    private final String description;
    private DoubleOps doubles;

    private Kernels(FloatOps floats, Supplier<DoubleOps> newDoubles, Uniforms uniforms, Unorms unorms, String description) {
        this.floats = floats;
        this.newDoubles = newDoubles;
        this.uniforms = uniforms;
        this.unorms = unorms;
        this.description = description;
    }

    FloatOps floats() {
        return floats;
    }

    /** Loaded when they are first asked for: most trainings never do, and would wait for some 150 classes. */
    synchronized DoubleOps doubles() {
        if (doubles == null) {
            doubles = newDoubles.get();
        }
        return doubles;
    }

    Uniforms uniforms() {
        return uniforms;
    }

    Unorms unorms() {
        return unorms;
    }

    /** For people. */
    String description() {
        return description;
    }

    static boolean simdIsThere() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** The choice as it stands. */
    static Kernels choose() {
        String wanted = System.getProperty(PROPERTY, "");
        switch (wanted) {
            case "simd" -> {
                if (!simdIsThere()) {
                    throw new BackendException(PROPERTY + " is \"simd\", but the Vector API is not there: " + HINT);
                }
                return simd();
            }
            case "scalar" -> {
                return scalar();
            }
            case "" -> {
                if (simdIsThere() && Fma.FAST) {
                    return simd();
                }
                System.getLogger("dev.norn.cpu").log(System.Logger.Level.INFO, "the cpu backend uses scalar kernels; "
                        + (Fma.FAST ? HINT : "this processor cannot multiply and add in one, which the SIMD kernels do"));
                return scalar();
            }
            default -> throw new BackendException(PROPERTY + " is \"" + wanted + "\"; valid: simd, scalar");
        }
    }

    private static Kernels simd() {
        FloatOps floats = FloatOps.simd();
        return new Kernels(floats, DoubleOps::simd, Uniforms.simd(), Unorms.simd(),
                "SIMD kernels, " + floats.lanes() * Float.SIZE + " bits");
    }

    /**
     * A class of package simd, which nothing may refer to: without the module that it uses it cannot be loaded.
     *
     * @throws IllegalStateException if the module is absent
     */
    static <T> T simd(Class<T> type, String name) {
        try {
            return type.cast(Class.forName("dev.norn.cpu.simd." + name).getConstructor().newInstance());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException("the Vector API is not there: " + HINT, e);
        }
    }

    private static Kernels scalar() {
        return new Kernels(new FloatScalarOps(), DoubleScalarOps::new, Uniforms.scalar(), Unorms.scalar(),
                "scalar kernels");
    }

    /** The processor as its maker calls it, where the system tells. */
    static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            try (Stream<String> lines = Files.lines(info)) {
                return lines.filter(l -> l.startsWith("model name")).findFirst()
                        .map(l -> l.substring(l.indexOf(':') + 1).trim()).orElse(System.getProperty("os.arch"));
            } catch (IOException | java.io.UncheckedIOException e) {
                // The name is for show: without it the architecture will do.
                return System.getProperty("os.arch");
            }
        }
        String name = System.getenv("PROCESSOR_IDENTIFIER");
        return name != null ? name : System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    }
}
