package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import jcuda.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On JCuda's natives for Linux, on any platform. That the result loads is tested in {@link LoadingTest}. */
class ElfRetargetTest {

    private static byte[] library(String name) throws IOException {
        try (InputStream in = LibUtils.class.getResourceAsStream("/lib/lib" + name + "-12.6.0-linux-x86_64.so")) {
            return in.readAllBytes();
        }
    }

    @Test
    void theHash() {
        assertEquals(0x0ef62132, ElfRetarget.hash("libcublas.so.12"));
        // GLIBC_2.2.5, as in every program on Linux.
        assertEquals(0x09691a75, ElfRetarget.hash("GLIBC_2.2.5"));
    }

    /** One character of the name and some bytes of its hash; all else stays. And there is a way back. */
    @ParameterizedTest
    @CsvSource({"JCublas2, libcublas.so.12, libcublas.so.13", "JNvrtc, libnvrtc.so.12, libnvrtc.so.13",
        "JNvrtc, libnvrtc.so.12, libnvrtc.so.14"})
    void onlyTheNameAndItsHash(String name, String from, String to) throws IOException {
        byte[] before = library(name);
        byte[] kept = before.clone();
        byte[] after = ElfRetarget.retarget(before, from, to);
        assertArrayEquals(kept, before, "the original");
        int changed = 0;
        for (int i = 0; i < before.length; i++) {
            changed += before[i] == after[i] ? 0 : 1;
        }
        assertTrue(changed >= 2 && changed <= 5, changed + " bytes changed");
        assertArrayEquals(before, ElfRetarget.retarget(after, to, from));
        refused(after, from, to, "it needs \"" + from + "\" 0 times");
    }

    @Test
    void whatIsNotAsExpectedIsRefused() throws IOException {
        byte[] library = library("JCublas2");
        String from = "libcublas.so.12";
        String to = "libcublas.so.13";
        refused(library, from, "libcublas.so.100", "not as long");
        refused(library, "libcudart.so.12", "libcudart.so.13", "it needs \"libcudart.so.12\" 0 times");
        // It needs this one without versions named like it.
        refused(library, "libdl.so.2", "libdl.so.3", "it needs version \"GLIBC_2.2.5\" of libdl.so.2");
        refused("#!/bin/sh\necho a text, and longer than the header that an ELF file begins with\n".getBytes(), from, to,
                "no ELF file");
        refused(Arrays.copyOf(library, 1000), from, to, "");
        refused(new byte[0], from, to, "");
        byte[] other = library.clone();
        other[18] = (byte) 183; // EM_AARCH64
        refused(other, from, to, "no shared library for x86-64");
        other = library.clone();
        other[4] = 1; // ELFCLASS32
        refused(other, from, to, "not 64 bits");
        byte[] wrongHash = library.clone();
        byte[] hash = {0x32, 0x21, (byte) 0xf6, 0x0e};
        int at = 0;
        while (!Arrays.equals(Arrays.copyOfRange(wrongHash, at, at + 4), hash)) {
            at++;
        }
        wrongHash[at]++;
        refused(wrongHash, from, to, "the hash of \"libcublas.so.12\" is wrong");
    }

    /** Whatever a damaged file makes of it, it is one of these two. */
    @Test
    void damagedFilesAreRefusedOrRetargeted() throws IOException {
        byte[] library = library("JNvrtc");
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = library.clone();
            // The headers, and where the dynamic segment is.
            damaged[random.nextInt(700)] = (byte) random.nextInt();
            damaged[damaged.length - 1 - random.nextInt(damaged.length / 4)] = (byte) random.nextInt();
            try {
                ElfRetarget.retarget(damaged, "libnvrtc.so.12", "libnvrtc.so.13");
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("not "), e.getMessage());
            }
        }
    }

    private static void refused(byte[] library, String from, String to, String why) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> ElfRetarget.retarget(library, from, to)).getMessage();
        assertTrue(message.contains(why), message);
    }
}
