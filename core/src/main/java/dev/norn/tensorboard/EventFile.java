package dev.norn.tensorboard;

import dev.norn.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file of events, each a record with checksums, to which is only ever added (TensorFlow's event.proto and record_writer.cc). It
 * can be read at any time: what was written is not held back.
 */
final class EventFile implements AutoCloseable {

    private static final int CHECKSUM = Integer.BYTES;
    private static final int LENGTH = Long.BYTES;

    private final Path path;
    private final FileChannel channel;

    /**
     * Begins a new file in a folder, which is made if it is not there. A folder's files are one run, read in the order of their
     * names, so these begin with the time.
     *
     * @throws DataException if that cannot be done
     */
    EventFile(Path folder) {
        Path candidate = folder;
        FileChannel opened = null;
        try {
            Files.createDirectories(folder);
            long second = System.currentTimeMillis() / 1000;
            for (int i = 0; opened == null; i++) {
                candidate = folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.%s.%d.%d",
                        second, host(), ProcessHandle.current().pid(), i));
                try {
                    opened = FileChannel.open(candidate, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                } catch (FileAlreadyExistsException e) {
                    // of this second
                }
            }
        } catch (IOException e) {
            throw DataException.cannotWrite(candidate, e);
        }
        path = candidate;
        channel = opened;
        append(List.of(new Message().text(3, "brain.Event:2")));
    }

    private static String host() {
        return System.getenv().getOrDefault("HOSTNAME", "localhost").replaceAll("[^A-Za-z0-9-]", "_");
    }

    /**
     * Adds events, and the time to each.
     *
     * @throws DataException if they cannot be written
     */
    void append(List<Message> events) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        double now = System.currentTimeMillis() / 1000.0;
        events.forEach(event -> records.writeBytes(record(event.float64(1, now).bytes())));
        try {
            ByteBuffer rest = ByteBuffer.wrap(records.toByteArray());
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }

    /** Length, its checksum, data, their checksum. */
    private static byte[] record(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(LENGTH + CHECKSUM + data.length + CHECKSUM).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, LENGTH));
        record.put(data);
        record.putInt(maskedCrc(record.array(), LENGTH + CHECKSUM, data.length));
        return record.array();
    }

    /** CRC-32C; masked, since the checksum of what holds its own checksum tells little (crc32c.h in tensorflow/core/lib/hash). */
    static int maskedCrc(byte[] data, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }
}
