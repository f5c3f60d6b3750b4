package dev.norn.device;

import dev.norn.backend.BackendException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kernels as files, for people to read: every program is written to a folder, with each kernel's launch geometry.
 */
final class KernelDump {

    private static final AtomicInteger PROGRAMS = new AtomicInteger();

    private final Path folder;
    private final String backend;

    /**
     * Makes the folder if it is not there, and makes sure that files can be written in it: better now than after data were
     * loaded.
     *
     * @throws BackendException if they cannot
     */
    KernelDump(Path folder, String backend) {
        this.folder = folder;
        this.backend = backend;
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new IOException("it is no folder");
            }
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "new", ".tmp"));
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    void write(List<Work> work) {
        StringBuilder text = new StringBuilder();
        for (Work one : work) {
            if (one instanceof Source s) {
                text.append("// ").append(s.name()).append(": ").append(s.groups()).append(" groups of ")
                        .append(s.groupSize()).append(" items\n");
            } else {
                text.append("// ").append(one).append('\n');
            }
        }
        Path file = folder.resolve(String.format(Locale.ROOT, "%s-program-%03d.c", backend, PROGRAMS.incrementAndGet()));
        try {
            Files.writeString(file, text.append('\n').append(Renderer.program(AcceleratorBackend.sources(work))));
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static BackendException failure(Path path, IOException e) {
        // What the exceptions of files call a message is mostly the path alone.
        String reason = !(e instanceof FileSystemException f) ? e.getMessage()
                : f.getReason() != null ? f.getReason()
                : e instanceof AccessDeniedException ? "permission denied"
                : f.getFile() == null || f.getFile().equals(path.toString()) ? "it cannot be made"
                : f.getFile() + " cannot be made";
        return new BackendException("cannot write kernels to " + path + ": " + reason, e);
    }
}
