package dev.norn.bench.protocol;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a contender is to do.
 *
 * @param fields for a training ({@code kind}): {@code layers} (units, inputs first), {@code activation} of the hidden ones,
 *        {@code loss}, {@code rate}, {@code beta1}, {@code beta2}, {@code epsilon} of Adam, {@code l2} (λ of λ/2 Σ w², biases
 *        not included), {@code batch} (0 for all samples), {@code epochs}, {@code warm_up_epochs}; for a product: {@code m},
 *        {@code k}, {@code n}, {@code transposed} (whether A lies as [k, m]); for all: {@code threads}, and {@code folder},
 *        where the arrays lie
 */
public record Job(Map<String, Object> fields) {

    /** @throws IllegalArgumentException if the line is no job */
    public static Job parse(String line) {
        try {
            return new Job(JSON.std.mapFrom(line));
        } catch (IOException e) {
            throw new IllegalArgumentException("'" + line + "' is no job", e);
        }
    }

    /** This job, and a field more. */
    public Job with(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(key, value);
        return new Job(more);
    }

    /** The line. */
    public String line() {
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private <T> T get(String key, Class<T> type) {
        Object value = fields.get(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the job's " + key + " must be a " + type.getSimpleName() + ", it is " + value);
        }
        return type.cast(value);
    }

    /** A text. */
    public String text(String key) {
        return get(key, String.class);
    }

    /** A whole number. */
    public int integer(String key) {
        return get(key, Number.class).intValue();
    }

    /** A number. */
    public double number(String key) {
        return get(key, Number.class).doubleValue();
    }

    /** Yes or no. */
    public boolean flag(String key) {
        return get(key, Boolean.class);
    }

    /** Whole numbers. */
    public int[] integers(String key) {
        return ((List<?>) get(key, List.class)).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }

    /** An array of the job's folder: little-endian floats, without any header. */
    public float[] floats(String name) throws IOException {
        try (FileChannel file = open(name + ".f32")) {
            float[] values = new float[(int) (file.size() / Float.BYTES)];
            for (int i = 0; i < values.length; ) {
                FloatBuffer some = read(file).asFloatBuffer();
                int count = some.remaining();
                some.get(values, i, count);
                i += count;
            }
            return values;
        }
    }

    /** An array of the job's folder: little-endian ints. */
    public int[] ints(String name) throws IOException {
        try (FileChannel file = open(name + ".i32")) {
            int[] values = new int[(int) (file.size() / Integer.BYTES)];
            for (int i = 0; i < values.length; ) {
                IntBuffer some = read(file).asIntBuffer();
                int count = some.remaining();
                some.get(values, i, count);
                i += count;
            }
            return values;
        }
    }

    private FileChannel open(String file) throws IOException {
        return FileChannel.open(Path.of(text("folder"), file), StandardOpenOption.READ);
    }

    /** The next numbers. A mapped file would count as the process's memory. */
    private static ByteBuffer read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(1 << 16, file.size() - file.position()))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new EOFException("a file of numbers became shorter");
            }
        }
        return bytes.flip();
    }
}
