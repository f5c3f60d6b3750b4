package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {

    /** Example i has the inputs (i, -i) and the label i. */
    private static Dataset counting(int n) {
        NdArray inputs = NdArray.zeros(DType.F32, Shape.of(n, 2));
        for (int i = 0; i < n; i++) {
            inputs.set(2 * i, i);
            inputs.set(2 * i + 1, -i);
        }
        return new Dataset(inputs, NdArray.of(Shape.of(n), IntStream.range(0, n).toArray()));
    }

    /** The labels, after a check that each is still with its inputs. */
    private static List<Integer> examples(Dataset dataset) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < dataset.size(); i++) {
            int label = dataset.targets().ints()[i];
            assertEquals(label, dataset.inputs().get(i, 0));
            assertEquals(-label, dataset.inputs().get(i, 1));
            labels.add(label);
        }
        return labels;
    }

    private static NdArray f32(int... dims) {
        return NdArray.zeros(DType.F32, Shape.of(dims));
    }

    private static NdArray i32(int... dims) {
        return NdArray.zeros(DType.I32, Shape.of(dims));
    }

    private static String rejected(NdArray inputs, NdArray targets) {
        String message = assertThrows(DataException.class, () -> new Dataset(inputs, targets)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void holdsItsArrays() {
        NdArray inputs = f32(3, 2);
        NdArray targets = f32(3, 4);
        Dataset dataset = new Dataset(inputs, targets);
        assertSame(inputs, dataset.inputs());
        assertSame(targets, dataset.targets());
        assertEquals(3, dataset.size());
        assertEquals(2, dataset.features());
        assertFalse(dataset.hasLabels());
        assertEquals("Dataset[3 examples, inputs F32[3, 2], targets F32[3, 4]]", dataset.toString());
    }

    @Test
    void shapesAndTypesAreChecked() {
        assertTrue(rejected(f32(3), i32(3)).contains("F32[3]"));
        assertTrue(rejected(f32(3, 0), i32(3)).contains("at least one feature"));
        assertTrue(rejected(i32(3, 2), i32(3)).contains("I32[3, 2]"));
        assertTrue(rejected(f32(3, 2, 2), i32(3)).contains("F32[3, 2, 2]"));
        assertTrue(rejected(f32(3, 2), i32(3, 1)).contains("I32[3, 1]"));
        assertTrue(rejected(f32(3, 2), f32(3)).contains("F32[3]"));
        assertTrue(rejected(f32(3, 2), f32(3, 0)).contains("at least one output"));
        NdArray f64 = NdArray.zeros(DType.F64, Shape.of(3, 1));
        assertTrue(rejected(f32(3, 2), f64).startsWith("inputs are F32 and targets are F64;"));
        assertEquals("3 rows of inputs but 4 rows of targets", rejected(f32(3, 2), i32(4)));
        assertTrue(rejected(f32(0, 2), i32(0)).contains("at least one row"));
        assertThrows(NullPointerException.class, () -> new Dataset(null, i32(1)));
        assertThrows(NullPointerException.class, () -> new Dataset(f32(1, 1), null));
        assertThrows(NullPointerException.class, () -> new Split(counting(1), null));
    }

    @ParameterizedTest
    @CsvSource({"F32, NaN", "F32, Infinity", "F32, -Infinity", "F64, NaN", "F64, Infinity", "F64, -Infinity"})
    void valuesMustBeFinite(DType dtype, double bad) {
        NdArray fine = NdArray.zeros(dtype, Shape.of(20, 5));
        NdArray broken = fine.copy();
        broken.set(17 * 5 + 3, bad);
        broken.set(19 * 5, bad);
        assertTrue(rejected(broken, fine).startsWith("input row 17, column 3 is " + bad + ";"));
        assertTrue(rejected(fine, broken).startsWith("target row 17, column 3 is " + bad + ";"));
        NdArray last = fine.copy();
        last.set(99, bad);
        assertTrue(rejected(last, i32(20)).startsWith("input row 19, column 4 is " + bad));
    }

    @Test
    void labelsStartAtZero() {
        assertEquals("label 1 is -3; class labels start at 0",
                rejected(f32(3, 1), NdArray.of(Shape.of(3), 0, -3, -4)));
    }

    @Test
    void classesAreOneMoreThanTheLargestLabel() {
        assertEquals(1, new Dataset(f32(2, 1), i32(2)).classes());
        assertEquals(8, new Dataset(f32(2, 1), NdArray.of(Shape.of(2), 7, 0)).classes());
        var e = assertThrows(IllegalStateException.class, () -> new Dataset(f32(2, 1), f32(2, 3)).classes());
        assertTrue(e.getMessage().contains("F32[2, 3]"), e.getMessage());
        Dataset largest = new Dataset(f32(1, 1), NdArray.of(Shape.of(1), Integer.MAX_VALUE));
        assertThrows(ArithmeticException.class, largest::classes);
    }

    @Test
    void rows() {
        Dataset dataset = counting(5);
        assertEquals(List.of(4, 0, 4), examples(dataset.rows(new int[] {4, 0, 4})));
        assertEquals(List.of(1, 2), examples(dataset.rows(1, 3)));
        assertEquals(List.of(0, 1, 2, 3, 4), examples(dataset.rows(0, 5)));
        assertThrows(IllegalArgumentException.class, () -> dataset.rows(new int[0]));
        assertThrows(IllegalArgumentException.class, () -> dataset.rows(2, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> dataset.rows(new int[] {5}));
        assertThrows(IndexOutOfBoundsException.class, () -> dataset.rows(0, 6));
    }

    @Test
    void conversionKeepsLabels() {
        Dataset labelled = counting(3);
        assertSame(labelled, labelled.to(DType.F32));
        Dataset converted = labelled.to(DType.F64);
        assertEquals(DType.F64, converted.inputs().dtype());
        assertSame(labelled.targets(), converted.targets());
        Dataset regression = new Dataset(NdArray.of(Shape.of(1, 1), 0.1), NdArray.of(Shape.of(1, 1), 0.2));
        assertEquals(0.2f, regression.to(DType.F32).targets().floats()[0]);
        assertThrows(IllegalArgumentException.class, () -> labelled.to(DType.I32));
    }

    @Test
    void conversionBeyondTheRangeIsAnError() {
        NdArray fine = NdArray.of(Shape.of(2, 1), 1.0, 2);
        NdArray large = NdArray.of(Shape.of(2, 1), 1, 1e39);
        var e = assertThrows(DataException.class, () -> new Dataset(large, fine).to(DType.F32));
        assertEquals("input row 1, column 0 is 1.0E39, beyond the range of F32 (about 3.4e38)", e.getMessage());
        e = assertThrows(DataException.class, () -> new Dataset(fine, large).to(DType.F32));
        assertTrue(e.getMessage().startsWith("target row 1"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"10, 0.2, 2", "2, 0.5, 1", "7, 0.5, 4", "997, 0.1, 100", "3, 0.2, 1", "3, 0.8, 2", "60000, 0.001, 60"})
    void splitHoldsEveryExampleOnce(int n, double fraction, int test) {
        Dataset dataset = counting(n);
        Split split = dataset.split(fraction, 42);
        assertEquals(test, split.test().size());
        List<Integer> all = new ArrayList<>(examples(split.train()));
        all.addAll(examples(split.test()));
        assertFalse(n > 10 && all.equals(examples(dataset)), "it is shuffled");
        all.sort(null);
        assertEquals(examples(dataset), all);
    }

    @Test
    void splitDependsOnTheSeedAlone() {
        Dataset dataset = counting(50);
        assertEquals(examples(dataset.split(0.3, 7).test()), examples(dataset.split(0.3, 7).test()));
        assertNotEquals(examples(dataset.split(0.3, 7).test()), examples(dataset.split(0.3, 8).test()));
    }

    /** Values from an independent implementation in Python: published results depend on them. */
    @Test
    void divisionsNeverChange() {
        Split split = counting(10).split(0.3, 42);
        assertEquals(List.of(7, 3, 8), examples(split.test()));
        assertEquals(List.of(6, 9, 4, 0, 2, 1, 5), examples(split.train()));
        List<Split> folds = counting(7).kFold(3, 42);
        assertEquals(List.of(3, 1), examples(folds.get(0).test()));
        assertEquals(List.of(4, 0), examples(folds.get(1).test()));
        assertEquals(List.of(3, 1, 6, 2, 5), examples(folds.get(1).train()));
        assertEquals(List.of(6, 2, 5), examples(folds.get(2).test()));
    }

    /** Over many seeds every example is tested with equally often, and so is every pair. */
    @Test
    void splitIsFair() {
        Dataset dataset = counting(8);
        int[] times = new int[8];
        int together = 0;
        int seeds = 20_000;
        for (int seed = 0; seed < seeds; seed++) {
            List<Integer> test = examples(dataset.split(0.25, seed).test());
            test.forEach(i -> times[i]++);
            together += test.contains(0) && test.contains(7) ? 1 : 0;
        }
        for (int t : times) {
            assertEquals(seeds / 4.0, t, 5 * Math.sqrt(seeds * 0.25 * 0.75));
        }
        assertEquals(seeds / 28.0, together, 5 * Math.sqrt(seeds / 28.0));
    }

    @ParameterizedTest
    @CsvSource({"10, 0", "10, 1", "10, -0.1", "10, 1.5", "10, NaN", "10, Infinity", "1, 0.5", "10, 0.04", "10, 0.96",
        "2, 0.2", "2, 0.8"})
    void splitNeedsBothSides(int n, double fraction) {
        var e = assertThrows(IllegalArgumentException.class, () -> counting(n).split(fraction, 1));
        assertTrue(e.getMessage().contains("" + fraction), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "10, 3", "10, 10", "97, 5", "101, 100"})
    void foldsTestEveryExampleOnce(int n, int k) {
        List<Split> folds = counting(n).kFold(k, 3);
        assertEquals(k, folds.size());
        List<Integer> tested = new ArrayList<>();
        for (Split fold : folds) {
            assertTrue(fold.test().size() == n / k || fold.test().size() == (n + k - 1) / k);
            assertEquals(n, fold.test().size() + fold.train().size());
            List<Integer> both = new ArrayList<>(examples(fold.train()));
            both.addAll(examples(fold.test()));
            both.sort(null);
            assertEquals(IntStream.range(0, n).boxed().toList(), both);
            tested.addAll(examples(fold.test()));
        }
        tested.sort(null);
        assertEquals(IntStream.range(0, n).boxed().toList(), tested);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 6, Integer.MAX_VALUE})
    void foldsAreFromTwoToTheSize(int k) {
        var e = assertThrows(IllegalArgumentException.class, () -> counting(5).kFold(k, 0));
        assertTrue(e.getMessage().contains("it is " + k), e.getMessage());
    }
}
