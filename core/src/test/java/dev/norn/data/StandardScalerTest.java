package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardScalerTest {

    private static NdArray random(DType dtype, int n, int columns, double mean, double sd, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        NdArray x = NdArray.zeros(dtype, Shape.of(n, columns));
        for (int i = 0; i < x.size(); i++) {
            x.set(i, mean + sd * random.nextGaussian());
        }
        return x;
    }

    /** Values of scikit-learn 1.9; the third column is large for its spread, two are constant. */
    @Test
    void agreesWithScikitLearn() {
        NdArray x = NdArray.of(Shape.of(5, 4),
                1, 2, 1e9, .1,
                2, 2, 1e9 + 1, .1,
                4, 2, 1e9 + 2, .1,
                8, 2, 1e9 + 5, .1,
                -3, 2, 1e9 - 8, .1);
        StandardScaler scaler = StandardScaler.fit(x);
        assertArrayEquals(new double[] {2.4, 2, 1e9, .1}, scaler.mean(), 1e-15);
        assertArrayEquals(new double[] {3.6110940170535573, 1, 4.33589667773576, 1}, scaler.scale(), 1e-14);
        double[] expected = {-0.38769414293519794, 0, 0, 0, -0.11076975512434224, 0, 0.23063280200722128, 0,
            0.44307902049736914, 0, 0.46126560401444255, 0, 1.5507765717407918, 0, 1.1531640100361062, 0,
            -1.4953916941786207, 0, -1.8450624160577702, 0};
        assertArrayEquals(expected, scaler.transform(x).doubles(), 1e-14);
    }

    @ParameterizedTest
    @CsvSource({"F64, 1, 1, 0, 1, 1e-14", "F64, 2, 3, 5, 1, 1e-13", "F64, 997, 13, -1e6, 1e-3, 1e-5",
        "F64, 500, 2, 0, 1e150, 1e-13", "F64, 500, 2, 0, 1e-150, 1e-13", "F32, 1009, 7, 100, 3, 2e-5"})
    void transformedColumnsHaveMeanZeroAndDeviationOne(
            DType dtype, int n, int columns, double mean, double sd, double tolerance) {
        NdArray x = random(dtype, n, columns, mean, sd, n);
        StandardScaler scaler = StandardScaler.fit(x);
        NdArray z = scaler.transform(x);
        assertEquals(dtype, z.dtype());
        StandardScaler again = StandardScaler.fit(z);
        for (int c = 0; c < columns; c++) {
            assertEquals(0, again.mean()[c], tolerance);
            assertEquals(1, again.scale()[c], tolerance);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void inverseUndoesTransform(DType dtype) {
        NdArray x = random(dtype, 101, 5, 3, 10, 1);
        NdArray before = x.copy();
        StandardScaler scaler = StandardScaler.fit(x);
        NdArray back = scaler.inverse(scaler.transform(x));
        assertEquals(before, x, "the argument is left alone");
        for (int i = 0; i < x.size(); i++) {
            assertEquals(x.get(i), back.get(i), dtype == DType.F32 ? 1e-5 : 1e-13);
        }
        assertEquals(Shape.of(0, 5), scaler.transform(NdArray.zeros(dtype, Shape.of(0, 5))).shape());
    }

    /** Their rounded mean may differ from them; they become exactly 0 all the same. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, -1e300, 1e-310, 123456789.123})
    void constantColumnsBecomeZero(double value) {
        NdArray x = NdArray.zeros(DType.F64, Shape.of(7, 1));
        for (int i = 0; i < 7; i++) {
            x.set(i, value);
        }
        StandardScaler scaler = StandardScaler.fit(x);
        assertEquals(1, scaler.scale()[0]);
        assertEquals(NdArray.zeros(DType.F64, Shape.of(7, 1)), scaler.transform(x));
    }

    @Test
    void aSpreadTooSmallForItsSquareCountsAsConstant() {
        StandardScaler scaler = StandardScaler.fit(NdArray.of(Shape.of(2, 1), 0, 1e-200));
        assertEquals(1, scaler.scale()[0]);
    }

    @Test
    void centeringLeavesTheScale() {
        StandardScaler scaler = StandardScaler.centering(NdArray.of(Shape.of(2, 2), 1f, 10f, 3f, 30f));
        assertArrayEquals(new double[] {2, 20}, scaler.mean());
        assertArrayEquals(new double[] {1, 1}, scaler.scale());
    }

    @Test
    void savedValuesMakeTheSameScaler() {
        NdArray x = random(DType.F64, 20, 3, 1, 2, 9);
        StandardScaler scaler = StandardScaler.fit(x);
        assertEquals(scaler.transform(x), StandardScaler.of(scaler.mean(), scaler.scale()).transform(x));
        scaler.mean()[0] = 99;
        scaler.scale()[0] = 99;
        assertEquals(scaler.transform(x), StandardScaler.fit(x).transform(x));
        assertThrows(IllegalArgumentException.class, () -> StandardScaler.of(new double[2], new double[] {1}));
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class,
                    () -> StandardScaler.of(new double[1], new double[] {bad}));
        }
        assertThrows(IllegalArgumentException.class,
                () -> StandardScaler.of(new double[] {Double.NaN}, new double[] {1}));
    }

    @Test
    void badDataAreErrors() {
        var e = assertThrows(DataException.class,
                () -> StandardScaler.fit(NdArray.of(Shape.of(2, 2), 1, 2, 3, Double.NaN)));
        assertTrue(e.getMessage().startsWith("input row 1, column 1 is NaN"), e.getMessage());
        e = assertThrows(DataException.class,
                () -> StandardScaler.fit(NdArray.of(Shape.of(2, 2), 1, 1e200, 2, -1e200)));
        assertTrue(e.getMessage().startsWith("column 1 is too large"), e.getMessage());
        e = assertThrows(DataException.class,
                () -> StandardScaler.fit(NdArray.of(Shape.of(2, 1), Double.MAX_VALUE, 1.7e308)));
        assertTrue(e.getMessage().startsWith("column 0 is too large"), e.getMessage());
        assertThrows(DataException.class, () -> StandardScaler.fit(NdArray.zeros(DType.F64, Shape.of(0, 2))));
        assertThrows(IllegalArgumentException.class, () -> StandardScaler.fit(NdArray.vector(1, 2)));
        assertThrows(IllegalArgumentException.class,
                () -> StandardScaler.fit(NdArray.zeros(DType.I32, Shape.of(2, 2))));
        StandardScaler two = StandardScaler.fit(NdArray.of(Shape.of(2, 2), 1.0, 2, 3, 4));
        var wrong = assertThrows(IllegalArgumentException.class,
                () -> two.transform(NdArray.zeros(DType.F32, Shape.of(4, 3))));
        assertEquals("the scaler has 2 columns, the array is F32[4, 3]", wrong.getMessage());
    }
}
