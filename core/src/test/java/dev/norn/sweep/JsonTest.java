package dev.norn.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
