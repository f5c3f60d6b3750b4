package dev.norn.io;

import dev.norn.data.DataException;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors by name, and texts by name, as a file in the safetensors format (https://github.com/huggingface/safetensors): the
 * header's length as a little-endian 64-bit number, the header in JSON, and the elements, little-endian and row-major, tensor
 * after tensor. What is read is what was written, bit for bit. Of the format's types there are F32, F64 and I32.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Path file = Path.of("points.safetensors");
 * new SafeTensors(Map.of("x", NdArray.vector(1, 2, 3)), Map.of("unit", "metre")).write(file);
 * NdArray x = SafeTensors.read(file).tensors().get("x");
 * }</pre>
 *
 * @param tensors in any order; not copied
 * @param metadata what else there is to say
 */
public record SafeTensors(Map<String, NdArray> tensors, Map<String, String> metadata) {

    /** The header's entry that is no tensor. */
    static final String METADATA = "__metadata__";

    /** The format's own limit. */
    static final int LONGEST_HEADER = 100_000_000;

    private static final int ALIGNMENT = 8;
    static final int CHUNK = 1 << 16;

    /** Keeps the maps' order. */
    public SafeTensors {
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
        }
        tensors.forEach((name, tensor) -> {
            if (tensor.dtype() == DType.UNORM8) {
                throw new IllegalArgumentException("\"" + name + "\" is UNORM8, which safetensors files do not know; convert it with to()");
            }
        });
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Reads a file. It is not trusted: nothing is taken from it before all of its header is known to be right, and nothing is
     * allocated that its size does not warrant.
     *
     * @throws DataException if it cannot be read, or is not to the letter what the format prescribes
     */
    public static SafeTensors read(Path file) {
        return SafeTensorsReader.read(file);
    }

    /**
     * Writes the file, as a whole or not at all.
     *
     * @throws DataException if it cannot be written
     */
    public void write(Path file) {
        write(new AtomicFile(file));
    }

    /** Writes the file, see {@link #write(Path)}. */
    public void write(AtomicFile file) {
        List<String> names = inOrder();
        byte[] header = header(names);
        file.write(out -> {
            out.write(header);
            for (String name : names) {
                write(out, tensors.get(name));
            }
        });
    }

    /** As the format's own library orders them: those with the largest elements first, so that all are aligned. */
    private List<String> inOrder() {
        List<String> names = new ArrayList<>(tensors.keySet());
        names.sort(Comparator.<String>comparingInt(name -> switch (tensors.get(name).dtype()) {
            case F64 -> 0;
            case F32 -> 1;
            case I32 -> 2;
            case UNORM8 -> throw new AssertionError("never here");
        }).thenComparing(Comparator.naturalOrder()));
        return names;
    }

    /** The length, and the header, with as many spaces as make the elements begin at a multiple of 8. */
    private byte[] header(List<String> names) {
        Map<String, Object> entries = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            entries.put(METADATA, metadata);
        }
        long offset = 0;
        for (String name : names) {
            NdArray tensor = tensors.get(name);
            long end = offset + (long) tensor.size() * tensor.dtype().bytes();
            List<Long> shape = new ArrayList<>();
            for (int extent : tensor.shape().dims()) {
                shape.add((long) extent);
            }
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", tensor.dtype().name());
            entry.put("shape", shape);
            entry.put("data_offsets", List.of(offset, end));
            entries.put(name, entry);
            offset = end;
        }
        byte[] text = Json.write(entries).getBytes(StandardCharsets.UTF_8);
        int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > LONGEST_HEADER) {
            throw new IllegalArgumentException("names and texts take " + length + " bytes; a safetensors file has room for "
                    + LONGEST_HEADER);
        }
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private static void write(OutputStream out, NdArray tensor) throws IOException {
        int size = tensor.dtype().bytes();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < tensor.size(); from += CHUNK / size) {
            int count = Math.min(CHUNK / size, tensor.size() - from);
            switch (tensor.dtype()) {
                case F32 -> chunk.asFloatBuffer().put(tensor.floats(), from, count);
                case F64 -> chunk.asDoubleBuffer().put(tensor.doubles(), from, count);
                case I32 -> chunk.asIntBuffer().put(tensor.ints(), from, count);
                case UNORM8 -> throw new AssertionError("never here");
            }
            out.write(chunk.array(), 0, count * size);
        }
    }
}
