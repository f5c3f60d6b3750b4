package dev.norn.io;

import dev.norn.data.Dataset;
import dev.norn.tensor.NdArray;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what results follow from: the same for the same data on every machine. */
public final class Fingerprint {

    private static final int BLOCK = 1 << 13;

    private final MessageDigest digest;

    /** Of nothing yet. */
    public Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Of a data set: types, shapes, and every number. */
    public static String of(Dataset data) {
        return new Fingerprint().add(data).hex();
    }

    /** Adds a text. */
    public Fingerprint add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    /** Adds inputs and targets. */
    public Fingerprint add(Dataset data) {
        return add(data.inputs()).add(data.targets());
    }

    /** Adds type, shape and elements. */
    public Fingerprint add(NdArray array) {
        add(array.dtype() + array.shape().toString());
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK * Double.BYTES);
        for (int from = 0; from < array.size(); from += BLOCK) {
            int count = Math.min(BLOCK, array.size() - from);
            bytes.clear();
            switch (array.dtype()) {
                case F32 -> bytes.asFloatBuffer().put(array.floats(), from, count);
                case F64 -> bytes.asDoubleBuffer().put(array.doubles(), from, count);
                case I32 -> bytes.asIntBuffer().put(array.ints(), from, count);
                case UNORM8 -> bytes.put(array.bytes(), from, count);
            }
            digest.update(bytes.array(), 0, count * array.dtype().bytes());
        }
        return this;
    }

    /** The first 128 bits, as 32 hexadecimal digits. Ends it: nothing can be added after. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    }
}
