package dev.norn.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was kept comes back, or nothing does. */
class DiskCacheTest {

    @TempDir
    private Path temp;

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void keepsWhatItIsGiven() throws IOException {
        Path folder = temp.resolve("a").resolve("b");
        assertNull(DiskCache.in(folder).get("key"));
        DiskCache.in(folder).put("key", new byte[] {1, 2, 3});
        DiskCache.in(folder).put("empty", new byte[0]);
        assertArrayEquals(new byte[] {1, 2, 3}, DiskCache.in(folder).get("key"));
        assertArrayEquals(new byte[0], DiskCache.in(folder).get("empty"));
        assertNull(DiskCache.in(folder).get("another key"));
        DiskCache.in(folder).put("key", new byte[] {4});
        assertArrayEquals(new byte[] {4}, DiskCache.in(folder).get("key"));
        assertEquals(2, files(folder).size(), "nothing is left behind");
    }

    @Test
    void aDamagedEntryIsNone() throws IOException {
        DiskCache cache = DiskCache.in(temp.resolve("c"));
        cache.put("key", new byte[] {1, 2, 3});
        Path file = files(temp.resolve("c")).get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertNull(cache.get("key"), "cut to " + length);
        }
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertNull(cache.get("key"), "damaged at " + i);
        }
    }

    @Test
    void nobodyElseGetsIn() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        Path mine = temp.resolve("mine");
        DiskCache.in(mine).put("key", new byte[] {1});
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(mine)));
        // One that others can write to is not trusted: neither read nor written.
        for (String open : List.of("rwxrwxrwx", "rwxr-x---", "rwx-----x")) {
            Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString(open));
            assertNull(DiskCache.in(mine).get("key"), open);
            DiskCache.in(mine).put("another", new byte[] {2});
            assertEquals(1, files(mine).size(), open);
        }
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwx------"));
        assertArrayEquals(new byte[] {1}, DiskCache.in(mine).get("key"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), mine);
        assertNull(DiskCache.in(link).get("key"), "a link may be another's");
    }

    @Test
    void whereThereIsNoFolderNothingIsKept() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "in the way");
        DiskCache cache = DiskCache.in(file.resolve("folder"));
        cache.put("key", new byte[] {1});
        assertNull(cache.get("key"));
        assertEquals("in the way", Files.readString(file));
    }
}
