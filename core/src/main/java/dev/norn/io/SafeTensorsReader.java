package dev.norn.io;

import dev.norn.data.DataException;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one file. All of the header is checked before any element is read. */
final class SafeTensorsReader {

    /** Of values in a header: enough for a hundred thousand tensors. */
    private static final int MOST_VALUES = 1 << 20;
    /** Of axes, as NumPy has it. */
    private static final int MOST_AXES = 64;
    private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");

    /** Where a tensor's bytes are, counted from the header's end. */
    private record Entry(String name, DType dtype, Shape shape, long from, long to) {}

    private final Path file;
    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafeTensorsReader(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static SafeTensors read(Path file) {
        try {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (!Files.isRegularFile(file)) {
                throw new IOException("it is no regular file"); // to open a pipe might never end
            }
            try (FileChannel channel = FileChannel.open(file)) {
                return new SafeTensorsReader(file, channel).read();
            }
        } catch (IOException e) {
            throw DataException.cannotRead(file.toString(), e);
        } catch (IllegalArgumentException e) {
            throw new DataException(file + " is not a valid safetensors file: " + e.getMessage(), e);
        }
    }

    private SafeTensors read() throws IOException {
        long size = channel.size();
        require(size >= Long.BYTES, "it has " + size + " bytes, not even the 8 of its header's length");
        long length = bytes(Long.BYTES).getLong();
        require(length >= 0 && length <= SafeTensors.LONGEST_HEADER, "its header claims to be "
                + Long.toUnsignedString(length) + " bytes long; " + SafeTensors.LONGEST_HEADER + " are the most");
        long rest = size - Long.BYTES - length;
        require(rest >= 0, "its header claims to be " + length + " bytes long, and only " + (size - Long.BYTES) + " follow");
        readHeader(text(bytes((int) length)));
        checkOffsets(rest);
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        for (Entry entry : entries) {
            tensors.put(entry.name, elements(entry));
        }
        return new SafeTensors(tensors, metadata);
    }

    private static void require(boolean valid, String otherwise) {
        if (!valid) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("its header is not text in UTF-8", e);
        }
    }

    private void readHeader(String text) {
        require(text.startsWith("{"), "its header does not start with {");
        Map<?, ?> header;
        try {
            header = (Map<?, ?>) Json.read(text, MOST_VALUES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its header is not the JSON it should be: " + e.getMessage(), e);
        }
        header.forEach((key, value) -> {
            if (key.equals(SafeTensors.METADATA)) {
                readMetadata(value);
            } else {
                entries.add(entry((String) key, value));
            }
        });
    }

    private void readMetadata(Object value) {
        require(value instanceof Map<?, ?>, SafeTensors.METADATA + " is not a map of texts");
        ((Map<?, ?>) value).forEach((name, text) -> {
            require(text instanceof String, SafeTensors.METADATA + " has no text for " + Json.quote((String) name));
            metadata.put((String) name, (String) text);
        });
    }

    private static Entry entry(String name, Object value) {
        String quoted = "tensor " + Json.quote(name);
        require(value instanceof Map<?, ?> fields && fields.keySet().equals(FIELDS),
                quoted + " must have dtype, shape and data_offsets, and nothing else");
        Map<?, ?> fields = (Map<?, ?>) value;
        DType dtype = dtype(quoted, fields.get("dtype"));
        Shape shape = shape(quoted, fields.get("shape"));
        require(fields.get("data_offsets") instanceof List<?> pair && pair.size() == 2
                        && pair.get(0) instanceof Long && pair.get(1) instanceof Long,
                quoted + ": data_offsets must be two integers");
        List<?> offsets = (List<?>) fields.get("data_offsets");
        long from = (Long) offsets.get(0);
        long to = (Long) offsets.get(1);
        require(0 <= from && from <= to, quoted + ": data_offsets are [" + from + ", " + to
                + "]; the first must not be negative, nor above the second");
        long wanted = (long) shape.size() * dtype.bytes();
        require(to - from == wanted, quoted + ": " + dtype + shape + " takes " + wanted + " bytes, data_offsets hold "
                + (to - from));
        return new Entry(name, dtype, shape, from, to);
    }

    private static DType dtype(String quoted, Object value) {
        for (DType dtype : DType.values()) {
            if (dtype != DType.UNORM8 && dtype.name().equals(value)) {
                return dtype;
            }
        }
        throw new IllegalArgumentException(quoted + " is of the type "
                + (value instanceof String name ? Json.quote(name) : "of no name") + "; F32, F64 and I32 can be read");
    }

    private static Shape shape(String quoted, Object value) {
        require(value instanceof List<?> list && list.size() <= MOST_AXES && list.stream().allMatch(Long.class::isInstance),
                quoted + ": shape must be a list of integers, at most " + MOST_AXES);
        int[] dims = ((List<?>) value).stream().mapToInt(extent -> {
            long n = (Long) extent;
            require(n >= 0 && n <= Integer.MAX_VALUE, quoted + ": an extent of " + n + " is not from 0 to 2147483647");
            return (int) n;
        }).toArray();
        try {
            return Shape.of(dims);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(quoted + " has more elements than a tensor can hold (2^31 - 65)", e);
        }
    }

    /** The tensors must fill the rest of the file: no byte belongs to two, none to nobody. */
    private void checkOffsets(long rest) {
        entries.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
        long end = 0;
        for (Entry entry : entries) {
            String quoted = "tensor " + Json.quote(entry.name);
            require(entry.from >= end, quoted + " overlaps the one before it");
            require(entry.from == end, "bytes " + end + " to " + entry.from + " of the data belong to no tensor");
            require(entry.to <= rest, quoted + " ends at byte " + entry.to + " of the data, of which there are " + rest);
            end = entry.to;
        }
        require(end == rest, "bytes " + end + " to " + rest + " of the data belong to no tensor");
    }

    private NdArray elements(Entry entry) throws IOException {
        NdArray tensor = NdArray.zeros(entry.dtype, entry.shape);
        int size = entry.dtype.bytes();
        for (int from = 0; from < tensor.size(); from += SafeTensors.CHUNK / size) {
            int count = Math.min(SafeTensors.CHUNK / size, tensor.size() - from);
            ByteBuffer bytes = bytes(count * size);
            switch (entry.dtype) {
                case F32 -> bytes.asFloatBuffer().get(tensor.floats(), from, count);
                case F64 -> bytes.asDoubleBuffer().get(tensor.doubles(), from, count);
                case I32 -> bytes.asIntBuffer().get(tensor.ints(), from, count);
                case UNORM8 -> throw new AssertionError("never here");
            }
        }
        return tensor;
    }

    /** The next bytes of the file. */
    private ByteBuffer bytes(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return bytes.flip();
    }
}
