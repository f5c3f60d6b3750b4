package dev.norn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.data.DataException;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("tensors.safetensors");
    }

    private static NdArray random(DType dtype, Random random, int... dims) {
        NdArray array = NdArray.zeros(dtype, Shape.of(dims));
        for (int i = 0; i < array.size(); i++) {
            switch (dtype) {
                case F32 -> array.floats()[i] = Float.intBitsToFloat(random.nextInt());
                case F64 -> array.doubles()[i] = Double.longBitsToDouble(random.nextLong());
                case I32 -> array.ints()[i] = random.nextInt();
                case UNORM8 -> throw new AssertionError(dtype);
            }
        }
        return array;
    }

    private static void assertSameBits(NdArray wanted, NdArray found) {
        assertEquals(wanted.dtype(), found.dtype());
        assertEquals(wanted.shape(), found.shape());
        for (int i = 0; i < wanted.size(); i++) {
            switch (wanted.dtype()) {
                case F32 -> assertEquals(Float.floatToRawIntBits(wanted.floats()[i]), Float.floatToRawIntBits(found.floats()[i]));
                case F64 -> assertEquals(Double.doubleToRawLongBits(wanted.doubles()[i]),
                        Double.doubleToRawLongBits(found.doubles()[i]));
                case I32 -> assertEquals(wanted.ints()[i], found.ints()[i]);
                case UNORM8 -> throw new AssertionError(wanted);
            }
        }
    }

    /** Any bits: of the numbers drawn, one in 256 is a NaN with a payload. Sizes around the chunks that files are read in. */
    @Test
    void everyBitComesBack() {
        Random random = new Random(1);
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.I32}) {
            tensors.put(dtype + " scalar", random(dtype, random));
            tensors.put(dtype + " none", random(dtype, random, 3, 0, 5));
            for (int size : new int[] {1, 2, 8191, 8192, 8193, 16384, 16385, 50_021}) {
                tensors.put(dtype + " " + size, random(dtype, random, size));
            }
            tensors.put(dtype + " of rank 5", random(dtype, random, 2, 1, 3, 4, 1));
        }
        tensors.put("odd", NdArray.of(Shape.of(5), -0.0f, Float.NaN, Float.intBitsToFloat(0xFFC12345), Float.MIN_VALUE,
                Float.NEGATIVE_INFINITY));
        tensors.put("odd too", NdArray.of(Shape.of(3), -0.0, Double.longBitsToDouble(0x7FF0000000000001L), Double.MIN_VALUE));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("", "no name");
        metadata.put("te\"xt\n\u0001", "ü€\ud83d\ude00\\");
        new SafeTensors(tensors, metadata).write(file);
        SafeTensors read = SafeTensors.read(file);
        assertEquals(tensors.keySet(), read.tensors().keySet());
        tensors.forEach((name, tensor) -> assertSameBits(tensor, read.tensors().get(name)));
        assertEquals(List.copyOf(metadata.entrySet()), List.copyOf(read.metadata().entrySet()));
    }

    @Test
    void typesThatTheFormatLacksAreRefused() {
        Map<String, NdArray> bytes = Map.of("x", NdArray.zeros(DType.UNORM8, Shape.of(2)));
        assertEquals("\"x\" is UNORM8, which safetensors files do not know; convert it with to()",
                assertThrows(IllegalArgumentException.class, () -> new SafeTensors(bytes, Map.of())).getMessage());
    }

    @Test
    void anEmptyFileIsOne() throws IOException {
        new SafeTensors(Map.of(), Map.of()).write(file);
        assertArrayEquals(new byte[] {8, 0, 0, 0, 0, 0, 0, 0, '{', '}', ' ', ' ', ' ', ' ', ' ', ' '}, Files.readAllBytes(file));
        assertEquals(new SafeTensors(Map.of(), Map.of()), SafeTensors.read(file));
    }

    /**
     * What the format's own library writes for {@code {"b": float32 [[1, -2]], "a": int32 [7], "c": float64 []  = 0.5}} with one
     * text: the largest elements first, then by name; no spaces in the JSON, but at its end, up to a multiple of 8.
     */
    @Test
    void bytesAreThoseOfTheFormatsLibrary() throws IOException {
        String json = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"c\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
                + "\"a\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[16,20]}}";
        assertEquals(195, json.length());
        ByteBuffer bytes = ByteBuffer.allocate(8 + 200 + 20).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(200).put((json + "     ").getBytes(StandardCharsets.US_ASCII)).putDouble(0.5).putFloat(1).putFloat(-2).putInt(7);
        SafeTensors tensors = new SafeTensors(Map.of("a", NdArray.of(Shape.of(1), 7), "b", NdArray.of(Shape.of(1, 2), 1f, -2f),
                "c", NdArray.of(Shape.SCALAR, 0.5)), Map.of("format", "pt"));
        tensors.write(file);
        assertArrayEquals(bytes.array(), Files.readAllBytes(file));
        assertEquals(tensors, SafeTensors.read(file));
        // One letter more, and seven spaces.
        new SafeTensors(Map.of("ab", NdArray.of(Shape.of(1), 7)), Map.of()).write(file);
        byte[] padded = Files.readAllBytes(file);
        assertEquals(0, (padded.length - 4) % 8);
        assertEquals(padded.length - 4 - 8, padded[0]);
    }

    @Test
    void aTensorMayNotBeCalledMetadata() {
        assertThrows(IllegalArgumentException.class,
                () -> new SafeTensors(Map.of("__metadata__", NdArray.vector(1)), Map.of()));
    }

    // ---- hostile files

    private static byte[] bytes(String header, int data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text).array();
    }

    private String refused(byte[] content) throws IOException {
        Files.write(file, content);
        String message = assertThrows(DataException.class, () -> SafeTensors.read(file)).getMessage();
        String start = file + " is not a valid safetensors file: ";
        assertTrue(message.startsWith(start), message);
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.length() < 500 + file.toString().length(), message);
        return message.substring(start.length());
    }

    private static String tensor(String dtype, String shape, String offsets) {
        return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "BF16    | [2]                      | [0,4]    | is of the type \"BF16\"; F32, F64 and I32 can be read",
        "f32     | [1]                      | [0,4]    | is of the type \"f32\"; F32, F64 and I32 can be read",
        "F32     | [2]                      | [0,4]    | : F32[2] takes 8 bytes, data_offsets hold 4",
        "F64     | [1]                      | [0,4]    | : F64[1] takes 8 bytes, data_offsets hold 4",
        "F32     | []                       | [0,0]    | : F32[] takes 4 bytes, data_offsets hold 0",
        "F32     | [2]                      | [0,8]    | ends at byte 8 of the data, of which there are 4",
        "F32     | [1]                      | [-4,0]   | : data_offsets are [-4, 0]; the first must not be negative, nor above",
        "F32     | [1]                      | [4,0]    | : data_offsets are [4, 0]; the first must not be negative, nor above",
        "F32     | [1]                      | [0,4,4]  | : data_offsets must be two integers",
        "F32     | [1]                      | [0]      | : data_offsets must be two integers",
        "F32     | [1]                      | [0,4.0]  | : data_offsets must be two integers",
        "F32     | [1]                      | 4        | : data_offsets must be two integers",
        "F32     | [-1]                     | [0,4]    | : an extent of -1 is not from 0 to 2147483647",
        "F32     | [2147483648]             | [0,4]    | : an extent of 2147483648 is not from 0 to 2147483647",
        "F32     | [9223372036854775807]    | [0,4]    | : an extent of 9223372036854775807 is not from 0 to 2147483647",
        "F32     | [65536,65536]            | [0,0]    | has more elements than a tensor can hold",
        "F32     | [65536,65536,65536,65536,2] | [0,4] | has more elements than a tensor can hold",
        "F32     | [2147483647,2147483647,0] | [0,0]   | has more elements than a tensor can hold",
        "F32     | [1.0]                    | [0,4]    | : shape must be a list of integers",
        "F32     | 1                        | [0,4]    | : shape must be a list of integers",
        "F32     | null                     | [0,4]    | : shape must be a list of integers",
        "F64     | [1152921504606846976]    | [0,9223372036854775807] | : an extent of 1152921504606846976 is not",
    })
    void tensorsThatCannotBe(String dtype, String shape, String offsets, String message) throws IOException {
        String found = refused(bytes("{\"x\":" + tensor(dtype, shape, offsets) + "}", 4));
        assertTrue(found.startsWith("tensor \"x\"" + (message.startsWith(":") ? "" : " ") + message), found);
    }

    @Test
    void thousandsOfAxes() throws IOException {
        String shape = "[1" + ",1".repeat(100_000) + "]";
        assertEquals("tensor \"x\": shape must be a list of integers, at most 64",
                refused(bytes("{\"x\":" + tensor("F32", shape, "[0,4]") + "}", 4)));
    }

    @Test
    void bytesThatBelongToNoneOrToTwo() throws IOException {
        String first = "{\"x\":" + tensor("F32", "[1]", "[0,4]");
        assertEquals("bytes 4 to 5 of the data belong to no tensor", refused(bytes(first + "}", 5)));
        assertEquals("tensor \"y\" overlaps the one before it",
                refused(bytes(first + ",\"y\":" + tensor("F32", "[1]", "[0,4]") + "}", 4)));
        assertEquals("tensor \"y\" overlaps the one before it",
                refused(bytes(first + ",\"y\":" + tensor("F32", "[1]", "[2,6]") + "}", 6)));
        assertEquals("bytes 4 to 6 of the data belong to no tensor",
                refused(bytes(first + ",\"y\":" + tensor("F32", "[1]", "[6,10]") + "}", 10)));
        assertEquals("bytes 0 to 4 of the data belong to no tensor",
                refused(bytes("{\"y\":" + tensor("F32", "[1]", "[4,8]") + "}", 8)));
        assertEquals("bytes 0 to 3 of the data belong to no tensor", refused(bytes("{}", 3)));
        assertEquals("tensor \"none\" overlaps the one before it",
                refused(bytes(first + ",\"none\":" + tensor("F32", "[0]", "[2,2]") + "}", 4)));
    }

    /** Tensors of no elements may lie between others. */
    @Test
    void tensorsWithoutElements() throws IOException {
        Files.write(file, bytes("{\"x\":" + tensor("F32", "[1]", "[0,4]") + ",\"a\":" + tensor("F64", "[0,7]", "[4,4]") + ",\"b\":"
                + tensor("I32", "[0]", "[0,0]") + "}   ", 4));
        SafeTensors read = SafeTensors.read(file);
        assertEquals(Shape.of(0, 7), read.tensors().get("a").shape());
        assertEquals(3, read.tensors().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " {}", "[]", "null", "{", "{}}", "{} x", "{\"x\":}", "{\"x\":1}", "{\"x\":{}}", "{\"x\":[]}",
        "{\"__metadata__\":1}", "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":{\"a\":null}}",
        "{\"__metadata__\":{},\"__metadata__\":{}}", "{\"x\":{\"dtype\":\"F32\",\"shape\":[0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],\"more\":1}}",
        "{\"x\":{\"dtype\":4,\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,0]}}", "{\"\n\":1}", "{\"a\\nb\":1}",
        "{\"\\u0000\":\"\n", "{\u00a0}"})
    void headersThatAreNone(String header) throws IOException {
        refused(bytes(header, 0));
    }

    @Test
    void duplicatesAreNamed() throws IOException {
        String x = "\"x\":" + tensor("F32", "[0]", "[0,0]");
        assertEquals("its header is not the JSON it should be: \"x\" is there twice", refused(bytes("{" + x + "," + x + "}", 0)));
        assertEquals("its header is not the JSON it should be: \"x\" is there twice",
                refused(bytes("{" + x + "," + x.replace("\"x\"", "\"\\u0078\"") + "}", 0)));
    }

    @Test
    void lengthsThatAreWrong() throws IOException {
        for (int size = 0; size < 8; size++) {
            assertEquals("it has " + size + " bytes, not even the 8 of its header's length", refused(new byte[size]));
        }
        ByteBuffer content = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        for (long length : new long[] {93, 1000, 100_000_000}) {
            assertEquals("its header claims to be " + length + " bytes long, and only 92 follow",
                    refused(content.putLong(0, length).array()));
        }
        for (long length : new long[] {100_000_001, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertEquals("its header claims to be " + Long.toUnsignedString(length)
                    + " bytes long; 100000000 are the most", refused(content.putLong(0, length).array()));
        }
    }

    @Test
    void notUtf8() throws IOException {
        for (byte[] wrong : new byte[][] {{(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xE2, (byte) 0x82}}) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            header.writeBytes("{\"__metadata__\":{\"".getBytes(StandardCharsets.US_ASCII));
            header.writeBytes(wrong);
            header.writeBytes("\":\"\"}}".getBytes(StandardCharsets.US_ASCII));
            ByteBuffer content = ByteBuffer.allocate(8 + header.size()).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals("its header is not text in UTF-8",
                    refused(content.putLong(header.size()).put(header.toByteArray()).array()));
        }
    }

    @Test
    void deepOrEndless() throws IOException {
        assertTrue(refused(bytes("{\"x\":" + "[".repeat(1_000_000), 0)).endsWith("more than 32 levels"));
        assertTrue(refused(bytes("{\"x\":" + "{\"y\":".repeat(1_000_000), 0)).endsWith("more than 32 levels"));
        assertTrue(refused(bytes("{\"x\":[" + "[],".repeat(2_000_000) + "0]}", 0)).endsWith("more than 1048576 values"));
        assertTrue(refused(bytes("{\"x\":" + "9".repeat(1_000_000) + "}", 0)).endsWith("9...\" does not fit into 64 bits"));
        assertTrue(refused(bytes("{\"" + "x".repeat(1_000_000) + "\":1}", 0)).contains("xxx...\" must have dtype"));
    }

    @Test
    void whatIsNoFile() throws IOException {
        assertEquals("cannot read " + file + ": no such file",
                assertThrows(DataException.class, () -> SafeTensors.read(file)).getMessage());
        assertEquals("cannot read " + folder + ": it is no regular file",
                assertThrows(DataException.class, () -> SafeTensors.read(folder)).getMessage());
    }

    /** A valid file with bytes changed, cut, or put in: read, or refused with a reason. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverIsDoneToAFile(long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        tensors.put("a", random(DType.F32, random, 2, 3));
        tensors.put("layers.0.weight", random(DType.F64, random, 3));
        tensors.put("none", random(DType.I32, random, 0));
        new SafeTensors(tensors, Map.of("format", "pt", "k", "vü")).write(file);
        byte[] valid = Files.readAllBytes(file);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] content = valid.clone();
            for (int change = random.nextInt(3); change >= 0 && content.length > 0; change--) {
                content = mutated(content, random);
            }
            Files.write(file, content);
            try {
                SafeTensors.read(file);
                read++;
            } catch (DataException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(read > 20 && refused > 500, read + " read, " + refused + " refused");
    }

    private static byte[] mutated(byte[] content, Random random) {
        // Mostly in the header.
        int at = random.nextInt(random.nextInt(10) == 0 ? content.length : Math.max(1, content.length - 50));
        switch (random.nextInt(6)) {
            case 0:
                content[at] = (byte) random.nextInt(256);
                return content;
            case 1:
                content[at] ^= (byte) (1 << random.nextInt(8));
                return content;
            case 2:
                return Arrays.copyOf(content, at + 1);
            case 3: {
                String digits = "0123456789-,[]{}\":. ";
                content[at] = (byte) digits.charAt(random.nextInt(digits.length()));
                return content;
            }
            case 4: { // a piece twice, with the header's length made right
                int length = Math.min(content.length - at, 1 + random.nextInt(40));
                ByteBuffer longer = ByteBuffer.allocate(content.length + length).order(ByteOrder.LITTLE_ENDIAN);
                longer.put(content, 0, at + length).put(content, at, content.length - at);
                if (at >= 8) {
                    longer.putLong(0, longer.getLong(0) + length);
                }
                return longer.array();
            }
            default: { // a piece left out
                int length = Math.min(content.length - at, 1 + random.nextInt(40));
                ByteBuffer shorter = ByteBuffer.allocate(content.length - length).order(ByteOrder.LITTLE_ENDIAN);
                shorter.put(content, 0, at).put(content, at + length, shorter.remaining());
                if (at >= 8) {
                    shorter.putLong(0, shorter.getLong(0) - length);
                }
                return shorter.array();
            }
        }
    }
}
