package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolynomialFeaturesTest {

    @Test
    void powersOfOneColumn() {
        NdArray x = NdArray.of(Shape.of(3, 1), 2.0, -0.5, 0);
        assertEquals(NdArray.of(Shape.of(3, 4), 2.0, 4, 8, 16, -0.5, 0.25, -0.125, 0.0625, 0, 0, 0, 0),
                new PolynomialFeatures(1, 4).transform(x));
        assertEquals(x, new PolynomialFeatures(1, 1).transform(x));
    }

    /**
     * The order of scikit-learn:
     *
     * <pre>
     * from sklearn.preprocessing import PolynomialFeatures
     * print(PolynomialFeatures(3, include_bias=False).fit_transform([[2, 3, 5]]))
     * </pre>
     */
    @Test
    void productsOfThreeColumns() {
        double[] expected = {2, 3, 5, 4, 6, 10, 9, 15, 25, 8, 12, 20, 18, 30, 50, 27, 45, 75, 125};
        assertArrayEquals(expected, new PolynomialFeatures(3, 3).transform(NdArray.of(Shape.of(1, 3), 2.0, 3, 5)).doubles());
    }

    /** There are (columns + degree over degree) products, with the one of degree 0. */
    @ParameterizedTest
    @CsvSource({"1, 14, 14", "2, 8, 44", "10, 3, 285", "1000, 1, 1000", "4, 6, 209"})
    void count(int columns, int degree, int count) {
        assertEquals(count, new PolynomialFeatures(columns, degree).count());
    }

    @Test
    void typesStayAndSumsAreF64() {
        NdArray x = NdArray.of(Shape.of(1, 1), 1.1f);
        NdArray features = new PolynomialFeatures(1, 3).transform(x);
        assertEquals(DType.F32, features.dtype());
        double value = 1.1f;
        assertEquals((float) (value * value * value), features.floats()[2]);
        assertEquals(Shape.of(0, 3), new PolynomialFeatures(1, 3).transform(NdArray.zeros(DType.F32, Shape.of(0, 1))).shape());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PolynomialFeatures(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new PolynomialFeatures(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new PolynomialFeatures(784, 3));
        assertThrows(IllegalArgumentException.class, () -> new PolynomialFeatures(1, Integer.MAX_VALUE));
        PolynomialFeatures cubic = new PolynomialFeatures(1, 3);
        assertThrows(IllegalArgumentException.class, () -> cubic.transform(NdArray.zeros(DType.F64, Shape.of(2, 2))));
        assertThrows(IllegalArgumentException.class, () -> cubic.transform(NdArray.zeros(DType.I32, Shape.of(2, 1))));
        assertEquals("row 1 has a feature of degree up to 3 that is Infinity in F64; scale the inputs first",
                assertThrows(DataException.class, () -> cubic.transform(NdArray.of(Shape.of(2, 1), 1, 1e155))).getMessage());
        assertThrows(DataException.class, () -> cubic.transform(NdArray.of(Shape.of(1, 1), Double.NaN)));
        assertThrows(DataException.class, () -> cubic.transform(NdArray.of(Shape.of(1, 1), 1e20f)));
    }
}
