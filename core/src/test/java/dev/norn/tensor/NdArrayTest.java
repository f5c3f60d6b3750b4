package dev.norn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NdArrayTest {

    /** 0, 1, 2, … in row-major order. */
    private static NdArray counting(DType dtype, int... dims) {
        NdArray result = NdArray.zeros(dtype, Shape.of(dims));
        for (int i = 0; i < result.size(); i++) {
            result.set(i, number(dtype, i));
        }
        return result;
    }

    /** One of several that the type has. */
    private static double number(DType dtype, int i) {
        return dtype == DType.UNORM8 ? i / 255f : i;
    }

    @Test
    void holdsItsArrayWithoutACopy() {
        float[] floats = {1, 2};
        double[] doubles = {1, 2};
        int[] ints = {1, 2};
        assertSame(floats, NdArray.of(Shape.of(2), floats).floats());
        assertSame(doubles, NdArray.of(Shape.of(2), doubles).doubles());
        assertSame(ints, NdArray.of(Shape.of(2), ints).ints());
        byte[] bytes = {1, 2};
        assertSame(bytes, NdArray.of(Shape.of(2), bytes).bytes());
        assertSame(ints, NdArray.of(Shape.of(2), ints).data());
        assertEquals(NdArray.of(Shape.of(2), doubles), NdArray.vector(1, 2));
    }

    @Test
    void lengthMustBeTheShapesSize() {
        var e = assertThrows(IllegalArgumentException.class, () -> NdArray.of(Shape.of(2, 3), new float[5]));
        assertEquals("shape [2, 3] needs 6 elements, the array has 5", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> NdArray.of(Shape.SCALAR, new double[0]));
        assertThrows(IllegalArgumentException.class, () -> NdArray.of(Shape.of(0), new int[1]));
    }

    @ParameterizedTest
    @EnumSource
    void theArrayOfAnotherTypeIsAnError(DType dtype) {
        NdArray array = NdArray.zeros(dtype, Shape.of(1));
        int errors = 0;
        for (Runnable get : new Runnable[] {array::floats, array::doubles, array::ints, array::bytes}) {
            try {
                get.run();
            } catch (IllegalStateException e) {
                assertTrue(e.getMessage().contains(dtype + ", not "), e.getMessage());
                errors++;
            }
        }
        assertEquals(3, errors);
    }

    @ParameterizedTest
    @EnumSource
    void elementsByRowAndColumn(DType dtype) {
        NdArray matrix = counting(dtype, 3, 5);
        assertEquals(0, matrix.get(0, 0));
        assertEquals(number(dtype, 14), matrix.get(2, 4));
        assertEquals(number(dtype, 7), matrix.get(1, 2));
        for (int[] outside : new int[][] {{3, 0}, {0, 5}, {0, -1}, {1, -1}, {-1, 0}, {-1, 5}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(outside[0], outside[1]));
        }
        assertThrows(IllegalStateException.class, () -> counting(dtype, 4).get(0, 0));
    }

    @Test
    void itemNeedsOneElement() {
        assertEquals(3, NdArray.of(Shape.of(1, 1), 3.0).item());
        assertThrows(IllegalStateException.class, () -> NdArray.vector(1, 2).item());
        assertThrows(IllegalStateException.class, () -> NdArray.vector().item());
    }

    @Test
    void convertsAsStored() {
        NdArray source = NdArray.vector(0.1, -2.9, Double.NaN, 1e300, -0.0);
        assertArrayEquals(new float[] {0.1f, -2.9f, Float.NaN, Float.POSITIVE_INFINITY, -0f},
                source.to(DType.F32).floats());
        assertArrayEquals(new int[] {0, -2, 0, Integer.MAX_VALUE, 0}, source.to(DType.I32).ints());
        assertSame(source, source.to(DType.F64));
        NdArray extremes = NdArray.of(Shape.of(2), Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertEquals(extremes, extremes.to(DType.F64).to(DType.I32));
    }

    @ParameterizedTest
    @EnumSource
    void rangesOfRows(DType dtype) {
        NdArray cube = counting(dtype, 3, 2, 2);
        NdArray rows = cube.rows(1, 3);
        assertEquals(Shape.of(2, 2, 2), rows.shape());
        assertEquals(number(dtype, 4), rows.get(0));
        assertEquals(number(dtype, 11), rows.get(7));
        rows.set(0, 99);
        assertEquals(number(dtype, 4), cube.get(4));
        assertEquals(Shape.of(0, 2, 2), cube.rows(3, 3).shape());
        assertEquals(cube, cube.rows(0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.rows(0, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.rows(-1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.rows(2, 1));
    }

    @ParameterizedTest
    @EnumSource
    void rowsByIndex(DType dtype) {
        NdArray matrix = counting(dtype, 4, 3);
        NdArray picked = matrix.rows(new int[] {3, 0, 3});
        assertEquals(Shape.of(3, 3), picked.shape());
        assertEquals(matrix.rows(3, 4), picked.rows(0, 1));
        assertEquals(matrix.rows(0, 1), picked.rows(1, 2));
        assertEquals(matrix.rows(3, 4), picked.rows(2, 3));
        assertEquals(Shape.of(0, 3), matrix.rows(new int[0]).shape());
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.rows(new int[] {4}));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.rows(new int[] {-1}));
        assertEquals(number(dtype, 2), counting(dtype, 5).rows(new int[] {2}).item());
    }

    @Test
    void rowsOfNothing() {
        assertEquals(Shape.of(0, 3), NdArray.zeros(DType.F32, Shape.of(0, 3)).rows(0, 0).shape());
        assertEquals(Shape.of(2, 0), NdArray.zeros(DType.F32, Shape.of(3, 0)).rows(1, 3).shape());
        NdArray scalar = NdArray.zeros(DType.F32, Shape.SCALAR);
        assertThrows(RuntimeException.class, () -> scalar.rows(0, 1));
        assertThrows(IllegalStateException.class, () -> scalar.rows(new int[] {0}));
    }

    @Test
    void reshapeSharesAndCopyDoesNot() {
        NdArray array = counting(DType.F64, 2, 3);
        NdArray reshaped = array.reshape(3, 2);
        assertSame(array.data(), reshaped.data());
        assertEquals(Shape.of(3, 2), reshaped.shape());
        assertThrows(IllegalArgumentException.class, () -> array.reshape(4));
        NdArray copy = array.copy();
        assertEquals(array, copy);
        assertNotSame(array.data(), copy.data());
    }

    @Test
    void equalityIsBitByBit() {
        assertEquals(NdArray.vector(Double.NaN), NdArray.vector(Double.NaN));
        assertEquals(NdArray.vector(Double.NaN).hashCode(), NdArray.vector(Double.NaN).hashCode());
        assertNotEquals(NdArray.vector(0.0), NdArray.vector(-0.0));
        assertNotEquals(NdArray.vector(1), NdArray.of(Shape.of(1), 1f));
        assertNotEquals(NdArray.vector(1), NdArray.of(Shape.of(1, 1), 1d));
        assertNotEquals(NdArray.vector(1), NdArray.vector(2));
        for (DType dtype : DType.values()) {
            assertEquals(counting(dtype, 7), counting(dtype, 7));
            assertEquals(counting(dtype, 7).hashCode(), counting(dtype, 7).hashCode());
        }
    }

    @Test
    void text() {
        assertEquals("F32[2, 3] {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}", counting(DType.F32, 2, 3).toString());
        assertEquals("I32[9] {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, …}", counting(DType.I32, 9).toString());
        assertEquals("F64[0] {}", NdArray.vector().toString());
    }
}
