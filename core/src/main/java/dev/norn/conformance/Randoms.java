package dev.norn.conformance;

import dev.norn.backend.Session;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Dropout;
import dev.norn.nn.Pass;
import dev.norn.random.Threefry;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Random numbers are the same everywhere, bit by bit. */
final class Randoms {

    private static final long[] SEEDS = {0, 1, 42, -1, 0x123456789ABCDEFL, Long.MIN_VALUE};
    private static final int[] COUNTERS = {0, 1, 77, (1 << 24) - 1, (1 << 24) + 5, -1};
    private static final int[] SIZES = {0, 1, 2, 7, 16, 17, 1025};

    private final Check check;

    private Randoms(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        Randoms r = new Randoms(check);
        int turn = 0;
        for (long seed : SEEDS) {
            for (int stream : new int[] {0, 3, 254}) {
                r.stream(seed, stream, SIZES[turn++ % SIZES.length], COUNTERS);
            }
        }
        r.stream(5, 1, 70_001, 2);
        r.composed();
        r.dropout();
        if (RandomGraph.otherThan(check.dtype, check.backend()) != null) {
            r.masks();
        }
    }

    /** Against the reference and the host's own numbers. */
    private void stream(long seed, int stream, int n, int... counters) {
        Tensor step = Tensor.input("step", DType.I32, Shape.SCALAR);
        Program program = new Program.Builder()
                .output("u", Tensor.uniform(check.dtype, Shape.of(n), seed, stream, step)).build();
        List<Check.Run> runs = Arrays.stream(counters)
                .mapToObj(c -> new Check.Run(program, Map.of("step", NdArray.of(Shape.SCALAR, c)))).toList();
        check.fusedOnly(() -> check.programs("seed " + seed + ", stream " + stream + ", " + n + " numbers", runs,
                (how, run, compiled, session) -> {
                    int counter = counters[run];
                    NdArray got = compiled.get("u");
                    int wrong = 0;
                    for (int i = 0; i < n; i++) {
                        long block = Threefry.block((int) seed, (int) (seed >>> 32), i, stream << 24 | counter & 0xFFFFFF);
                        double want = check.dtype == DType.F32 ? Threefry.uniform24(block) : Threefry.uniform53(block);
                        wrong += got.get(i) == want ? 0 : 1;
                    }
                    check.that(wrong == 0, how + ", counter " + counter, wrong + " numbers differ from the host's");
                }));
    }

    private void composed() {
        Tensor step = Tensor.input("step", DType.I32, Shape.SCALAR);
        Map<String, NdArray> in = Map.of("step", NdArray.of(Shape.SCALAR, 9));
        Tensor u = Tensor.uniform(check.dtype, Shape.of(13, 7), 11, 2, step);
        check.value("transposed", u.transpose().add(1), in);
        check.value("row sums", u.sum(1), in);
        check.value("column sums", u.sum(0), in);
        check.value("softmax", u.softmax(), in);
        check.value("a product", u.matmul(u, true, false), in);
        check.value("used twice", u.less(0.5).mul(u).add(u.mul(2)), in);
        check.value("reshaped", u.reshape(7, 13).sub(u.transpose()), in);
        check.value("a row repeated", Tensor.uniform(check.dtype, Shape.of(7), 11, 2, step).sub(u), in);
        check.value("another counter", Tensor.uniform(check.dtype, Shape.of(13, 7), 11, 2, step.mul(2).add(1)).sub(u), in);
        check.value("another stream", Tensor.uniform(check.dtype, Shape.of(13, 7), 11, 3, step).sub(u), in);
        check.value("beside a product", Tensor.of(check.data.normal(13, 5)).matmul(Tensor.of(check.data.normal(5, 7)))
                .mul(u.less(0.25)), in);
        Variable count = Variable.zeros("count", DType.I32, Shape.SCALAR);
        Program counted = new Program.Builder()
                .output("u", Tensor.uniform(check.dtype, Shape.of(5), 1, 0, count.read()))
                .assign(count, count.read().add(1)).build();
        Check.Run once = new Check.Run(counted, Map.of());
        check.programs("counted steps", List.of(once, once, once));
    }

    /** What is dropped on the way forward gets no gradient on the way back. */
    private void dropout() {
        for (double rate : new double[] {0, 0.1, 0.2, 0.5, 0.9}) {
            Variable v = Variable.of("x", check.data.uniform(1, 2, 33, 17));
            Tensor step = Tensor.input("step", DType.I32, Shape.SCALAR);
            Tensor y = new Dropout(rate).apply(v.read(), List.of(), Pass.training(7, step));
            Program program = new Program.Builder()
                    .output("y", y)
                    .output("gradient", Gradients.of(y.sum(), List.of(v.read())).get(0))
                    .build();
            Map<String, NdArray> in = rate == 0 ? Map.of() : Map.of("step", NdArray.of(Shape.SCALAR, 3));
            check.programs("dropout " + rate, List.of(new Check.Run(program, in)), (how, run, compiled, session) -> {
                NdArray forward = compiled.get("y");
                NdArray back = compiled.get("gradient");
                int wrong = 0;
                for (int i = 0; i < forward.size(); i++) {
                    wrong += (forward.get(i) == 0) == (back.get(i) == 0) ? 0 : 1;
                }
                check.that(wrong == 0, how, wrong + " elements dropped one way only");
            });
        }
    }

    /** Rates and steps at which one of the first 200 numbers has the rate's own 24 bits: F32 sees no more of it. */
    private static final double[] RATES = {0.1, 0.2, 1.0 / 3};
    private static final int[] CLOSE = {24134, 49647, 384212};

    /** F32 and F64 drop the same elements. */
    private void masks() {
        for (int i = 0; i < RATES.length; i++) {
            for (int step : new int[] {5, CLOSE[i]}) {
                NdArray[] masks = new NdArray[2];
                try (Session session = new Session(check.backend())) {
                    for (DType dtype : List.of(DType.F32, DType.F64)) {
                        Tensor ones = Tensor.full(dtype, Shape.of(5, 200), 1);
                        Tensor kept = new Dropout(RATES[i]).apply(ones, List.of(), Pass.training(19, Tensor.scalar(DType.I32, step)));
                        masks[dtype.ordinal()] = session.evaluate(kept.greater(0).cast(DType.I32));
                    }
                }
                check.that(masks[0].equals(masks[1]), "dropout " + RATES[i] + ", step " + step, "the masks of F32 and F64 differ");
            }
        }
    }
}
