package dev.norn.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KernelDumpTest {

    @TempDir
    private Path folder;

    private static String refusal(Path where) {
        String message = assertThrows(BackendException.class, () -> new KernelDump(where, "opencl")).getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void aFileForEveryProgram() throws IOException {
        Path inner = folder.resolve("a/b");
        KernelDump dump = new KernelDump(inner, "opencl");
        try (Stream<Path> files = Files.list(inner)) {
            assertEquals(List.of(), files.toList());
        }
        dump.write(List.of(new Source("f_1", "void f_1() {}\n", List.of(), 3, 64)));
        dump.write(List.of());
        try (Stream<Path> files = Files.list(inner)) {
            List<Path> written = files.sorted().toList();
            assertEquals(2, written.size());
            assertTrue(written.get(0).getFileName().toString().matches("opencl-program-\\d{3}\\.c"), written.toString());
            String first = Files.readString(written.get(0));
            assertTrue(first.startsWith("// f_1: 3 groups of 64 items\n") && first.endsWith("\nvoid f_1() {}\n"), first);
        }
    }

    @Test
    void whereNoFolderCanBe() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals("cannot write kernels to " + file + ": it is no folder", refusal(file));
        assertTrue(refusal(file.resolve("inner")).startsWith("cannot write kernels to " + file.resolve("inner") + ": "));
    }

    /** Not even root may write there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whereNothingCanBeWritten() {
        Path proc = Path.of("/proc/kernels");
        assertTrue(refusal(proc).startsWith("cannot write kernels to " + proc + ": "));
        assertTrue(refusal(Path.of("/proc")).startsWith("cannot write kernels to /proc: "));
    }
}
