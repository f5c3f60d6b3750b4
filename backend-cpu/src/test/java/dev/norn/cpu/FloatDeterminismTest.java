package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The loops give the same bits whether they are interpreted, compiled, or changed from the one to the other. */
@SuppressWarnings("cast") // of double to double, in the twin
class FloatDeterminismTest {

    @Test
    void interpretedAndCompiled() throws Exception {
        // Often enough for the optimizing compiler, which with -Xbatch is waited for.
        assertEquals(hashes("-Xint", "1"), hashes("-Xbatch", "200"));
    }

    /** What {@link Hashes} prints in a JVM of its own. */
    private static String hashes(String mode, String repetitions) throws IOException, InterruptedException {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (Class<?> c : List.of(Hashes.class, FloatOps.class, Unary.class)) {
            try {
                path.add(Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), mode, "-cp", path.toString()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.addAll(List.of(Hashes.class.getName(), repetitions));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Prints a hash of the results of each operation; repeats it, and exits with 1 if one differs from the first. */
    static final class Hashes {

        private static final int N = 4001;
        private static final int COLS = 40;
        private static final int ROWS = N / COLS;

        private Hashes() {}

        public static void main(String[] args) {
            boolean simd = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            FloatOps ops = simd ? FloatOps.simd() : new FloatScalarOps();
            float[] a = operands(1, true);
            float[] b = operands(2, true);
            // Without NaN and infinity, which a sum would not come back from.
            float[] x = operands(3, false);
            float[] y = operands(4, false);
            Map<String, Consumer<float[]>> loops = new LinkedHashMap<>();
            for (Unary op : Unary.values()) {
                loops.put(op.name(), d -> ops.unary(op, a, 0, d, 0, N));
            }
            for (Binary op : Binary.values()) {
                loops.put(op.name(), d -> ops.binary(op, a, 0, b, 0, d, 0, N));
            }
            loops.put("where", d -> ops.where(a, 0, b, 0, x, 0, d, 0, N));
            loops.put("sum", d -> d[0] = (float) ops.sum(x, 0, N));
            for (Reduction kind : Reduction.values()) {
                loops.put(kind + " of rows", d -> ops.reduceRows(kind, x, 0, ROWS, COLS, d, 0));
                loops.put(kind + " of columns", d -> ops.reduceColumns(kind, x, 0, ROWS, COLS, d, 0));
                loops.put(kind + " of specials", d -> ops.reduceRows(kind, a, 0, N / 4, 4, d, 0));
                loops.put(kind + " of long rows", d -> ops.reduceRows(kind, x, 0, 2, N / 2, d, 0));
            }
            int cols = simd ? ops.lanes() : 16;
            loops.put("tile of rows", d -> ops.tileOfRows(9, x, 0, y, 0, cols, x, 0, 0, d, 0, cols, cols));
            loops.put("tile of columns", d -> ops.tileOfColumns(9, x, 0, y, 0, cols, x, 0, 0, d, 0, cols, cols));
            loops.put("matrix times vector", d -> ops.matrixTimesVector(x, 0, 2, N / 2, y, 0, d, 0));
            loops.put("vector times matrix", d -> ops.vectorTimesMatrix(x, 0, y, 0, COLS, ROWS, COLS, d, 0));

            int repetitions = Integer.parseInt(args[0]);
            float[] d = new float[x.length];
            loops.forEach((name, loop) -> {
                int first = 0;
                for (int i = 0; i < repetitions; i++) {
                    Arrays.fill(d, 0);
                    loop.accept(d);
                    // All patterns of NaN are one to it.
                    int hash = Arrays.hashCode(d);
                    if (i == 0) {
                        first = hash;
                        System.out.println(name + " " + hash);
                    } else if (hash != first) {
                        System.out.println(name + " " + hash + " at " + i);
                        System.exit(1);
                    }
                }
            });
        }

        /** Numbers of all kinds of magnitudes, and special values. */
        private static float[] operands(int seed, boolean special) {
            Random random = new Random(seed);
            float[] specials = {0, -0f, 1, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
                Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 88, -88, -100, 709, -709, -740};
            float[] values = new float[N + FloatOps.PADDING * FloatOps.TILE_ROWS];
            for (int i = 0; i < values.length; i++) {
                float scale = i % 2 == 0 ? 1 : special ? (float) Math.exp(80 * random.nextDouble() - 60) : 10;
                values[i] = special && random.nextInt(10) == 0
                        ? specials[random.nextInt(specials.length)] : scale * (float) random.nextGaussian();
            }
            return values;
        }
    }
}
