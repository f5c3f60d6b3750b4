package dev.norn.data;

import dev.norn.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the IDX format in which MNIST is published (LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/): two
 * zero bytes, the element type, the number of dimensions, each extent as a big-endian 32-bit number, and the elements
 * in row-major order. Of the element types, unsigned byte is supported. A file may be compressed with gzip, whatever
 * its name says.
 *
 * <p>The input is not trusted. Memory grows with the data that are really there, not with what a header claims, and
 * never beyond what it claims.
 */
public final class IdxReader {

    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MAX_SIZE = Integer.MAX_VALUE - 64; // as in Shape
    private static final int FIRST_CHUNK = 1 << 16;

    private IdxReader() {}

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read or is not exactly one IDX array of unsigned bytes
     */
    public static IdxArray read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (IOException e) {
            throw DataException.cannotRead(file.toString(), e);
        }
    }

    /**
     * Reads a stream to its end and leaves it open.
     *
     * @param name what messages call it
     * @throws DataException if it cannot be read or is not exactly one IDX array of unsigned bytes
     */
    public static IdxArray read(String name, InputStream in) {
        try {
            PushbackInputStream source = new PushbackInputStream(in, 2);
            byte[] start = source.readNBytes(2);
            source.unread(start);
            if (start.length == 2 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
                try (Gunzip plain = new Gunzip(source)) {
                    return readPlain(name, plain);
                }
            }
            return readPlain(name, source);
        } catch (IOException e) {
            throw DataException.cannotRead(name, e);
        }
    }

    private static IdxArray readPlain(String name, InputStream in) throws IOException {
        Shape shape = readHeader(name, in);
        IdxArray result = new IdxArray(shape, readValues(name, in, shape));
        if (in.read() >= 0) {
            throw new DataException(name + ": data go on after the " + shape.size() + " bytes that its header declares"
                    + " (extents " + shape + ")");
        }
        return result;
    }

    private static Shape readHeader(String name, InputStream in) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4) {
            throw new DataException(name + ": an IDX file has at least 9 bytes, this has " + magic.length);
        }
        if (magic[0] != 0 || magic[1] != 0) {
            throw new DataException(name + ": not an IDX file: it starts with " + hex(magic)
                    + " (valid: 0x000008DD, where DD is the number of dimensions)");
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw new DataException(name + ": its elements are " + typeName(magic[2])
                    + "; only unsigned bytes (0x08) are supported");
        }
        int rank = magic[3] & 0xFF;
        if (rank == 0) {
            throw new DataException(name + ": it has 0 dimensions (valid: 1 to 255)");
        }
        byte[] extents = in.readNBytes(4 * rank);
        if (extents.length < 4 * rank) {
            throw new DataException(name + ": its header ends after " + (4 + extents.length) + " bytes; "
                    + rank + " dimensions need " + (4 + 4 * rank));
        }
        int[] dims = new int[rank];
        long size = 1;
        for (int i = 0; i < rank; i++) {
            long extent = (extents[4 * i] & 0xFFL) << 24 | (extents[4 * i + 1] & 0xFF) << 16
                    | (extents[4 * i + 2] & 0xFF) << 8 | extents[4 * i + 3] & 0xFF;
            if (extent < 1 || extent > MAX_SIZE) {
                throw new DataException(name + ": extent " + i + " is " + extent + " (valid: 1 to " + MAX_SIZE + ")");
            }
            dims[i] = (int) extent;
            size *= extent;
            if (size > MAX_SIZE) {
                throw new DataException(name + ": extents " + Arrays.toString(Arrays.copyOf(dims, i + 1))
                        + " are more than the " + MAX_SIZE + " elements that an array can hold");
            }
        }
        return Shape.of(dims);
    }

    private static byte[] readValues(String name, InputStream in, Shape shape) throws IOException {
        int count = shape.size();
        byte[] values = new byte[Math.min(count, FIRST_CHUNK)];
        int have = 0;
        while (true) {
            have += in.readNBytes(values, have, values.length - have);
            if (have < values.length) {
                throw cutShort(name, have, shape);
            }
            if (have == count) {
                return values;
            }
            // By four: little is copied, and a header that lies costs four times the data that came at most.
            values = Arrays.copyOf(values, (int) Math.min(count, 4L * have));
        }
    }

    private static DataException cutShort(String name, int have, Shape shape) {
        return new DataException(name + ": its data end after " + have + " of the " + shape.size()
                + " bytes that its header declares (extents " + shape + ")");
    }

    private static String typeName(byte type) {
        String name = switch (type) {
            case 0x09 -> "signed bytes";
            case 0x0B -> "16-bit integers";
            case 0x0C -> "32-bit integers";
            case 0x0D -> "32-bit floats";
            case 0x0E -> "64-bit floats";
            default -> "of an unknown type";
        };
        return name + " (" + hex(type) + ")";
    }

    private static String hex(byte... bytes) {
        StringBuilder text = new StringBuilder("0x");
        for (byte b : bytes) {
            text.append(Character.forDigit(b >> 4 & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
        }
        return text.toString();
    }
}
