package dev.norn.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFileTest {

    @TempDir
    private Path folder;

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** RFC 3720, appendix B.4; its bytes are the checksums with the lowest byte first. The mask is that of crc32c.h. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 8a9136aa",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 62a8ab43",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 46dd794e",
        "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100, 113fdb5c",
        "01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000, d9963a56",
    })
    void checksumsAreTheKnownOnes(String bytes, String crc) {
        byte[] data = HexFormat.of().parseHex(bytes);
        long known = Long.parseLong(crc, 16);
        assertEquals((int) known, EventReader.crc32c(data));
        long masked = (known / (1 << 15) + known % (1 << 15) * (1 << 17) + 0xa282ead8L) % (1L << 32);
        assertEquals((int) masked, EventFile.maskedCrc(data, 0, data.length));
        byte[] amid = Arrays.copyOf(new byte[3], data.length + 5);
        System.arraycopy(data, 0, amid, 3, data.length);
        assertEquals((int) masked, EventFile.maskedCrc(amid, 3, data.length));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 300, 16383, 16384, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void integersOfAnyLengthAreRead(long value) {
        assertEquals(value, EventReader.parse(new Message().integer(3, value).bytes()).integer(3));
    }

    @Test
    void fieldsAreRead() {
        Message inner = new Message().text(1, "β-1").float32(16, -0.1f);
        EventReader.Fields fields = EventReader.parse(new Message().float64(1, Math.PI).message(2, inner)
                .float64s(3, List.of(1.0, -2.5, Double.MAX_VALUE)).float64s(2047, List.of()).bytes());
        assertEquals(Math.PI, fields.float64(1));
        assertEquals("β-1", fields.message(2).text(1));
        assertEquals(-0.1f, fields.message(2).float32(16));
        assertArrayEquals(new double[] {1, -2.5, Double.MAX_VALUE}, fields.float64s(3));
        assertArrayEquals(new double[0], fields.float64s(2047));
    }

    @Test
    void startsWithTheFormatsVersionAndGrows() throws IOException {
        Path made = folder.resolve("runs/first");
        double before = System.currentTimeMillis() / 1000.0;
        try (EventFile file = new EventFile(made)) {
            Path path = files(made).get(0);
            assertTrue(path.getFileName().toString().matches("events\\.out\\.tfevents\\.[0-9]{10}\\..+"), path.toString());
            List<EventReader.Fields> events = EventReader.read(path);
            assertEquals("brain.Event:2", events.get(0).text(3));
            assertEquals(1, events.size());
            file.append(List.of(new Message().integer(2, 5), new Message().integer(2, 6)));
            events = EventReader.read(path);
            assertEquals(List.of(5L, 6L), events.stream().skip(1).map(e -> e.integer(2)).toList());
            for (EventReader.Fields event : events) {
                assertTrue(event.float64(1) >= before && event.float64(1) <= System.currentTimeMillis() / 1000.0);
            }
        }
    }

    @Test
    void everyRunHasAFileOfItsOwn() throws IOException {
        for (int i = 1; i <= 3; i++) {
            new EventFile(folder).close();
            assertEquals(i, files(folder).size());
        }
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "");
        DataException failure = assertThrows(DataException.class, () -> new EventFile(inTheWay));
        assertTrue(failure.getMessage().startsWith("cannot write " + inTheWay), failure.getMessage());
    }
}
