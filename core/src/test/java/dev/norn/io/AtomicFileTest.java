package dev.norn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    private Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void isThereOnlyOnceWritten() throws IOException {
        Path path = folder.resolve("a");
        AtomicFile file = new AtomicFile(path);
        assertEquals(List.of(), files());
        file.write(CONTENT);
        assertEquals(List.of(path), files());
        assertArrayEquals(CONTENT, Files.readAllBytes(path));
    }

    @Test
    void replaces() throws IOException {
        Path path = Files.writeString(folder.resolve("a"), "old");
        AtomicFile file = new AtomicFile(path);
        assertEquals("old", Files.readString(path));
        file.write(CONTENT);
        assertArrayEquals(CONTENT, Files.readAllBytes(path));
    }

    @Test
    void whatCannotBeWrittenIsLeftAsItWas() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        AtomicFile file = new AtomicFile(inner.resolve("a"));
        Files.delete(inner);
        DataException e = assertThrows(DataException.class, () -> file.write(CONTENT));
        assertTrue(e.getMessage().startsWith("cannot write " + inner.resolve("a") + ": "), e.getMessage());
        assertEquals(List.of(), files());
    }

    @Test
    void linkStaysALink() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        new AtomicFile(link).write(CONTENT);
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void deviceIsWrittenAsItIs() throws IOException {
        new AtomicFile(Path.of("/dev/null")).write(CONTENT);
        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
        DataException e = assertThrows(DataException.class, () -> new AtomicFile(Path.of("/dev/full")).write(CONTENT));
        assertTrue(e.getMessage().startsWith("cannot write /dev/full: "), e.getMessage());
    }

    /** What others left half-written is never taken for the file, and can be cleared away; nothing else is touched. */
    @Test
    void leftoversAreNotTheFile() throws IOException {
        Path left = Files.write(folder.resolve(".a.123.tmp"), new byte[] {1});
        Path notes = Files.write(folder.resolve(".a.notes.tmp"), new byte[] {1});
        Path others = Files.write(folder.resolve(".ab.123.tmp"), new byte[] {1});
        AtomicFile file = new AtomicFile(folder.resolve("a"));
        file.write(CONTENT);
        assertTrue(Files.exists(left));
        file.deleteLeftovers();
        assertEquals(List.of(notes, others, folder.resolve("a")), files());
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("a")));
    }

    @Test
    void whatFailsHalfwayLeavesTheOldFile() throws IOException {
        Path path = Files.writeString(folder.resolve("a"), "old");
        DataException e = assertThrows(DataException.class, () -> new AtomicFile(path).write(out -> {
            out.write(CONTENT);
            throw new IOException("it broke");
        }));
        assertEquals("cannot write " + path + ": it broke", e.getMessage());
        assertEquals("old", Files.readString(path));
        assertEquals(List.of(path), files());
    }
}
