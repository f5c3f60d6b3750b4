package dev.norn.sweep;

import dev.norn.data.DataException;
import dev.norn.io.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The finished runs of a sweep, as JSON lines: the first names the sweep, each other is a row. A row is written with one call
 * and forced to the disk before the next, so whatever ends the process, the file is whole but for, at most, a last line without
 * its end, which is dropped.
 */
final class ResultsFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private final Row[] rows;

    /**
     * Opens the file, or makes it.
     *
     * @param header what names the sweep
     * @param trials the sweep's runs, in order
     * @throws DataException if the file is another's, is in use, or cannot be read or written
     */
    ResultsFile(Path path, Map<String, Object> header, List<Trial> trials) {
        this.path = path;
        this.rows = new Row[trials.size()];
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
        try {
            lock();
            read(header, trials);
        } catch (IOException e) {
            close();
            throw DataException.cannotRead(path.toString(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Held until the channel is closed, or the process ends, however it does. */
    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new DataException("cannot write " + path + ": another sweep is writing to it now");
        }
    }

    private void read(Map<String, Object> header, List<Trial> trials) throws IOException {
        byte[] first = line(header);
        byte[] content = content();
        int end = lastLineEnd(content);
        if (end == 0) {
            boolean ours = content.length < first.length
                    && new String(first, StandardCharsets.UTF_8).startsWith(new String(content, StandardCharsets.UTF_8));
            if (!ours) {
                throw notOurs("it is not a sweep's results file");
            }
            channel.truncate(0);
            write(first);
            return;
        }
        String[] lines = new String(content, 0, end - 1, StandardCharsets.UTF_8).split("\n", -1);
        checkHeader(lines[0], header);
        for (int i = 1; i < lines.length; i++) {
            try {
                Row row = row((Map<?, ?>) Json.read(lines[i]), trials);
                rows[row.trial().index()] = row;
            } catch (RuntimeException e) {
                throw new DataException(path + ": line " + (i + 1) + " is damaged; delete the line, and its run is done again", e);
            }
        }
        channel.truncate(end);
        channel.position(end);
    }

    private byte[] content() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (content.hasRemaining() && channel.read(content) >= 0) {
            // until all is there
        }
        return content.array();
    }

    private static int lastLineEnd(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private void checkHeader(String line, Map<String, Object> header) {
        Object found;
        try {
            found = Json.read(line);
        } catch (IllegalArgumentException e) {
            throw notOurs("it is not a sweep's results file");
        }
        if (!(found instanceof Map<?, ?> theirs) || !theirs.containsKey(Sweep.FORMAT)) {
            throw notOurs("it is not a sweep's results file");
        }
        for (Map.Entry<String, Object> entry : header.entrySet()) {
            Object other = theirs.get(entry.getKey());
            if (!Objects.equals(entry.getValue(), other)) {
                throw notOurs("it is of another sweep: its " + entry.getKey() + " is " + Json.write(other) + ", not "
                        + Json.write(entry.getValue()));
            }
        }
    }

    private DataException notOurs(String why) {
        return new DataException(path + " cannot be continued: " + why + "; name another file, or delete this one");
    }

    private static Row row(Map<?, ?> line, List<Trial> trials) {
        Trial trial = trials.get(Math.toIntExact((Long) line.get("run")));
        Map<String, Object> written = new LinkedHashMap<>();
        ((Map<?, ?>) line.get("point")).forEach((name, value) -> written.put((String) name, value));
        if (!Point.of(written).equals(trial.point()) || (Long) line.get("seed") != trial.seed()
                || (Long) line.get("fold") != trial.fold()) {
            throw new IllegalArgumentException("it is not what run " + trial.index() + " is");
        }
        Results results = new Results();
        ((Map<?, ?>) line.get("results")).forEach((name, value) -> {
            if (value instanceof List<?> series) {
                results.put((String) name, series.stream().mapToDouble(Json::number).toArray());
            } else {
                results.put((String) name, Json.number(value));
            }
        });
        return new Row(trial, Row.Outcome.valueOf((String) line.get("outcome")), (String) line.get("reason"), results,
                Json.number(line.get("training_seconds")), Json.number(line.get("seconds")));
    }

    /** The row of a run; null if the file has none. */
    Row row(int index) {
        return rows[index];
    }

    /**
     * Adds a row, or replaces one that failed.
     *
     * @throws DataException if it cannot be written
     */
    void append(Row row) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("run", (long) row.trial().index());
        line.put("point", row.trial().point().values());
        line.put("seed", row.trial().seed());
        line.put("fold", (long) row.trial().fold());
        line.put("outcome", row.outcome().name());
        line.put("reason", row.reason());
        line.put("results", row.results().values());
        line.put("training_seconds", row.trainingSeconds());
        line.put("seconds", row.seconds());
        try {
            write(line(line));
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
        rows[row.trial().index()] = row;
    }

    private static byte[] line(Map<String, Object> value) {
        return (Json.write(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void write(byte[] line) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(line);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        channel.force(false);
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
