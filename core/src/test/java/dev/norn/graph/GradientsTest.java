package dev.norn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GradientsTest {

    private static final Session SESSION = new Session(Backends.open("reference", BackendOptions.DEFAULT));

    private static double[] evaluate(Tensor t) {
        return SESSION.evaluate(t).to(DType.F64).doubles();
    }

    /** The gradient of the sum of {@code y} with respect to {@code x}. */
    private static double[] gradient(Tensor y, Tensor x) {
        return evaluate(Gradients.of(y.sum(), List.of(x)).get(0));
    }

    private static Tensor vector(double... values) {
        return Variable.of("x", NdArray.vector(values)).read();
    }

    /** An operation without a rule would be found by whoever trains with it first. */
    @Test
    void everyOperationHasARule() {
        Set<Class<?>> operations = Set.copyOf(Arrays.asList(Op.class.getPermittedSubclasses()));
        assertEquals(operations, Set.copyOf(Gradients.RULES.keySet()));
        assertEquals(18, operations.size());
    }

    @ParameterizedTest
    @EnumSource(Unary.class)
    void derivativesOfUnary(Unary fn) {
        double[] points = fn == Unary.SQRT || fn == Unary.LOG
                ? new double[] {1e-3, 0.3, 1, 2.7, 50} : fn == Unary.LOG1P
                ? new double[] {-0.9, -1e-3, 1e-3, 0.5, 20} : new double[] {-7.3, -2.6, -0.7, -0.01, 0.01, 0.3, 1.6, 2.2, 8.4};
        Tensor x = vector(points);
        double[] got = gradient(new Tensor(fn, x.dtype(), x.shape(), x), x);
        for (int i = 0; i < points.length; i++) {
            double h = 1e-5 * Math.abs(points[i]);
            double want = (fn.apply(points[i] + h) - fn.apply(points[i] - h)) / (2 * h);
            assertEquals(want, got[i], 1e-8 * Math.max(1, Math.abs(want)) , fn + "' at " + points[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(Binary.class)
    void derivativesOfBinary(Binary fn) {
        double[] left = {0.5, 0.5, 1.7, 1.7, 3.2, 0.02};
        double[] right = {2.1, -1.4, 0.3, -2.8, 3.1, 0.7};
        Tensor a = vector(left);
        Tensor b = vector(right);
        Tensor y = new Tensor(fn, a.dtype(), a.shape(), a, b);
        double[] byLeft = gradient(y, a);
        double[] byRight = gradient(y, b);
        for (int i = 0; i < left.length; i++) {
            double h = 1e-6;
            double wantLeft = (fn.apply(left[i] + h, right[i]) - fn.apply(left[i] - h, right[i])) / (2 * h);
            double wantRight = (fn.apply(left[i], right[i] + h) - fn.apply(left[i], right[i] - h)) / (2 * h);
            assertEquals(wantLeft, byLeft[i], 1e-7 * Math.max(1, Math.abs(wantLeft)), fn + " by a at " + left[i]);
            assertEquals(wantRight, byRight[i], 1e-7 * Math.max(1, Math.abs(wantRight)), fn + " by b at " + right[i]);
        }
    }

    /** Where there is no derivative, the one that the Javadoc promises. */
    @Test
    void conventionsAtBends() {
        Tensor zero = vector(0, -0.0);
        assertArrayEquals(new double[] {0, 0}, gradient(zero.relu(), zero));
        assertArrayEquals(new double[] {0, 0}, gradient(zero.abs(), zero), 0);
        assertArrayEquals(new double[] {0, 0}, gradient(zero.floor().add(zero.sign()), zero));
        Tensor a = vector(1, 2);
        Tensor b = vector(1, 2);
        assertArrayEquals(new double[] {1, 1}, gradient(a.maximum(b), a));
        assertArrayEquals(new double[] {0, 0}, gradient(a.maximum(b), b));
        assertArrayEquals(new double[] {1, 1}, gradient(a.minimum(b), a));
        assertArrayEquals(new double[] {0, 0}, gradient(a.minimum(b), b));
        Tensor x = vector(3, 1, 3, 2);
        assertArrayEquals(new double[] {0.5, 0, 0.5, 0}, gradient(x.max(), x));
        assertArrayEquals(new double[] {0, 1, 0, 0}, gradient(x.min(), x));
    }

    @Test
    void powersOfZeroAndOfNegativeNumbers() {
        Tensor x = vector(0, -2, 3);
        assertArrayEquals(new double[] {0, -4, 6}, gradient(x.pow(2), x));
        assertArrayEquals(new double[] {0, 12, 27}, gradient(x.pow(3), x));
        assertArrayEquals(new double[] {1, 1, 1}, gradient(x.pow(1), x));
        assertArrayEquals(new double[] {0, 0, 0}, gradient(x.pow(0), x));
    }

    @Test
    void gradientsOfWhatIsUsedSeveralTimesAreAdded() {
        Tensor x = vector(2, 3);
        assertArrayEquals(new double[] {4 + 1 + 12, 6 + 1 + 27}, gradient(x.mul(x).add(x).add(x.mul(x).mul(x)), x));
        assertArrayEquals(new double[] {0, 0}, gradient(x.sub(x), x));
    }

    @Test
    void detachedValuesAndIntegersPassNothing() {
        Tensor x = vector(2, 3);
        assertArrayEquals(new double[] {2, 3}, gradient(x.mul(x.detached()), x));
        assertArrayEquals(new double[] {0, 0}, gradient(x.cast(DType.I32).cast(DType.F64), x));
        assertArrayEquals(new double[] {0, 0}, gradient(vector(1, 1), x), "what it does not depend on");
        assertArrayEquals(new double[] {1, 1}, gradient(x.cast(DType.F32).cast(DType.F64), x));
    }

    /** With respect to a value on the way, the way before it does not matter. */
    @Test
    void withRespectToComputedValues() {
        Tensor x = vector(0.5, 1);
        Tensor y = x.exp();
        assertArrayEquals(new double[] {2 * Math.exp(0.5), 2 * Math.E}, gradient(y.mul(y), y), 1e-15);
        List<Tensor> both = Gradients.of(y.mul(y).sum(), List.of(x, y));
        assertArrayEquals(new double[] {2 * Math.E, 2 * Math.E * Math.E}, evaluate(both.get(0)), 1e-14);
        assertArrayEquals(new double[] {2 * Math.exp(0.5), 2 * Math.E}, evaluate(both.get(1)), 1e-14);
        Tensor loss = x.sum();
        assertEquals(1, evaluate(Gradients.of(loss, List.of(loss)).get(0))[0]);
    }

    @Test
    void higherDerivatives() {
        Tensor x = vector(1.3);
        Tensor y = x.sin();
        for (double want : new double[] {Math.cos(1.3), -Math.sin(1.3), -Math.cos(1.3), Math.sin(1.3)}) {
            y = Gradients.of(y.sum(), List.of(x)).get(0);
            assertEquals(want, evaluate(y)[0], 1e-15);
        }
        Tensor p = x.pow(5);
        for (double want : new double[] {5 * Math.pow(1.3, 4), 20 * Math.pow(1.3, 3), 60 * 1.69, 120 * 1.3, 120, 0}) {
            p = Gradients.of(p.sum(), List.of(x)).get(0);
            assertEquals(want, evaluate(p)[0], 1e-12);
        }
    }

    @Test
    void typesAndShapesAreThoseOfTheOperands() {
        Tensor f = Variable.zeros("f", DType.F32, Shape.of(2, 3)).read();
        Tensor d = Variable.zeros("d", DType.F64, Shape.of(3)).read();
        List<Tensor> gradients = Gradients.of(f.cast(DType.F64).mul(d).sum(), List.of(f, d));
        assertEquals(DType.F32, gradients.get(0).dtype());
        assertEquals(f.shape(), gradients.get(0).shape());
        assertEquals(DType.F64, gradients.get(1).dtype());
        assertEquals(d.shape(), gradients.get(1).shape());
    }

    @Test
    void whatCannotBeDifferentiatedIsNamed() {
        Tensor x = vector(1, 2);
        String many = assertThrows(IllegalArgumentException.class, () -> Gradients.of(x, List.of(x))).getMessage();
        assertTrue(many.contains("F64[2]"), many);
        Tensor i = Tensor.iota(3);
        assertThrows(IllegalArgumentException.class, () -> Gradients.of(i.sum(), List.of(x)));
        String integer = assertThrows(IllegalArgumentException.class, () -> Gradients.of(x.sum(), List.of(i))).getMessage();
        assertTrue(integer.contains("I32[3]"), integer);
    }

    /** Deep graphs: nothing recurses. */
    @Test
    void aVeryDeepGraph() {
        Tensor x = vector(1);
        Tensor y = x;
        for (int i = 0; i < 20_000; i++) {
            y = y.mul(0.9999).add(1e-5);
        }
        assertEquals(Math.pow(0.9999, 20_000), gradient(y, x)[0], 1e-12);
        String ops = Graphs.topological(List.of(y)).stream().map(t -> t.op().getClass().getSimpleName()).distinct()
                .sorted().collect(Collectors.joining(" "));
        assertEquals("Binary Constant Read", ops);
    }
}
