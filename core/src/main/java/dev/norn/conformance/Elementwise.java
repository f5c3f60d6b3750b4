package dev.norn.conformance;

import dev.norn.graph.Binary;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operations element by element, each alone, on numbers of every kind. */
final class Elementwise {

    /** Around every vector's and block's end. */
    static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 1023, 1024, 1025, 4099, 70001};

    private static final double[] NUMBERS = {0, 0.5, 1, 1.5, 2, 2.5, 3, Math.PI, 7, 10, 16, 31.4, 50, 100, 1000, 12345.678,
            1e5, 1e8, 1e15, 1e30, 0.1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-20};

    private static final int[] INTEGERS = {0, 1, 2, 3, 7, 100, 46341, 65536, 123456789, Integer.MAX_VALUE};

    private final Check check;

    private Elementwise(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        Elementwise e = new Elementwise(check);
        e.unary();
        e.binary();
        e.where();
        e.casts();
        e.lengths();
        e.chains();
    }

    /** Both signs of everything that may be treated in a way of its own. */
    static double[] special(DType dtype) {
        List<Double> all = new ArrayList<>(List.of(Double.NaN));
        List<Double> positive = new ArrayList<>(List.of(Double.POSITIVE_INFINITY));
        for (double x : NUMBERS) {
            positive.add(x);
        }
        if (dtype == DType.F32) {
            positive.addAll(List.of((double) Float.MAX_VALUE, (double) Float.MIN_NORMAL, (double) Float.MIN_VALUE,
                    Float.MIN_NORMAL * 0.375, 87.0, 88.5, 104.0));
        } else {
            positive.addAll(List.of(Double.MAX_VALUE, Double.MIN_NORMAL, Double.MIN_VALUE, Double.MIN_NORMAL * 0.375,
                    700.0, 709.5, 746.0, 1e150, 1e300, 1e-150));
        }
        for (double x : positive) {
            all.add(x);
            all.add(-x);
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static NdArray array(DType dtype, double... values) {
        NdArray array = NdArray.zeros(dtype, Shape.of(values.length));
        for (int i = 0; i < values.length; i++) {
            array.set(i, values[i]);
        }
        return array;
    }

    private static int[] integers(RandomStream random) {
        int[] all = new int[2 * INTEGERS.length + 21];
        for (int i = 0; i < INTEGERS.length; i++) {
            all[2 * i] = INTEGERS[i];
            all[2 * i + 1] = -INTEGERS[i];
        }
        all[all.length - 1] = Integer.MIN_VALUE;
        for (int i = 2 * INTEGERS.length; i < all.length - 1; i++) {
            all[i] = random.nextInt(1 << 30) * (random.nextInt(2) == 0 ? 1 : -1) * 3;
        }
        return all;
    }

    /** Special numbers and random ones of several magnitudes; their count is no multiple of any vector's length. */
    private NdArray numbers() {
        double[] special = special(check.dtype);
        double[] all = Arrays.copyOf(special, 1009);
        for (int i = special.length; i < all.length; i++) {
            double scale = check.data.pick(1e-6, 1e-2, 1.0, 1.0, 5.0, 5.0, 30.0, 1e4);
            all[i] = check.data.random().nextGaussian() * scale;
        }
        return array(check.dtype, all);
    }

    private void unary() {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(1009));
        NdArray integers = NdArray.of(Shape.of(41), integers(check.data.random()));
        Tensor i = Tensor.input("x", DType.I32, integers.shape());
        for (Unary fn : Unary.values()) {
            boolean signs = fn == Unary.NEG || fn == Unary.ABS || fn == Unary.SQRT;
            if (signs) {
                check.signedValue(fn + "", Ops.apply(fn, x), Map.of("x", numbers()));
            } else {
                check.value(fn + "", Ops.apply(fn, x), Map.of("x", numbers()));
            }
            if (fn.onIntegers()) {
                check.value(fn + " on I32", Ops.apply(fn, i), Map.of("x", integers));
            }
        }
    }

    private void binary() {
        double[] special = special(check.dtype);
        int n = special.length;
        double[] left = new double[n * n + 500];
        double[] right = new double[left.length];
        for (int i = 0; i < left.length; i++) {
            double scale = check.data.pick(1e-3, 1.0, 1.0, 10.0);
            left[i] = i < n * n ? special[i / n] : check.data.random().nextGaussian() * scale;
            right[i] = i < n * n ? special[i % n] : check.data.random().nextGaussian() * scale;
        }
        Tensor a = Tensor.input("a", check.dtype, Shape.of(left.length));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(left.length));
        Map<String, NdArray> operands = Map.of("a", array(check.dtype, left), "b", array(check.dtype, right));
        for (Binary fn : Binary.values()) {
            switch (fn) {
                case ADD, SUB, MUL, DIV -> check.signedValue(fn + "", Ops.apply(fn, a, b), operands);
                case POW -> power(left, right);
                default -> check.value(fn + "", Ops.apply(fn, a, b), operands);
            }
            if (fn.onIntegers()) {
                integers(fn);
            }
            Tensor positive = a.abs().add(0.5);
            check.program(fn + " both ways", new Program.Builder()
                    .output("ab", Ops.apply(fn, positive, b)).output("ba", Ops.apply(fn, b, positive)).build(),
                    Map.of("a", check.data.normal(left.length), "b", check.data.uniform(0.5, 2, left.length)));
        }
        check.value("SUB of itself", a.sub(a), Map.of("a", operands.get("a")));
        check.value("EQUAL to itself", a.equal(a), Map.of("a", operands.get("a")));
    }

    /** |a| = 1 to an infinite or undefined power is NaN to Java and 1 to C: left to the backend. */
    private void power(double[] left, double[] right) {
        int[] chosen = IntStream.range(0, left.length)
                .filter(i -> !(Math.abs(left[i]) == 1 && !Double.isFinite(right[i]))).toArray();
        NdArray a = array(check.dtype, Arrays.stream(chosen).mapToDouble(i -> left[i]).toArray());
        NdArray b = array(check.dtype, Arrays.stream(chosen).mapToDouble(i -> right[i]).toArray());
        check.value("POW", Tensor.input("a", check.dtype, a.shape()).pow(Tensor.input("b", check.dtype, b.shape())),
                Map.of("a", a, "b", b));
        NdArray base = numbers();
        Tensor x = Tensor.input("x", check.dtype, base.shape());
        for (double exponent : new double[] {0, 1, 2, 3, -1, -2, 0.5, -0.5, 7}) {
            check.value("POW " + exponent, x.pow(exponent), Map.of("x", base));
        }
    }

    private void integers(Binary fn) {
        int[] values = integers(check.data.random());
        int n = values.length;
        NdArray left = NdArray.zeros(DType.I32, Shape.of(n, n));
        NdArray right = NdArray.zeros(DType.I32, Shape.of(n, n));
        for (int i = 0; i < n * n; i++) {
            left.set(i, values[i / n]);
            right.set(i, values[i % n]);
        }
        check.value(fn + " on I32", Ops.apply(fn, Tensor.input("a", DType.I32, left.shape()),
                Tensor.input("b", DType.I32, right.shape())), Map.of("a", left, "b", right));
    }

    private void where() {
        Tensor c = Tensor.input("c", check.dtype, Shape.of(1009));
        Tensor a = Tensor.input("a", check.dtype, Shape.of(1009));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(1009));
        NdArray condition = numbers();
        for (int i = 300; i < 600; i++) {
            condition.set(i, i % 3 == 0 ? 0.0 : i % 3 == 1 ? -0.0 : 1);
        }
        NdArray other = check.data.normal(1009);
        other.set(5, Double.NaN);
        check.signedValue("where", Tensor.where(c, a, b), Map.of("c", condition, "a", numbers(), "b", other));
        check.value("where of comparisons", Tensor.where(a.less(b), a.mul(2), b.sub(1)), Map.of("a", numbers(), "b", other));
        Tensor i = Tensor.input("i", DType.I32, Shape.of(33));
        check.value("where on I32", Tensor.where(i.greater(2), i, i.neg()), Map.of("i", check.data.integers(-9, 9, 33)));
    }

    private void casts() {
        List<DType> types = List.of(DType.F32, DType.F64, DType.I32);
        for (DType from : types) {
            for (DType to : types) {
                if (check.backend().lacks(from) != null || check.backend().lacks(to) != null) {
                    continue;
                }
                NdArray x = from == DType.I32
                        ? NdArray.of(Shape.of(41), integers(check.data.random())) : array(from, convertible(from));
                Tensor t = Tensor.input("x", from, x.shape());
                check.value("cast from " + from, from == to ? t.copied() : t.cast(to), Map.of("x", x));
                check.value("cast from " + from + " and back", t.cast(to).cast(from), Map.of("x", x));
            }
        }
    }

    /** Halves, and both sides of all that rounds, saturates or overflows in another type. */
    private static double[] convertible(DType from) {
        double[] special = special(from);
        double[] more = {0.49, 0.99, 1.49, 1.99, 2147483520.0, 2147483646.5, 2147483647.0, 2147483648.0, 2147483648.5,
                2147483649.5, 3e9, 16777217, 16777219, 0.1 + 0x1p-30, 1 + 0x1p-24, 1 + 0x1.8p-23, 3.4028235677973366e38,
                3.4028235677973362e38, 1e-45, 7e-46, 8e-46, 1.17549429e-38};
        double[] all = Arrays.copyOf(special, special.length + 2 * more.length);
        for (int i = 0; i < more.length; i++) {
            all[special.length + 2 * i] = more[i];
            all[special.length + 2 * i + 1] = -more[i];
        }
        return all;
    }

    private void lengths() {
        for (int n : LENGTHS) {
            Tensor x = Tensor.input("x", check.dtype, Shape.of(n));
            Tensor y = Tensor.input("y", check.dtype, Shape.of(n));
            Map<String, NdArray> inputs = Map.of("x", check.data.normal(n), "y", check.data.normal(n));
            check.fusedOnly(() -> {
                check.value("ADD", x.add(y), inputs);
                check.value("EXP", x.exp(), Map.of("x", inputs.get("x")));
            });
            check.unfused(n == 33 || n == 1025, () ->
                    check.value("composed", x.mul(y).sub(0.5).tanh().maximum(y), inputs));
        }
    }

    /** Long expressions, which have to be cut into kernels, and many results of one kernel. */
    private void chains() {
        NdArray value = check.data.normal(257);
        Tensor x = Tensor.input("x", check.dtype, value.shape());
        Tensor y = x;
        for (int i = 0; i < 300; i++) {
            y = i % 3 == 0 ? y.mul(0.875).sub(x) : i % 3 == 1 ? y.minimum(0.75).maximum(-0.75) : y.add(0.0625);
        }
        check.value("chain of 300", y, Map.of("x", value));
        Program.Builder many = new Program.Builder();
        for (int i = 0; i < 40; i++) {
            many.output("y" + i, x.mul(i).tanh().add(x.mul(i + 1).tanh()));
        }
        check.fusedOnly(() -> check.program("40 outputs", many.build(), Map.of("x", value)));
    }
}
