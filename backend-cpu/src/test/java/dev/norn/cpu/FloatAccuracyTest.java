package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.fail;

import dev.norn.graph.Unary;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How exact the exponential functions and the logarithms are, over all magnitudes and about the seams of the algorithms. */
@SuppressWarnings("cast") // of double to double, in the twin
class FloatAccuracyTest {

    private static final int COUNT = 50_000;

    static Stream<Named<FloatOps>> implementations() {
        return FloatOpsTest.implementations();
    }

    // The bounds: of the vector loops, and what StrictMath may be off itself where its result is not rounded to float32.

    @ParameterizedTest
    @MethodSource("implementations")
    void exp(FloatOps ops) {
        check(ops, Unary.EXP, StrictMath::exp, Float.SIZE == 32 ? 1.05 : 2.1);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void expm1(FloatOps ops) {
        check(ops, Unary.EXPM1, StrictMath::expm1, Float.SIZE == 32 ? 1.5 : 3.2);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void log(FloatOps ops) {
        check(ops, Unary.LOG, StrictMath::log, Float.SIZE == 32 ? 0.9 : 1.9);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void log1p(FloatOps ops) {
        check(ops, Unary.LOG1P, StrictMath::log1p, Float.SIZE == 32 ? 1.5 : 2.5);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void tanh(FloatOps ops) {
        check(ops, Unary.TANH, StrictMath::tanh, Float.SIZE == 32 ? 2.6 : 5.2);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void sigmoid(FloatOps ops) {
        check(ops, Unary.SIGMOID, x -> x > 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x)),
                Float.SIZE == 32 ? 2.5 : 4.8);
    }

    private static void check(FloatOps ops, Unary op, DoubleUnaryOperator exact, double bound) {
        Random random = new Random(op.ordinal());
        double log2Max = Math.log(Float.MAX_VALUE) / Math.log(2);
        List<DoubleSupplier> operands = List.of(
                // Of every exponent.
                () -> Math.pow(2, log2Max * (2.2 * random.nextDouble() - 1.2)),
                // Where exp is neither 0 nor infinite, and a little further.
                () -> 1.2 * Math.log(Float.MAX_VALUE) * random.nextDouble(),
                random::nextGaussian,
                // About the seams of exp's reduction, 1, and the seams of the logarithm's reduction.
                () -> (random.nextInt(20) * Math.log(2) / 2) + 1e-3 * random.nextGaussian(),
                () -> 1 + 0.3 * random.nextGaussian(),
                () -> Math.scalb(Math.sqrt(0.5), random.nextInt(6) - 3) * (1 + 1e-3 * random.nextGaussian()),
                () -> random.nextInt(1000) * (double) Float.MIN_VALUE);
        for (DoubleSupplier operand : operands) {
            float[] a = new float[COUNT];
            for (int i = 0; i < COUNT; i++) {
                a[i] = (float) ((random.nextBoolean() ? 1 : -1) * operand.getAsDouble());
            }
            float[] d = new float[COUNT];
            ops.unary(op, a, 0, d, 0, COUNT);
            for (int i = 0; i < COUNT; i++) {
                double expected = exact.applyAsDouble(a[i]);
                float rounded = (float) expected;
                boolean close = Math.abs(d[i] - expected) <= bound * Math.ulp(rounded)
                        && Math.copySign(1, rounded) == Math.copySign(1, d[i]);
                if (!close && Float.compare(rounded, d[i]) != 0) {
                    fail(op + " of " + a[i] + " should be " + expected + ", not " + d[i]);
                }
            }
        }
    }
}
