package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digits are those that were published. */
class MnistResourcesTest {

    @ParameterizedTest
    @CsvSource({
        "train-images-idx3-ubyte, 6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte, a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte,  2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte,  27ae3e4e09519cfbb04c329615203637",
    })
    void content(String name, String md5) throws IOException, NoSuchAlgorithmException {
        try (InputStream in = new GZIPInputStream(MnistCommand.class.getResourceAsStream("/mnist/" + name + ".gz"))) {
            byte[] digest = MessageDigest.getInstance("MD5").digest(in.readAllBytes());
            assertEquals(md5, HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void authors() throws IOException {
        try (InputStream in = MnistCommand.class.getResourceAsStream("/mnist/NOTICE")) {
            String notice = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(notice.contains("Yann LeCun, Corinna Cortes, Christopher J. C. Burges"), notice);
            assertTrue(notice.contains("CC BY-SA 3.0"), notice);
        }
    }
}
