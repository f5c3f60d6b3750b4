package dev.norn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Variable;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of a graph, in ONNX Runtime and on the reference. */
class OperationsTest {

    private static final List<DType> FLOATING = List.of(DType.F32, DType.F64);

    /** As {@link dev.norn.graph.Tensor}'s methods have them, for enum constants. */
    private static Tensor apply(Op fn, Tensor a, Tensor b) {
        // The test's own list: an operation that is new has no line here, and the switch does not compile.
        if (fn instanceof Unary unary) {
            return switch (unary) {
                case NEG -> a.neg();
                case ABS -> a.abs();
                case SIGN -> a.sign();
                case FLOOR -> a.floor();
                case SQRT -> a.sqrt();
                case EXP -> a.exp();
                case EXPM1 -> a.expm1();
                case LOG -> a.log();
                case LOG1P -> a.log1p();
                case SIN -> a.sin();
                case COS -> a.cos();
                case TANH -> a.tanh();
                case SIGMOID -> a.sigmoid();
                case RELU -> a.relu();
                case ERF -> a.erf();
            };
        }
        return switch ((Binary) fn) {
            case ADD -> a.add(b);
            case SUB -> a.sub(b);
            case MUL -> a.mul(b);
            case DIV -> a.div(b);
            case POW -> a.pow(b);
            case MAX -> a.maximum(b);
            case MIN -> a.minimum(b);
            case LESS -> a.less(b);
            case LESS_OR_EQUAL -> a.lessOrEqual(b);
            case EQUAL -> a.equal(b);
        };
    }

    // ---- one operation

    @ParameterizedTest
    @EnumSource
    void unary(Unary fn) throws OrtException {
        double[] magnitudes = {0, 1e-40, 1e-30, 1e-8, 1e-5, 1e-3, 0.01, 0.1, 0.5, 0.7, 0.99, 1, 1.01, 1.5, 2, 3.3, 5, 8.9, 9.1,
            10, 17.9, 20, 50, 87, 100, 1000, 1e4, 1e6, 1e20, 1e30, Double.POSITIVE_INFINITY, Double.NaN};
        double[] values = Arrays.stream(magnitudes).flatMap(v -> Arrays.stream(new double[] {v, -v})).toArray();
        for (DType dtype : FLOATING) {
            if (fn == Unary.ERF && dtype == DType.F64) {
                continue; // onnxRuntimeLacksOneKernelForF64
            }
            NdArray x = NdArray.of(Shape.of(1, values.length), values).to(dtype);
            Model model = Models.of(dtype, values.length, t -> apply(fn, t, null));
            assertClose(x, Models.define(model, x), runtime(model, x), tolerance(fn));
        }
    }

    /**
     * Units of the last place, by twos: of right roundings none, of other functions a few. ONNX Runtime's sigmoid is a rational
     * function that is exact relative to 1, not to itself; 0x1p-24 and 0x1p-53 are such units of 1.
     */
    private static Tolerance tolerance(Unary fn) {
        return switch (fn) {
            case NEG, ABS, SIGN, FLOOR, RELU, SQRT -> new Tolerance(0, 0);
            case SIGMOID -> new Tolerance(16, 2);
            default -> new Tolerance(16, 0);
        };
    }

    @ParameterizedTest
    @EnumSource
    void binary(Binary fn) throws OrtException {
        double infinity = Double.POSITIVE_INFINITY;
        double[] finite = {0, -0.0, 1e-20, 0.3, -0.3, 1, -1, 2, -2, 2.5, 3, 7, -7, 1e10, -1e10};
        // Without 1: nothing says what 1 to the power of infinity is.
        double[] special = {0, -0.0, 0.5, -0.5, 2, -2, 3, 1e10, -1e10, infinity, -infinity, Double.NaN};
        for (double[] values : List.of(finite, special)) {
            for (DType dtype : FLOATING) {
                int n = values.length;
                NdArray x = NdArray.of(Shape.of(1, n), values).to(dtype);
                Tensor second = Tensor.of(x.reshape(1, 1, n));
                Model eachWithEach = Models.of(dtype, n, n * n,
                        t -> apply(fn, t.reshape(-1, n, 1), second).reshape(-1, n * n));
                assertClose(x, Models.define(eachWithEach, x), runtime(eachWithEach, x),
                        new Tolerance(fn == Binary.POW ? 16 : 0, 0));
            }
        }
    }

    /** What the Javadoc of {@link OnnxModel} says. */
    @Test
    void onnxRuntimeLacksOneKernelForF64() {
        Model model = Models.of(DType.F64, 1, Tensor::erf);
        OrtException failure = assertThrows(OrtException.class, () -> Runtime.of(model, null).close());
        assertTrue(failure.getMessage().contains("Could not find an implementation for Erf"), failure.getMessage());
    }

    // ---- expressions

    private static final int WIDTH = 6;

    private static Map<String, UnaryOperator<Tensor>> expressions(DType dtype) {
        NdArray numbers = NdArray.zeros(dtype, Shape.of(WIDTH, WIDTH));
        for (int i = 0; i < numbers.size(); i++) {
            numbers.set(i, (i * 7 % 11 - 5) / 8.0);
        }
        Tensor matrix = Tensor.of(numbers);
        Tensor vector = matrix.view(WIDTH, Shape.of(WIDTH));
        Variable variable = Variable.of("input", numbers.copy()); // a name that the graph has already
        Variable zeros = Variable.zeros("0", dtype, Shape.of(1));
        Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>();
        all.put("the input itself", z -> z);
        all.put("a constant", z -> Tensor.full(dtype, z.shape(), 0.1).add(z.sum(1).mul(0).reshape(-1, 1)));
        all.put("a copy", z -> z.copied().detached());
        all.put("a sum over a constant", z -> z.add(Tensor.full(dtype, z.shape(), 2).sum(1).reshape(-1, 1)));
        all.put("softplus", Tensor::softplus);
        all.put("mish", z -> z.mul(z.softplus().tanh()));
        all.put("snake", z -> z.add(z.sin().square()).sub(z.cos()));
        all.put("log softmax", z -> z.sub(z.logSumExp()));
        all.put("a softmax that is none", z -> z.sub(z.max(1).reshape(-1, 1)).exp().div(z.exp().sum(1).reshape(-1, 1)));
        all.put("softmax of a broadcast", z -> z.sum(1).reshape(-1, 1).broadcast(z.shape()).softmax().add(z));
        all.put("softmax along the batch", z -> z.transpose().softmax().transpose());
        all.put("layer norm", z -> {
            Tensor centred = z.sub(z.mean(1).reshape(-1, 1));
            return centred.div(centred.square().mean(1).add(1e-5).sqrt().reshape(-1, 1));
        });
        all.put("less than the batch's greatest", z -> z.sub(z.max(0)).add(z.foldKeepingAxes(Reduction.MIN, 0, 1)));
        all.put("winner takes all", z -> Tensor.iota(z.shape(), 1).equal(z.argmax().reshape(-1, 1)).cast(dtype).mul(z));
        all.put("a table", z -> matrix.gather(z.mul(3).sum(1).cast(DType.I32))); // also of what is outside
        all.put("integers", z -> {
            Tensor i = z.mul(10).cast(DType.I32);
            return Tensor.where(i.less(Tensor.scalar(DType.I32, 3)), i.neg(), i.abs().mul(i.sign()).maximum(
                    Tensor.scalar(DType.I32, 5)).minimum(i.add(i))).cast(dtype).sub(i.sum(1).cast(dtype).reshape(-1, 1));
        });
        all.put("the other type", z -> {
            DType other = dtype == DType.F32 ? DType.F64 : DType.F32;
            return z.cast(other).add(1).cast(dtype);
        });
        all.put("a condition that is no comparison", z -> z.relu().where(z, -1).add(z.less(0.5).where(z, 2)));
        all.put("a comparison that is a number", z -> z.less(0).add(z.lessOrEqual(1)).mul(z.equal(z)));
        all.put("matrices", z -> z.matmul(matrix).matmul(matrix, false, true).transpose().matmul(matrix, true, false));
        all.put("a broadcast times a matrix", z -> vector.broadcast(z.shape()).matmul(matrix).add(z));
        all.put("halves exchanged", z -> z.reshape(-1, 2, 3).transpose().reshape(-1, WIDTH));
        all.put("the first sample", z -> z.sub(z.view(0, Shape.of(WIDTH))));
        all.put("numbers out of a constant", z -> z.mul(matrix.view(3, Shape.of(2, 3)).sum(0).sum()));
        all.put("twice the batch", z ->
                Tensor.concat(List.of(z, z.neg(), z)).reshape(3, -1).sum(0).reshape(-1, WIDTH));
        all.put("a variable", z -> z.matmul(variable.read()).add(zeros.read()));
        return all;
    }

    static Stream<Arguments> expressions() {
        return FLOATING.stream().flatMap(dtype -> expressions(dtype).entrySet().stream()
                .map(e -> Arguments.of(dtype, e.getKey(), e.getValue())));
    }

    /** A formula of some ten operations on numbers of about 1 loses a few bits: 200 units is eight. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource
    void expressions(DType dtype, String name, UnaryOperator<Tensor> expression) throws OrtException {
        Model model = Models.of(dtype, WIDTH, expression);
        for (int batch : new int[] {1, 2, 3, 7, 1000}) {
            NdArray x = Models.samples(dtype, batch, WIDTH, 2);
            assertClose(x, Models.define(model, x), runtime(model, x), new Tolerance(200, 200));
        }
    }

    /** All kinds of operation are among the expressions, but for random numbers. */
    @Test
    void nothingIsLeftOut() {
        Set<Class<?>> seen = new HashSet<>();
        Tensor x = Tensor.input("x", DType.F32, Shape.of(4, WIDTH));
        expressions(DType.F32).values().forEach(expression ->
                Graphs.topological(List.of(expression.apply(x))).forEach(t -> seen.add(kind(t.op()))));
        Set<Class<?>> all = Arrays.stream(Op.class.getPermittedSubclasses()).collect(Collectors.toSet());
        all.remove(Op.Uniform.class);
        assertEquals(all, seen);
    }

    private static Class<?> kind(Op op) {
        return op instanceof Enum<?> e ? e.getDeclaringClass() : op.getClass();
    }

    // ---- what cannot be said

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("Uniform F32[batch, 6]", "random numbers",
                        op(z -> z.add(Tensor.uniform(DType.F32, z.shape(), 1, 1, Tensor.scalar(DType.I32, 0))))),
                Arguments.of("Constant F32[6]", "depends on the batch's size", op(z -> z.sub(z.mean(0)))),
                Arguments.of("Iota I32[batch, 6]", "numbers the samples",
                        op(z -> z.add(Tensor.iota(z.shape(), 0).cast(DType.F32)))),
                Arguments.of("Gather F32[batch, 6]", "picks among the samples", op(z -> z.gather(z.argmax()))),
                Arguments.of("View F32[batch, 3]", "a part of the batch",
                        op(z -> z.add(z.view(0, Shape.of(z.shape().dim(0), 3)).sum()))),
                Arguments.of("Input F32[batch, 6]", "has one input, and this is another, \"y\"",
                        op(z -> z.add(Tensor.input("y", z.dtype(), z.shape())))),
                Arguments.of("View F32[batch, batch, 1]", "more than one extent",
                        op(z -> z.add(z.matmul(z, false, true).reshape(z.shape().dim(0), z.shape().dim(0), 1).sum()))));
    }

    private static UnaryOperator<Tensor> op(UnaryOperator<Tensor> expression) {
        return expression;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String operation, String reason, UnaryOperator<Tensor> expression) {
        Model model = Models.of(DType.F32, WIDTH, expression);
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> OnnxModel.encode(model, null, Map.of()));
        assertTrue(refusal.getMessage().startsWith("cannot export " + operation + " to ONNX: "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
    }

    // ---- comparing

    /** In units of 2^-24 (F32) or 2^-53 (F64): relative to the result, and to 1. */
    private record Tolerance(double relative, double absolute) {}

    private static NdArray runtime(Model model, NdArray x) throws OrtException {
        try (Runtime runtime = Runtime.of(model, null)) {
            return runtime.predict(x);
        }
    }

    /** NaN is to be NaN and infinity infinity; a subnormal result may be 0. */
    private static void assertClose(NdArray x, NdArray expected, NdArray actual, Tolerance tolerance) {
        assertEquals(expected.shape(), actual.shape());
        boolean f32 = x.dtype() == DType.F32;
        double unit = f32 ? 0x1p-24 : 0x1p-53;
        double subnormal = f32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        for (int i = 0; i < expected.size(); i++) {
            double wanted = expected.get(i);
            double got = actual.get(i);
            int at = i;
            assertTrue(wanted == got || Double.isNaN(wanted) && Double.isNaN(got)
                    || Math.abs(wanted - got)
                            <= unit * (tolerance.relative * Math.abs(wanted) + tolerance.absolute) + subnormal,
                    () -> "element " + at + " is " + got + " instead of " + wanted + " for " + x);
        }
    }
}
