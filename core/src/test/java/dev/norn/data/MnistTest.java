package dev.norn.data;

import static dev.norn.data.IdxFiles.gzip;
import static dev.norn.data.IdxFiles.idx;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MnistTest {

    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    /** Three training images of 2 by 2 pixels and two test images, in files of the usual names. */
    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new HashMap<>();
        files.put(TRAIN_IMAGES, idx(new byte[] {0, 1, 2, -1, 10, 20, 30, 40, 50, 60, 70, -128}, 3, 2, 2));
        files.put(TRAIN_LABELS, idx(new byte[] {9, 0, 4}, 3));
        files.put(TEST_IMAGES, idx(new byte[] {5, 6, 7, 8, 9, 10, 11, 12}, 2, 2, 2));
        files.put(TEST_LABELS, idx(new byte[] {1, 1}, 2));
        return files;
    }

    private static Split load(Map<String, byte[]> files) {
        return Mnist.load(name -> files.containsKey(name) ? new ByteArrayInputStream(files.get(name)) : null);
    }

    private static String rejected(Map<String, byte[]> files) {
        String message = assertThrows(DataException.class, () -> load(files)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static void assertComplete(Split split) {
        assertEquals(Shape.of(3, 4), split.train().inputs().shape());
        assertEquals(DType.UNORM8, split.train().inputs().dtype());
        assertArrayEquals(new float[] {0, 1 / 255f, 2 / 255f, 1}, split.train().inputs().rows(0, 1).to(DType.F32).floats());
        assertEquals(128 / 255f, split.train().inputs().get(11));
        assertArrayEquals(new int[] {9, 0, 4}, split.train().targets().ints());
        assertEquals(Shape.of(2, 4), split.test().inputs().shape());
        assertEquals(5 / 255f, split.test().inputs().get(0));
        assertArrayEquals(new int[] {1, 1}, split.test().targets().ints());
    }

    @Test
    void loads() {
        assertComplete(load(files()));
    }

    /** Every file may have its own spelling: bit 2i chooses the dot, bit 2i + 1 gzip for file i. */
    @Test
    void everySpellingLoads(@TempDir Path folder) throws IOException {
        String[] names = {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS};
        for (int choice = 0; choice < 256; choice += 5) {
            Path directory = Files.createDirectory(folder.resolve("mnist" + choice));
            for (int i = 0; i < names.length; i++) {
                boolean dot = (choice >> 2 * i & 1) != 0;
                boolean gz = (choice >> 2 * i + 1 & 1) != 0;
                String name = (dot ? names[i].replace("-idx", ".idx") : names[i]) + (gz ? ".gz" : "");
                byte[] content = files().get(names[i]);
                Files.write(directory.resolve(name), gz ? gzip(content) : content);
            }
            assertComplete(Mnist.load(directory));
        }
    }

    @Test
    void namesAllThatIsMissing(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve(TRAIN_IMAGES + ".gz"), gzip(files().get(TRAIN_IMAGES)));
        Files.createDirectory(folder.resolve(TRAIN_LABELS)); // no file
        String message = assertThrows(DataException.class, () -> Mnist.load(folder)).getMessage();
        assertTrue(message.startsWith("cannot read MNIST from " + folder), message);
        assertTrue(message.contains("missing " + TRAIN_LABELS + ", " + TEST_IMAGES + ", " + TEST_LABELS + " (.gz"),
                message);
        Map<String, byte[]> files = files();
        files.remove(TEST_LABELS);
        assertTrue(rejected(files).startsWith("cannot read MNIST: missing " + TEST_LABELS + " ("), rejected(files));
        Path nowhere = folder.resolve("nowhere");
        message = assertThrows(DataException.class, () -> Mnist.load(nowhere)).getMessage();
        assertEquals("cannot read MNIST from " + nowhere + ": no such directory", message);
    }

    @Test
    void errorsNameTheFile(@TempDir Path folder) throws IOException {
        for (var file : files().entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        Path images = folder.resolve(TEST_IMAGES);
        Files.write(images, new byte[] {1, 2, 3, 4});
        String message = assertThrows(DataException.class, () -> Mnist.load(folder)).getMessage();
        assertTrue(message.startsWith(images + ": not an IDX file"), message);
    }

    @Test
    void countsMustAgree() {
        Map<String, byte[]> files = files();
        files.put(TRAIN_LABELS, idx(new byte[] {1, 2}, 2));
        assertEquals(TRAIN_IMAGES + " has 3 images, but " + TRAIN_LABELS + " has 2 labels", rejected(files));
        files = files();
        files.put(TEST_LABELS, idx(new byte[] {1, 2, 3}, 3));
        assertEquals(TEST_IMAGES + " has 2 images, but " + TEST_LABELS + " has 3 labels", rejected(files));
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "127, 127", "-1, 255"})
    void labelsAreDigits(byte value, int shown) {
        Map<String, byte[]> files = files();
        files.put(TRAIN_LABELS, idx(new byte[] {1, 2, value}, 3));
        assertEquals(TRAIN_LABELS + ": label 2 is " + shown + " (valid: 0 to 9)", rejected(files));
    }

    @Test
    void imagesMustHaveOneSize() {
        Map<String, byte[]> files = files();
        files.put(TEST_IMAGES, idx(new byte[8], 2, 1, 4)); // as many pixels, in another form
        assertEquals(TRAIN_IMAGES + " has images of 2x2 pixels, " + TEST_IMAGES + " of 1x4; they must agree",
                rejected(files));
    }

    @Test
    void dimensionsMustBeThoseOfImagesAndLabels() {
        Map<String, byte[]> files = files();
        files.put(TRAIN_IMAGES, idx(new byte[12], 3, 4));
        assertEquals(TRAIN_IMAGES + ": it has 2 dimensions; images have 3: count, rows, columns", rejected(files));
        files = files();
        files.put(TEST_LABELS, files.get(TEST_IMAGES)); // two files exchanged
        assertEquals(TEST_LABELS + ": it has 3 dimensions; labels have 1: count", rejected(files));
    }

    @Test
    void closesWhatItOpens() {
        int[] open = {0};
        Map<String, byte[]> files = files();
        for (int round = 0; round < 2; round++) {
            try {
                Mnist.load(name -> {
                    if (!files.containsKey(name)) {
                        return null;
                    }
                    open[0]++;
                    return new FilterInputStream(new ByteArrayInputStream(files.get(name))) {
                        @Override
                        public void close() {
                            open[0]--;
                        }
                    };
                });
                assertEquals(0, round);
            } catch (DataException e) {
                assertEquals(1, round);
            }
            assertEquals(0, open[0]);
            files.put(TEST_LABELS, new byte[3]);
        }
    }

    @Test
    void errorsOfTheSourceAreReported() {
        var e = assertThrows(DataException.class, () -> Mnist.load(name -> new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }
        }));
        assertEquals("cannot read " + TRAIN_IMAGES + ": the disk is on fire", e.getMessage());
    }
}
