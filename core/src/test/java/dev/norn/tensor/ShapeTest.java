package dev.norn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    private static Shape parse(String dims) {
        return Shape.of(Arrays.stream(dims.split(" ")).filter(d -> !d.isEmpty()).mapToInt(Integer::parseInt).toArray());
    }

    @ParameterizedTest
    @CsvSource({"'', 0, 1", "0, 1, 0", "7, 1, 7", "2 3, 2, 6", "4 0 5, 3, 0", "1 1 1 1, 4, 1",
        "2147483583, 1, 2147483583"})
    void rankAndSize(String dims, int rank, int size) {
        assertEquals(rank, parse(dims).rank());
        assertEquals(size, parse(dims).size());
    }

    @Test
    void scalarIsOneObject() {
        assertSame(Shape.SCALAR, Shape.of());
        assertEquals("[]", Shape.SCALAR.toString());
        assertArrayEquals(new int[0], Shape.SCALAR.strides());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2 -3", "-2147483648 -2147483648"})
    void negativeExtentsAreErrors(String dims) {
        var e = assertThrows(IllegalArgumentException.class, () -> parse(dims));
        assertTrue(e.getMessage().contains("negative"), e.getMessage());
    }

    /** Products that wrap round to something small, or to 0, in 32 or 64 bits are not taken for small shapes. */
    @ParameterizedTest
    @ValueSource(strings = {"2147483584", "65536 65536", "46341 46341", "2147483647 2147483647 2147483647",
        "65536 65536 65536 65536", "3 1431655766"})
    void tooManyElementsAreErrors(String dims) {
        var e = assertThrows(IllegalArgumentException.class, () -> parse(dims));
        assertTrue(e.getMessage().contains("more elements"), e.getMessage());
    }

    @Test
    void dimensionsCountFromEitherEnd() {
        Shape shape = Shape.of(5, 7, 11);
        assertEquals(5, shape.dim(0));
        assertEquals(11, shape.dim(2));
        assertEquals(11, shape.dim(-1));
        assertEquals(5, shape.dim(-3));
        assertEquals(1, shape.axis(-2));
        for (int axis : new int[] {3, -4, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            var e = assertThrows(IllegalArgumentException.class, () -> shape.dim(axis));
            assertTrue(e.getMessage().contains("-3 to 2"), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> Shape.SCALAR.dim(0));
    }

    @Test
    void stridesAreRowMajor() {
        assertArrayEquals(new int[] {77, 11, 1}, Shape.of(5, 7, 11).strides());
        assertArrayEquals(new int[] {1}, Shape.of(9).strides());
    }

    @Test
    void withReplacesOneExtent() {
        Shape shape = Shape.of(5, 7);
        assertEquals(Shape.of(5, 2), shape.with(-1, 2));
        assertEquals(Shape.of(5, 7), shape);
        assertThrows(IllegalArgumentException.class, () -> shape.with(0, -1));
    }

    @Test
    void isImmutable() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        shape.dims()[1] = 9;
        shape.strides()[0] = 9;
        assertEquals("[2, 3]", shape.toString());
    }

    @Test
    void equality() {
        assertEquals(Shape.of(2, 3), Shape.of(2, 3));
        assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
        assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
        assertNotEquals(Shape.of(6), Shape.of(6, 1));
        assertNotEquals(null, Shape.of(6));
    }

    @ParameterizedTest
    @CsvSource({"'', '', ''", "'', 3 4, 3 4", "4, 3 4, 3 4", "3 1, 4, 3 4", "1, 1, 1", "3 1, 1 5, 3 5", "2 3, 2 3, 2 3",
        "0, 1, 0", "0, '', 0", "3 0, 3 1, 3 0", "8 1 6 1, 7 1 5, 8 7 6 5"})
    void broadcastsAsNumPy(String a, String b, String expected) {
        assertEquals(parse(expected), Shape.broadcast("add", parse(a), parse(b)));
        assertEquals(parse(expected), Shape.broadcast("add", parse(b), parse(a)));
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "2 3, 2", "0, 2", "3 4, 4 3", "2 1 3, 2 2"})
    void rejectsWhatDoesNotBroadcast(String a, String b) {
        var e = assertThrows(IllegalArgumentException.class, () -> Shape.broadcast("mul", parse(a), parse(b)));
        assertEquals("mul: shapes " + parse(a) + " and " + parse(b) + " do not broadcast", e.getMessage());
    }
}
