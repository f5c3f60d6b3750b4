package dev.norn.train;

import dev.norn.data.DataException;
import dev.norn.io.AtomicFile;
import dev.norn.io.Json;
import dev.norn.io.SafeTensors;
import dev.norn.io.Version;
import dev.norn.tensor.NdArray;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A training's checkpoint: tensors, and in the metadata what they are of. The file is whole whenever it is there. While this is
 * open, no other training can use the folder.
 */
final class CheckpointFile implements AutoCloseable {

    private static final String FORMAT = "norn_checkpoint";
    private static final String VERSION = "norn_version";
    private static final String CURRENT = "1";

    private final Path path;
    private final Map<String, String> configuration;
    private final FileChannel lock;
    private final AtomicFile file;

    /**
     * Opens the folder, or makes it.
     *
     * @param configuration what a checkpoint is of
     * @throws DataException if it cannot be written to, is in use, or has a checkpoint that is not to be resumed
     */
    CheckpointFile(Checkpoints checkpoints, Map<String, String> configuration) {
        Path folder = checkpoints.folder();
        this.path = folder.resolve("checkpoint.safetensors");
        this.configuration = configuration;
        try {
            Files.createDirectories(folder);
            lock = FileChannel.open(folder.resolve("checkpoint.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new DataException("cannot write checkpoints to " + folder + ": it is no folder", e);
        } catch (IOException e) {
            throw DataException.cannotWrite(folder, e);
        }
        try {
            lock(folder);
            file = new AtomicFile(path);
            file.deleteLeftovers();
            if (!checkpoints.resume() && Files.exists(path)) {
                throw new DataException(path + " is there already: resume it, delete it, or name another folder");
            }
        } catch (IOException e) {
            close();
            throw DataException.cannotWrite(folder, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Held until the channel is closed, or the process ends, however it does. */
    private void lock(Path folder) throws IOException {
        FileLock held;
        try {
            held = lock.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            throw new DataException("cannot write checkpoints to " + folder + ": another training does so now");
        }
    }

    /**
     * The checkpoint that is there; null if there is none.
     *
     * @throws DataException if it is damaged, or of another training
     */
    SafeTensors read() {
        if (!Files.exists(path)) {
            return null;
        }
        SafeTensors content = SafeTensors.read(path);
        Map<String, String> theirs = content.metadata();
        String format = theirs.get(FORMAT);
        if (format == null) {
            throw new DataException(path + " is not a checkpoint of Norn's");
        }
        boolean sameVersion = Version.norn().equals(theirs.get(VERSION));
        String writer = sameVersion ? "" : " (it was written by Norn " + text(theirs.get(VERSION)) + ", this is "
                + Version.norn() + ")";
        if (!format.equals(CURRENT)) {
            throw new DataException(path + " is of format " + text(format) + ", this Norn reads format " + CURRENT + writer);
        }
        configuration.forEach((key, value) -> {
            if (!value.equals(theirs.get(key))) {
                throw new DataException(path + " is of another training: its " + key + " is " + text(theirs.get(key)) + ", not "
                        + text(value) + writer);
            }
        });
        if (!sameVersion) {
            System.getLogger("dev.norn.train").log(System.Logger.Level.WARNING, path
                    + ": the training goes on, but may end with other bits than it would have" + writer);
        }
        return content;
    }

    private static String text(String value) {
        return value == null ? "not there" : Json.quote(value);
    }

    /** Replaces the checkpoint. */
    void write(Map<String, NdArray> state) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT, CURRENT);
        metadata.put(VERSION, Version.norn());
        metadata.putAll(configuration);
        new SafeTensors(state, metadata).write(file);
    }

    /** For a checkpoint whose tensors are not what they should be. */
    DataException damaged(String why) {
        return new DataException(path + " is damaged: " + why + "; delete it to begin anew");
    }

    /** For one that cannot be gone on from. */
    DataException refused(String why) {
        return new DataException(path + " cannot be resumed: " + why);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }
}
