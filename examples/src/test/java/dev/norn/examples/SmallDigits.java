package dev.norn.examples;

import dev.norn.random.RandomStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data set in MNIST's files, small and easy: 8 x 8 pixels; of digit d, pixels 6 d to 6 d + 5 are bright. */
final class SmallDigits {

    static final int TRAIN = 100;
    static final int TEST = 40;

    private static final int SIDE = 8;

    private SmallDigits() {}

    /** Writes the four files into a folder, and returns it. */
    static Path write(Path folder) {
        try {
            write(folder, "train", TRAIN, 1);
            write(folder, "t10k", TEST, 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private static void write(Path folder, String name, int count, long seed) throws IOException {
        RandomStream random = new RandomStream(seed, 0);
        ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE)
                .putInt(0x0803).putInt(count).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
        for (int i = 0; i < count; i++) {
            int digit = i % 10;
            labels.put((byte) digit);
            for (int p = 0; p < SIDE * SIDE; p++) {
                images.put((byte) ((p / 6 == digit ? 155 : 0) + (int) (100 * random.nextDouble())));
            }
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
    }
}
