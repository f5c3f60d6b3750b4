package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking, without loading. */
class NativesTest {

    @TempDir
    private Path temporary;
    private Natives natives;

    @BeforeEach
    void folder() throws IOException {
        assumeTrue(Platform.isSupported() && !Platform.isWindows(), "JCuda has no natives to re-target for this platform");
        Path folder = Files.createDirectory(temporary.resolve("cache"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        natives = new Natives(folder);
    }

    @Test
    void whatIsDamagedIsReplaced() throws IOException {
        Path file = natives.unpack(Library.CUBLAS, 13);
        byte[] right = Files.readAllBytes(file);
        byte[] wrong = right.clone();
        wrong[wrong.length / 2] ^= 1;
        for (byte[] bad : new byte[][] {wrong, new byte[0]}) {
            Files.write(file, bad);
            assertEquals(file, natives.unpack(Library.CUBLAS, 13));
            assertArrayEquals(right, Files.readAllBytes(file));
        }
        Files.delete(file);
        Path elsewhere = Files.write(temporary.resolve("elsewhere"), right);
        Files.createSymbolicLink(file, elsewhere);
        natives.unpack(Library.CUBLAS, 13);
        assertTrue(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS), "a link is replaced");
        try (var files = Files.list(file.getParent())) {
            assertEquals(1, files.count(), "nothing is left behind");
        }
    }

    @Test
    void whatIsRightIsKept() throws IOException {
        Path file = natives.unpack(Library.NVRTC, 12);
        Object key = Files.getAttribute(file, "unix:ino");
        natives.unpack(Library.NVRTC, 12);
        assertEquals(key, Files.getAttribute(file, "unix:ino"));
    }

    /** JCuda fixes the name, so each version has a folder. */
    @Test
    void versionsLieSideBySide() throws IOException {
        Path twelve = natives.unpack(Library.CUBLAS, 12);
        Path thirteen = natives.unpack(Library.CUBLAS, 13);
        assertEquals(twelve.getFileName(), thirteen.getFileName());
        assertNotEquals(twelve.getParent(), thirteen.getParent());
        assertTrue(Files.exists(twelve) && Files.exists(thirteen));
    }

    @Test
    void aFolderThatOthersCanWriteToIsRefused() throws IOException {
        Path file = natives.unpack(Library.DRIVER, 0);
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals("no folder for " + file.getFileName() + ": " + file.getParent() + ": others can read or write it",
                assertThrows(IOException.class, () -> natives.unpack(Library.DRIVER, 0)).getMessage());
    }

    /** Without a cache, for this JVM alone. */
    @Test
    void aFolderForNowIsTheUsersAlone() throws IOException {
        Natives forNow = new Natives(null);
        Path file = forNow.unpack(Library.NVRTC, 13);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertArrayEquals(Files.readAllBytes(natives.unpack(Library.NVRTC, 13)), Files.readAllBytes(file));
        assertNotEquals(file, forNow.unpack(Library.NVRTC, 13), "nobody can know the name");
    }
}
