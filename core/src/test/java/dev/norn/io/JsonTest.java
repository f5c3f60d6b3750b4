package dev.norn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsWhatOthersWrite() {
        assertEquals(Map.of("a", List.of(1L, -2.5, 1e3, true, false, List.of(), Map.of()), "\"\\/\b\f\n\r\tü", "\ud83d\ude00"),
                Json.read(" { \"a\" : [ 1 , -2.5 , 1E+3 , true , false , [ ] , { } ] ,"
                        + " \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fc\" : \"\\ud83d\\uDE00\" } "));
        assertEquals(Arrays.asList((Object) null), Json.read("[null]"));
    }

    @Test
    void everyDoubleComesBack() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            assertEquals(Double.doubleToLongBits(value), Double.doubleToLongBits(Json.number(Json.read(Json.write(value)))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{\"a\":1,\"a\":2}", "01", "1.", ".5", "+1", "-", "1e", "0x1", "NaN", "Infinity", "tru", "nul", "\"", "\"a", "\"\\\"",
        "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "1 2", "99999999999999999999"})
    void refusesWhatIsNoJson(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.read(text));
    }

    @Test
    void refusesToNestForEver() {
        assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(100_000)));
    }

    @Test
    void countsWhatIsNotTrusted() {
        assertEquals(List.of(1L, List.of(2L)), Json.read("[1,[2]]", 4));
        assertEquals("more than 3 values",
                assertThrows(IllegalArgumentException.class, () -> Json.read("[1,[2]]", 3)).getMessage());
    }

    /** Whatever the text: one line, and not too long. */
    @Test
    void messagesAreOneLine() {
        for (String text : List.of("{\"a\\nb\":1,\"a\\nb\":2}", "[1\n,\n\n2\n,\n\u2028]", "9".repeat(100_000),
                "{\"" + "x".repeat(100_000) + "\":1,\"" + "x".repeat(100_000) + "\":2}")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Json.read(text)).getMessage();
            assertEquals(1, message.lines().count(), message);
            assertTrue(message.length() < 200, message);
        }
    }
}
