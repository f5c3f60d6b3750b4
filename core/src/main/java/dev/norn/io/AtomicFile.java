package dev.norn.io;

import dev.norn.data.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is there as a whole or not at all: it is written under a temporary name beside its own, forced to the disk, and
 * renamed. What is no regular file, such as a pipe or {@code /dev/null}, is written as it is.
 */
public final class AtomicFile {

    private static final String TEMPORARY = ".tmp";

    private final Path path;
    /** The file behind the path: a symbolic link stays, and what it points to is replaced. */
    private final Path target;
    private final Path temporary;
    private final boolean special;

    /** What a file is to hold, for what is too large to be in memory twice. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; {@code out} is not buffered, and not to be closed. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes sure, as far as one can, that the file can be written later, and changes nothing.
     *
     * @throws DataException if it cannot
     */
    public AtomicFile(Path path) {
        this.path = path;
        this.special = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
        try {
            this.target = Files.isSymbolicLink(path) && !special ? path.toRealPath() : path.toAbsolutePath();
            if (Files.isDirectory(path)) {
                throw new FileSystemException(path.toString(), null, "it is a folder");
            }
            this.temporary = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + TEMPORARY);
            if (!special) {
                if (!Files.isDirectory(target.getParent())) {
                    throw new FileSystemException(path.toString(), null, "there is no folder " + target.getParent());
                }
                Files.createFile(temporary);
                Files.delete(temporary);
            }
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }

    /** @throws DataException if the file cannot be written; one that was there before is then unchanged */
    public void write(byte[] content) {
        write(out -> out.write(content));
    }

    /** @throws DataException if the file cannot be written; one that was there before is then unchanged */
    public void write(Content content) {
        try {
            if (special) {
                try (OutputStream out = Files.newOutputStream(target)) {
                    content.writeTo(out);
                }
            } else {
                replace(content);
            }
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }

    private void replace(Content content) throws IOException {
        temporary.toFile().deleteOnExit(); // where a signal comes between here and the renaming
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                content.writeTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(target.getParent());
    }

    /** Forces a new name to the disk, as far as the system can: Windows opens no folders. */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file is whole under either name: which one a loss of power leaves is all that is open.
        }
    }

    /** Deletes what processes that were killed left of this file. To be called only where no other can be writing it now. */
    public void deleteLeftovers() {
        String name = target.getFileName().toString();
        DirectoryStream.Filter<Path> leftover = file -> {
            String other = file.getFileName().toString();
            return other.startsWith("." + name + ".") && other.endsWith(TEMPORARY)
                    && other.substring(name.length() + 2, other.length() - TEMPORARY.length()).matches("[0-9]+");
        };
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target.getParent(), leftover)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw DataException.cannotWrite(path, e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
