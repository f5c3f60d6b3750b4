package dev.norn.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Tensor;
import dev.norn.random.RandomStream;
import dev.norn.random.Threefry;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The definition of the operations, against numbers worked out by hand and loops that say it another way. */
class InterpreterTest {

    private static final Session SESSION = new Session(Backends.open("reference", BackendOptions.DEFAULT));
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static NdArray evaluate(Tensor t) {
        return SESSION.evaluate(t);
    }

    private static double[] values(Tensor t) {
        return evaluate(t).to(DType.F64).doubles();
    }

    private static Tensor of(int[] dims, double... values) {
        return Tensor.of(NdArray.of(Shape.of(dims), values));
    }

    private static Tensor vector(double... values) {
        return Tensor.of(NdArray.vector(values));
    }

    private static Tensor integers(int... values) {
        return Tensor.of(NdArray.of(Shape.of(values.length), values));
    }

    private static double[] random(int n) {
        RandomStream random = new RandomStream(3, n);
        return DoubleStream.generate(random::nextGaussian).limit(n).toArray();
    }

    @Test
    void unary() {
        Tensor x = vector(-2.5, -0.0, 0.0, 0.25, NAN, INF, -INF);
        assertArrayEquals(new double[] {2.5, 0.0, -0.0, -0.25, NAN, -INF, INF}, values(x.neg()));
        assertArrayEquals(new double[] {2.5, 0, 0, 0.25, NAN, INF, INF}, values(x.abs()));
        assertArrayEquals(new double[] {-1, -0.0, 0, 1, NAN, 1, -1}, values(x.sign()));
        assertArrayEquals(new double[] {-3, -0.0, 0, 0, NAN, INF, -INF}, values(x.floor()));
        assertArrayEquals(new double[] {NAN, -0.0, 0, 0.5, NAN, INF, NAN}, values(x.sqrt()));
        assertArrayEquals(new double[] {0, 0, 0, 0.25, NAN, INF, 0}, values(x.relu()));
        assertArrayEquals(new double[] {Math.exp(-2.5), 1, 1, Math.exp(0.25), NAN, INF, 0}, values(x.exp()));
        assertArrayEquals(new double[] {NAN, -INF, -INF, Math.log(0.25), NAN, INF, NAN}, values(x.log()));
        assertArrayEquals(new double[] {1 / (1 + Math.exp(2.5)), 0.5, 0.5, 1 / (1 + Math.exp(-0.25)), NAN, 1, 0},
                values(x.sigmoid()), 1e-16);
        assertArrayEquals(new double[] {Math.tanh(-2.5), -0.0, 0, Math.tanh(0.25), NAN, 1, -1}, values(x.tanh()));
        assertArrayEquals(new double[] {6.25, 0, 0, 0.0625, NAN, INF, INF}, values(x.square()));
        assertArrayEquals(new double[] {Math.log1p(Math.exp(-2.5)), Math.log(2), Math.log(2), Math.log1p(Math.exp(0.25)), NAN, INF, 0},
                values(x.softplus()), 1e-15);
    }

    @Test
    void binary() {
        Tensor a = vector(6, -1, 0, NAN, INF);
        Tensor b = vector(4, 2, 0, 1, -INF);
        assertArrayEquals(new double[] {10, 1, 0, NAN, NAN}, values(a.add(b)));
        assertArrayEquals(new double[] {2, -3, 0, NAN, INF}, values(a.sub(b)));
        assertArrayEquals(new double[] {24, -2, 0, NAN, -INF}, values(a.mul(b)));
        assertArrayEquals(new double[] {1.5, -0.5, NAN, NAN, NAN}, values(a.div(b)));
        assertArrayEquals(new double[] {1296, 1, 1, NAN, 0}, values(a.pow(b)));
        assertArrayEquals(new double[] {6, 2, 0, NAN, INF}, values(a.maximum(b)));
        assertArrayEquals(new double[] {4, -1, 0, NAN, -INF}, values(a.minimum(b)));
        assertArrayEquals(new double[] {0, 1, 0, 0, 0}, values(a.less(b)));
        assertArrayEquals(new double[] {0, 1, 1, 0, 0}, values(a.lessOrEqual(b)));
        assertArrayEquals(new double[] {1, 0, 0, 0, 1}, values(a.greater(b)));
        assertArrayEquals(new double[] {0, 0, 1, 0, 0}, values(a.equal(b)));
        assertArrayEquals(new double[] {6, -1, 0, NAN, INF}, values(Tensor.where(vector(1, -3, NAN, 0.5, INF), a, b)));
        assertArrayEquals(new double[] {4, 2, 0, 1, -INF}, values(Tensor.where(vector(0, -0.0, 0, 0, 0), a, b)));
    }

    /** Every result is rounded once, to its own type. */
    @Test
    void rounding() {
        Tensor tenth = Tensor.of(NdArray.of(Shape.of(1), 0.1f));
        Tensor third = Tensor.of(NdArray.of(Shape.of(1), 0.3f));
        assertEquals(0.1f + 0.3f, evaluate(tenth.add(third)).get(0));
        assertEquals(0.1f * 0.3f * 0.3f, evaluate(tenth.mul(third).mul(third)).get(0));
        assertEquals((float) Math.exp(0.1f), evaluate(tenth.exp()).get(0));
        // A sum is accumulated in float64: 2^24 + 1 + 1.
        Tensor large = Tensor.of(NdArray.of(Shape.of(3), 0x1p24f, 1f, 1f));
        assertEquals(0x1p24 + 2, evaluate(large.sum()).get(0));
    }

    @Test
    void conversions() {
        Tensor x = vector(2.9, -2.9, 0.5, 3e9, -3e9, NAN, INF, -INF, 2147483646.5);
        assertArrayEquals(new double[] {2, -2, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, Integer.MAX_VALUE, Integer.MIN_VALUE,
                2147483646}, values(x.cast(DType.I32)));
        assertArrayEquals(new double[] {0.1f, 1, INF, 0},
                values(vector(0.1, 1 + 0x1p-30, 1e39, 1e-50).cast(DType.F32)));
        assertArrayEquals(new double[] {16777216, 16777220}, values(integers(16777217, 16777219).cast(DType.F32)));
    }

    @Test
    void integersWrapAround() {
        Tensor i = integers(Integer.MAX_VALUE, Integer.MIN_VALUE, -7);
        assertArrayEquals(new double[] {Integer.MIN_VALUE, -2147483647, -6}, values(i.add(1)));
        assertArrayEquals(new double[] {-2, 0, -14}, values(i.mul(2)));
        assertArrayEquals(new double[] {-2147483647, Integer.MIN_VALUE, 7}, values(i.neg()));
        assertArrayEquals(new double[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 7}, values(i.abs()));
        assertArrayEquals(new double[] {1, -1, -1}, values(i.sign()));
        assertEquals(-8, evaluate(i.sum()).item());
        assertEquals(Integer.MAX_VALUE, evaluate(i.max()).item());
        assertEquals(Integer.MAX_VALUE - 1, evaluate(integers(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE).sum()).item());
    }

    @Test
    void movement() {
        Tensor x = of(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, values(x.transpose()));
        assertArrayEquals(new double[] {3, 4, 5}, values(x.view(2, Shape.of(3))));
        assertArrayEquals(new double[] {1, 2, 1, 2, 1, 2}, values(vector(1, 2).broadcast(Shape.of(3, 2))));
        assertArrayEquals(new double[] {1, 1, 2, 2}, values(of(new int[] {2, 1}, 1, 2).broadcast(Shape.of(2, 2))));
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 9, 1, 4, 2, 5, 3, 6},
                values(Tensor.concat(List.of(x, vector(9), x.transpose()))));
        assertArrayEquals(new double[] {0, 0, 0, 1, 1, 1}, values(Tensor.iota(Shape.of(2, 3), 0)));
        assertArrayEquals(new double[] {0, 1, 2, 0, 1, 2}, values(Tensor.iota(Shape.of(2, 3), 1)));
        assertArrayEquals(new double[] {4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3}, values(x.gather(integers(1, 0, 99, -5))));
        assertArrayEquals(new double[] {7, 7}, values(Tensor.full(DType.F32, Shape.of(2), 7)));
        Tensor deep = of(new int[] {2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8);
        assertArrayEquals(new double[] {1, 3, 2, 4, 5, 7, 6, 8}, values(deep.transpose()));
        assertArrayEquals(new double[] {5, 6, 7, 8}, values(deep.gather(integers(1))));
    }

    /** Four nested loops for every set of axes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void folds(int set) {
        int[] dims = {2, 3, 4, 5};
        double[] v = random(120);
        int[] axes = IntStream.range(0, 4).filter(a -> (set >> a & 1) == 1).toArray();
        int[] kept = dims.clone();
        for (int a : axes) {
            kept[a] = 1;
        }
        boolean all = axes.length == 0;
        int size = all ? 1 : Arrays.stream(kept).reduce(1, (p, q) -> p * q);
        double[] sum = new double[size];
        double[] max = new double[size];
        double[] min = new double[size];
        Arrays.fill(max, -INF);
        Arrays.fill(min, INF);
        for (int a = 0; a < 2; a++) {
            for (int b = 0; b < 3; b++) {
                for (int c = 0; c < 4; c++) {
                    for (int d = 0; d < 5; d++) {
                        int to = all ? 0 : ((a % kept[0] * kept[1] + b % kept[1]) * kept[2] + c % kept[2]) * kept[3] + d % kept[3];
                        double x = v[((a * 3 + b) * 4 + c) * 5 + d];
                        sum[to] += x;
                        max[to] = Math.max(max[to], x);
                        min[to] = Math.min(min[to], x);
                    }
                }
            }
        }
        Tensor x = of(dims, v);
        assertArrayEquals(sum, values(x.sum(axes)), 1e-14);
        assertArrayEquals(max, values(x.max(axes)));
        assertArrayEquals(min, values(x.min(axes)));
        double[] mean = Arrays.stream(sum).map(s -> s * size / 120).toArray();
        assertArrayEquals(mean, values(x.mean(axes)), 1e-15);
        assertEquals(all ? Shape.SCALAR : Shape.of(IntStream.range(0, 4).filter(a -> (set >> a & 1) == 0)
                .map(a -> dims[a]).toArray()), x.sum(axes).shape());
    }

    @Test
    void foldsOfNothingAndOfNaN() {
        Tensor none = of(new int[] {0, 2});
        assertArrayEquals(new double[] {0, 0}, values(none.sum(0)));
        assertArrayEquals(new double[] {-INF, -INF}, values(none.max(0)));
        assertArrayEquals(new double[] {INF, INF}, values(none.min(0)));
        assertArrayEquals(new double[] {}, values(none.sum(1)));
        assertArrayEquals(new double[] {NAN, NAN, NAN},
                values(Tensor.concat(List.of(vector(1, NAN, 2).sum(), vector(1, NAN, 2).max(), vector(1, NAN, 2).min()))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void products(int transposed) {
        boolean ta = (transposed & 1) != 0;
        boolean tb = (transposed & 2) != 0;
        double[] a = random(12);
        double[] b = random(20);
        double[] want = new double[15];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
                for (int p = 0; p < 4; p++) {
                    want[i * 5 + j] += a[ta ? p * 3 + i : i * 4 + p] * b[tb ? j * 4 + p : p * 5 + j];
                }
            }
        }
        Tensor x = of(ta ? new int[] {4, 3} : new int[] {3, 4}, a);
        Tensor y = of(tb ? new int[] {5, 4} : new int[] {4, 5}, b);
        assertArrayEquals(want, values(x.matmul(y, ta, tb)), 1e-15);
        assertEquals(Shape.of(3, 5), x.matmul(y, ta, tb).shape());
        assertArrayEquals(new double[6], values(of(new int[] {2, 0}).matmul(of(new int[] {0, 3}))));
        assertArrayEquals(new double[] {NAN}, values(of(new int[] {1, 2}, 0, 1).matmul(of(new int[] {2, 1}, INF, 1))));
    }

    @Test
    void randomNumbersAreThreefrys() {
        Tensor counter = Tensor.scalar(DType.I32, 77);
        NdArray wide = evaluate(Tensor.uniform(DType.F64, Shape.of(2, 3), 0x123456789ABCDEFL, 9, counter));
        NdArray narrow = evaluate(Tensor.uniform(DType.F32, Shape.of(2, 3), 0x123456789ABCDEFL, 9, counter));
        for (int i = 0; i < 6; i++) {
            long block = Threefry.block(0x89ABCDEF, 0x01234567, i, (9 << 24) + 77);
            assertEquals(Threefry.uniform53(block), wide.get(i));
            assertEquals(Threefry.uniform24(block), narrow.get(i));
        }
        // Of the counter the low 24 bits count.
        assertEquals(wide, evaluate(Tensor.uniform(DType.F64, Shape.of(2, 3), 0x123456789ABCDEFL, 9,
                Tensor.scalar(DType.I32, 77 + (5 << 24)))));
    }

    @Test
    void composed() {
        Tensor z = of(new int[] {2, 3}, 1, 2, 3, -1000, 0, 1000);
        double total = Math.exp(-2) + Math.exp(-1) + 1;
        assertArrayEquals(new double[] {Math.exp(-2) / total, Math.exp(-1) / total, 1 / total, 0, 0, 1}, values(z.softmax()), 1e-16);
        assertArrayEquals(new double[] {3 + Math.log(total), 1000}, values(z.logSumExp()), 1e-15);
        assertArrayEquals(new double[] {2, 2}, values(z.argmax()));
        assertArrayEquals(new double[] {1, 0, 3}, values(of(new int[] {3, 3}, 1, 5, 5, 2, 1, 2, NAN, 1, 2).argmax()));
        assertEquals(DType.I32, z.argmax().dtype());
    }
}
