package dev.norn.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is there as a whole or not at all: it is written under a temporary name beside its own and renamed. What is
 * no regular file, such as a pipe or {@code /dev/null}, is written as it is.
 */
public final class AtomicFile {

    private final Path path;
    /** The file behind the path: a symbolic link stays, and what it points to is replaced. */
    private final Path target;
    private final Path temporary;
    private final boolean special;

    /**
     * Makes sure, as far as one can, that the file can be written later, and changes nothing.
     *
     * @throws OutputException if it cannot
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
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            if (!special) {
                if (!Files.isDirectory(target.getParent())) {
                    throw new FileSystemException(path.toString(), null, "there is no folder " + target.getParent());
                }
                Files.createFile(temporary);
                Files.delete(temporary);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** @throws OutputException if the file cannot be written; one that was there before is then unchanged */
    public void write(byte[] content) {
        try {
            if (special) {
                Files.write(target, content);
            } else {
                replace(content);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void replace(byte[] content) throws IOException {
        temporary.toFile().deleteOnExit(); // where a signal comes between here and the renaming
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private OutputException failure(IOException e) {
        String reason = e instanceof AccessDeniedException ? "permission denied"
                : e instanceof NoSuchFileException ? "no such file"
                : e instanceof FileSystemException f && f.getReason() != null ? f.getReason()
                : e.getMessage();
        return new OutputException("cannot write " + path + ": " + reason, e);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
