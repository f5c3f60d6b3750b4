package dev.norn.data;

import static dev.norn.data.IdxFiles.concat;
import static dev.norn.data.IdxFiles.gzip;
import static dev.norn.data.IdxFiles.idx;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.norn.random.RandomStream;
import dev.norn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {

    private static final byte[] DATA = {0, 1, 127, -128, -1, 42, 7, 8, 9, 10, 11, 12};
    private static final byte[] FILE = idx(DATA, 3, 2, 2);

    private static IdxArray read(byte[] file) {
        return IdxReader.read("digits", new ByteArrayInputStream(file));
    }

    /** The message, after checks that it is one line and names the input. */
    private static String rejected(byte[] file) {
        String message = assertThrows(DataException.class, () -> read(file)).getMessage();
        assertTrue(message.contains("digits"), message);
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static byte[] random(int n, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        byte[] data = new byte[n];
        for (int i = 0; i < n; i++) {
            data[i] = (byte) (random.nextInt(4) * random.nextInt(60)); // compressible
        }
        return data;
    }

    private static void assertRead(byte[] data, Shape shape, IdxArray array) {
        assertEquals(shape, array.shape());
        assertArrayEquals(data, array.values());
    }

    @Test
    void readsPlainAndCompressed() {
        assertRead(DATA, Shape.of(3, 2, 2), read(FILE));
        for (int level = 0; level <= 9; level++) {
            assertRead(DATA, Shape.of(3, 2, 2), read(gzip(FILE, level)));
        }
        assertRead(DATA, Shape.of(12), read(idx(DATA, 12)));
        assertRead(new byte[] {5}, Shape.of(1), read(idx(new byte[] {5}, 1)));
    }

    @Test
    void readsManyDimensions() {
        int[] ones = new int[255];
        Arrays.fill(ones, 1);
        assertRead(new byte[] {9}, Shape.of(ones), read(idx(new byte[] {9}, ones)));
    }

    /** Around the sizes at which buffers grow. */
    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 1_000_003, 5_000_000})
    void readsAnySize(int n) {
        byte[] data = random(n, n);
        assertRead(data, Shape.of(n), read(idx(data, n)));
        assertRead(data, Shape.of(n), read(gzip(idx(data, n))));
    }

    /** Sources may return less than was asked for, and have nothing "available". */
    @Test
    void readsFromASourceThatDribbles() {
        for (byte[] file : new byte[][] {FILE, gzip(FILE), concat(gzip(FILE), gzip(new byte[0]))}) {
            InputStream dribble = new InputStream() {
                private int at;

                @Override
                public int read() {
                    return at < file.length ? file[at++] & 0xFF : -1;
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    if (at == file.length) {
                        return -1;
                    }
                    target[offset] = file[at++];
                    return 1;
                }
            };
            assertRead(DATA, Shape.of(3, 2, 2), IdxReader.read("digits", dribble));
        }
    }

    @Test
    void readsFilesWhateverTheirName(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("digits.txt");
        Files.write(file, gzip(FILE));
        assertRead(DATA, Shape.of(3, 2, 2), IdxReader.read(file));
        Path named = folder.resolve("digits.gz");
        Files.write(named, FILE);
        assertRead(DATA, Shape.of(3, 2, 2), IdxReader.read(named));
    }

    @Test
    void everyTruncationIsAnError() {
        byte[] compressible = idx(random(300, 1), 3, 100);
        for (byte[] whole : new byte[][] {FILE, gzip(FILE), gzip(FILE, 0), compressible, gzip(compressible),
            concat(gzip(FILE), gzip(new byte[0]))}) {
            int complete = 0;
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                if (length == gzip(FILE).length && Arrays.equals(part, gzip(FILE))) {
                    complete++; // the first of two members
                } else {
                    rejected(part);
                }
            }
            assertTrue(complete <= 1);
        }
    }

    @Test
    void truncationSaysWhatIsMissing() {
        assertEquals("digits: an IDX file has at least 9 bytes, this has 0", rejected(new byte[0]));
        assertEquals("digits: its header ends after 15 bytes; 3 dimensions need 16", rejected(Arrays.copyOf(FILE, 15)));
        assertEquals("digits: its data end after 11 of the 12 bytes that its header declares (extents [3, 2, 2])",
                rejected(Arrays.copyOf(FILE, FILE.length - 1)));
        byte[] gz = gzip(FILE);
        assertEquals("cannot read digits: the gzip data are cut short", rejected(Arrays.copyOf(gz, gz.length - 1)));
        assertEquals("cannot read digits: the gzip data are cut short", rejected(Arrays.copyOf(gz, 2)));
    }

    @Test
    void trailingBytesAreAnError() {
        String expected = "digits: data go on after the 12 bytes that its header declares (extents [3, 2, 2])";
        assertEquals(expected, rejected(concat(FILE, new byte[1])));
        assertEquals(expected, rejected(gzip(concat(FILE, new byte[1]))));
        assertEquals(expected, rejected(concat(gzip(FILE), gzip(new byte[1]))));
        String notGzip = "cannot read digits: what follows the gzip data is not gzip";
        for (int n : new int[] {2, 8, 9, 10, 18, 19, 100, 100_000}) {
            assertEquals(notGzip, rejected(concat(gzip(FILE), new byte[n])));
        }
        rejected(concat(gzip(FILE), new byte[] {0x1F}));
        rejected(concat(gzip(FILE), new byte[] {0x1F, (byte) 0x8B}));
    }

    @ParameterizedTest
    @CsvSource({"89504e47, it starts with 0x89504e47", "00010803, it starts with 0x00010803",
        "00000901, signed bytes (0x09)", "00000b01, 16-bit integers (0x0b)", "00000c01, 32-bit integers (0x0c)",
        "00000d01, 32-bit floats (0x0d)", "00000e01, 64-bit floats (0x0e)", "00000701, of an unknown type (0x07)",
        "0000ff01, of an unknown type (0xff)", "00000800, 0 dimensions (valid: 1 to 255)"})
    void wrongMagic(String magic, String expected) {
        byte[] file = FILE.clone();
        for (int i = 0; i < 4; i++) {
            file[i] = (byte) Integer.parseInt(magic.substring(2 * i, 2 * i + 2), 16);
        }
        assertTrue(rejected(file).contains(expected), rejected(file));
    }

    @Test
    void impossibleExtents() {
        assertEquals("digits: extent 1 is 0 (valid: 1 to 2147483583)", rejected(idx(DATA, 3, 0)));
        assertEquals("digits: extent 0 is 4294967295 (valid: 1 to 2147483583)", rejected(idx(DATA, -1, 1)));
        assertEquals("digits: extent 0 is 2147483648 (valid: 1 to 2147483583)", rejected(idx(DATA, Integer.MIN_VALUE)));
        assertEquals("digits: extent 0 is 2147483584 (valid: 1 to 2147483583)",
                rejected(idx(DATA, Integer.MAX_VALUE - 63)));
        assertTrue(rejected(idx(DATA, 65536, 65536)).contains("extents [65536, 65536] are more than"));
        // Products that would wrap round to 12 or to 0.
        assertTrue(rejected(idx(DATA, 3, 1 << 30, 4, 1)).contains("more than"));
        assertTrue(rejected(idx(DATA, 1 << 16, 1 << 16, 1 << 16, 1 << 16)).contains("more than"));
    }

    private static long allocated(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        action.run();
        return threads.getThreadAllocatedBytes(id) - before;
    }

    @Test
    void aHeaderThatLiesAllocatesLittle() {
        byte[] plain = idx(new byte[100_000], 60_000, 28, 28);
        byte[] largest = idx(DATA, Integer.MAX_VALUE - 64);
        rejected(plain);
        assertTrue(allocated(() -> rejected(plain)) < 2_000_000);
        assertTrue(allocated(() -> rejected(largest)) < 2_000_000);
        assertTrue(allocated(() -> rejected(gzip(largest))) < 2_000_000);
        // Just short of where the header is trusted.
        byte[] sixteenth = idx(new byte[1_000_000], 160, 100, 1_000);
        assertTrue(allocated(() -> rejected(Arrays.copyOf(sixteenth, 1_000_000))) < 10_000_000);
    }

    @Test
    void aBombDoesNotGoOff() {
        byte[] bomb = gzip(idx(new byte[50_000_000], 12));
        assertTrue(bomb.length < 100_000);
        rejected(bomb);
        assertTrue(allocated(() -> rejected(bomb)) < 2_000_000);
    }

    /** One level of recursion a member would overflow the stack. */
    @Test
    void manyEmptyMembersAreSkipped() {
        byte[] empty = gzip(new byte[0]);
        byte[] members = new byte[50_000 * empty.length];
        for (int i = 0; i < 50_000; i++) {
            System.arraycopy(empty, 0, members, i * empty.length, empty.length);
        }
        assertRead(DATA, Shape.of(3, 2, 2), read(concat(members, gzip(FILE), members)));
    }

    @Test
    void membersAreConcatenated() {
        for (int cut = 0; cut <= FILE.length; cut++) {
            byte[] first = gzip(Arrays.copyOf(FILE, cut));
            byte[] second = gzip(Arrays.copyOfRange(FILE, cut, FILE.length), 0);
            assertRead(DATA, Shape.of(3, 2, 2), read(concat(first, second)));
        }
    }

    /** With a comment, a name and so on, as RFC 1952, section 2.3, orders them. */
    @Test
    void optionalPartsOfTheHeaderAreSkipped() {
        byte[] gz = gzip(FILE);
        byte[] body = Arrays.copyOfRange(gz, 10, gz.length);
        byte[] extra = {3, 0, 'a', 'b', 'c'};
        byte[] name = {'x', '.', 'i', 'd', 'x', 0};
        byte[] comment = {(byte) 0xE9, 0};
        for (int flags = 0; flags < 32; flags++) {
            byte[] header = Arrays.copyOf(gz, 10);
            header[3] = (byte) flags;
            header = concat(header, (flags & 4) != 0 ? extra : new byte[0], (flags & 8) != 0 ? name : new byte[0],
                    (flags & 16) != 0 ? comment : new byte[0]);
            if ((flags & 2) != 0) {
                CRC32 crc = new CRC32();
                crc.update(header);
                int value = (int) crc.getValue();
                byte[] wrong = concat(header, new byte[] {(byte) ~value, (byte) (value >> 8)}, body);
                assertTrue(rejected(wrong).contains("header is corrupt"));
                header = concat(header, new byte[] {(byte) value, (byte) (value >> 8)});
            }
            assertRead(DATA, Shape.of(3, 2, 2), read(concat(header, body)));
            for (int length = 2; length < header.length; length++) {
                rejected(Arrays.copyOf(header, length));
            }
        }
        for (int[] change : new int[][] {{2, 7}, {3, 32}, {3, 128}}) {
            byte[] bad = gz.clone();
            bad[change[0]] = (byte) change[1];
            assertTrue(rejected(bad).contains("header is corrupt"));
        }
    }

    /** Every value of every byte: the data read are the original's, or there is one clear message. */
    @Test
    void noChangeOfOneCompressedByteGoesUnnoticed() {
        byte[] gz = gzip(FILE);
        for (int at = 2; at < gz.length; at++) { // the first two decide that it is gzip
            for (int value = 0; value < 256; value++) {
                byte[] changed = gz.clone();
                changed[at] = (byte) value;
                try {
                    assertRead(DATA, Shape.of(3, 2, 2), read(changed));
                } catch (DataException e) {
                    rejected(changed);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomDamageIsReadOrReported(long seed) {
        RandomStream random = new RandomStream(seed, 1);
        byte[] file = idx(random(200, seed), 2, 100);
        byte[][] originals = {file, gzip(file), gzip(file, 0), concat(gzip(file), gzip(new byte[0]))};
        for (int trial = 0; trial < 10_000; trial++) {
            byte[] damaged = originals[random.nextInt(originals.length)].clone();
            for (int changes = 1 + random.nextInt(3); changes > 0 && damaged.length > 0; changes--) {
                int at = random.nextInt(damaged.length);
                switch (random.nextInt(4)) {
                    case 0 -> damaged[at] = (byte) random.nextInt(256);
                    case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> damaged = concat(Arrays.copyOf(damaged, at),
                            Arrays.copyOfRange(damaged, at + 1, damaged.length));
                    default -> damaged = concat(Arrays.copyOf(damaged, at), new byte[] {(byte) random.nextInt(256)},
                            Arrays.copyOfRange(damaged, at, damaged.length));
                }
            }
            try {
                IdxArray array = read(damaged);
                assertEquals(array.shape().size(), array.values().length);
            } catch (DataException e) {
                rejected(damaged);
            }
        }
    }

    @Test
    void filesThatCannotBeRead(@TempDir Path folder) {
        Path missing = folder.resolve("missing");
        var e = assertThrows(DataException.class, () -> IdxReader.read(missing));
        assertEquals("cannot read " + missing + ": no such file", e.getMessage());
        e = assertThrows(DataException.class, () -> IdxReader.read(folder));
        assertTrue(e.getMessage().startsWith("cannot read " + folder + ": "), e.getMessage());
    }

    @Test
    void errorsOfTheSourceAreReported() {
        for (int good : new int[] {0, 1, 2, 3, 5, 16, 20}) {
            InputStream broken = new InputStream() {
                private int at;

                @Override
                public int read() throws IOException {
                    if (at == good) {
                        throw new IOException("the disk is on fire");
                    }
                    return FILE[at++] & 0xFF;
                }
            };
            var e = assertThrows(DataException.class, () -> IdxReader.read("digits", broken));
            assertEquals("cannot read digits: the disk is on fire", e.getMessage());
        }
    }

    @Test
    void anArrayHasAsManyValuesAsItsShapeSays() {
        assertThrows(IllegalArgumentException.class, () -> new IdxArray(Shape.of(3), new byte[4]));
    }
}
