package dev.norn.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads event files by the rules of the format, and of nothing that writes them. */
final class EventReader {

    private EventReader() {}

    /** A message: for each field's number its values, as Long (also for fixed32 and fixed64, their bits) or byte[]. */
    record Fields(Map<Integer, List<Object>> values) {

        long integer(int field) {
            return (Long) one(field);
        }

        double float64(int field) {
            return Double.longBitsToDouble(integer(field));
        }

        float float32(int field) {
            return Float.intBitsToFloat((int) integer(field));
        }

        String text(int field) {
            return new String((byte[]) one(field), StandardCharsets.UTF_8);
        }

        Fields message(int field) {
            return parse((byte[]) one(field));
        }

        double[] float64s(int field) {
            ByteBuffer packed = littleEndian((byte[]) one(field));
            double[] all = new double[packed.remaining() / 8];
            packed.asDoubleBuffer().get(all);
            assertEquals(8 * all.length, packed.remaining());
            return all;
        }

        boolean has(int field) {
            return values.containsKey(field);
        }

        private Object one(int field) {
            assertEquals(1, values.getOrDefault(field, List.of()).size(), "values of field " + field);
            return values.get(field).get(0);
        }
    }

    /** The events of a file, each of whose records must have the right checksums. */
    static List<Fields> read(Path file) throws IOException {
        ByteBuffer bytes = littleEndian(Files.readAllBytes(file));
        List<Fields> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertEquals(masked(crc32c(length)), bytes.getInt());
            byte[] data = new byte[Math.toIntExact(littleEndian(length).getLong())];
            bytes.get(data);
            assertEquals(masked(crc32c(data)), bytes.getInt());
            events.add(parse(data));
        }
        return events;
    }

    static Fields parse(byte[] message) {
        Map<Integer, List<Object>> fields = new TreeMap<>();
        ByteBuffer in = littleEndian(message);
        while (in.hasRemaining()) {
            long key = varint(in);
            Object value = switch ((int) key & 7) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 2 -> {
                    byte[] content = new byte[Math.toIntExact(varint(in))];
                    in.get(content);
                    yield content;
                }
                case 5 -> (long) in.getInt();
                default -> throw new AssertionError("wire type of key " + key);
            };
            fields.computeIfAbsent((int) (key >>> 3), k -> new ArrayList<>()).add(value);
        }
        return new Fields(fields);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Bit by bit, the polynomial 0x1EDC6F41 reflected. */
    static int crc32c(byte[] data) {
        int crc = ~0;
        for (byte b : data) {
            crc ^= b & 0xFF;
            for (int i = 0; i < 8; i++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return ~crc;
    }

    private static int masked(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
