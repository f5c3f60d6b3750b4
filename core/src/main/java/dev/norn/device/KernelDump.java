package dev.norn.device;

import dev.norn.backend.BackendException;
import java.io.IOException;
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

    private KernelDump() {}

    static void write(Path folder, String backend, List<Work> work) {
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
            Files.createDirectories(file.getParent());
            Files.writeString(file, text.append('\n').append(Functions.program(AcceleratorBackend.sources(work))));
        } catch (IOException e) {
            throw new BackendException("cannot write kernels to " + file + ": " + e.getMessage(), e);
        }
    }
}
