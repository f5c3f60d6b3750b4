package dev.norn.cpu.simd;

import dev.norn.cpu.FloatScalarOps;
import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops with the Vector API, in the processor's widest vectors.
 *
 * <p>Three rules keep the JIT compilers of JDK 17 to 25 from making objects of the vectors. Each operation has a loop
 * of its own, for the operator must be a constant there. Vectors are not handed to methods. And no store is masked,
 * which is slow before JDK 18; instead, ranges end like this: the last full vector of the range, which overlaps the one
 * before it if n is no multiple, is read before anything is written and written after everything else, so that an
 * operation in place does not apply twice. Ranges shorter than one vector are left to the scalar loops.
 *
 * <p>And a fourth keeps results the same while the JIT compilers come and go: no operator is used that has other bits
 * in an interpreted method than in a compiled one. Those are the transcendental functions ({@link FloatVectorMath} has
 * them, and those of {@link Math}, which agree, do for what is rare) and the sum of the lanes.
 */
@SuppressWarnings("cast") // of double to double, in the twin
public final class FloatSimdOps extends FloatScalarOps {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int V = S.length();

    /** Above it, every number is an integer. */
    private static final float NO_FRACTION = 1 / Math.ulp((float) 1);

    /** Each lane's number. */
    private static final float[] LANES = lanes(V);

    /** Rotations by 1, 2, 4, … lanes. */
    private static final VectorShuffle<Float>[] ROTATIONS = rotations();

    /** For the class loader of {@code FloatOps.simd}. */
    public FloatSimdOps() {
        super(V);
        useEachOperator();
    }

    /**
     * The Vector API makes its code for an operator when it is first used. If HotSpot 17 has compiled the place that does
     * (VectorOperators.ImplCache.find) by then, having seen it do so for one operator, the next one deoptimizes that
     * place, a few times. Each method that contains it counts them for as often as it does, and one that does often, a
     * tile of a product, comes to more than PerMethodTrapLimit: no more is assumed about a vector's class in it, and
     * vectors become objects: in 2 of 370 runs of a test. So each operator is used here, when nothing is compiled yet.
     */
    private void useEachOperator() {
        float[] a = new float[V + PADDING];
        for (Unary op : Unary.values()) {
            unary(op, a, 0, a, 0, V);
        }
        for (Binary op : Binary.values()) {
            binary(op, a, 0, a, 0, a, 0, V);
        }
        where(a, 0, a, 0, a, 0, a, 0, V);
        zeroBelow(1, a, 0, a, 0, V);
        weightedSum(1, a, 0, 1, a, 0, 1, a, 0, V);
        tanhGradient(a, 0, a, 0, a, 0, V);
        sigmoidGradient(a, 0, a, 0, a, 0, V);
        adam(a, 0, a, 0, a, 0, a, 0, a, 0, a, 0, 1, a, 0, V);
        sum(a, 0, V);
        max(a, 0, V);
        min(a, 0, V);
        for (Reduction kind : Reduction.values()) {
            reduceRows(kind, a, 0, 1, V, a, 0);
            reduceColumns(kind, a, 0, 1, V, a, 0);
        }
        vectorTimesMatrix(a, 0, a, 0, V, 1, V, a, 0);
        matrixTimesVector(a, 0, 1, V, a, 0, a, 0);
    }

    private static float[] lanes(int n) {
        float[] lanes = new float[n];
        for (int i = 0; i < n; i++) {
            lanes[i] = i;
        }
        return lanes;
    }

    private static VectorShuffle<Float>[] rotations() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        VectorShuffle<Float>[] rotations = new VectorShuffle[Integer.numberOfTrailingZeros(V)];
        Arrays.setAll(rotations, i -> VectorShuffle.iota(S, 1 << i, 1, true));
        return rotations;
    }

    @Override
    public void unary(Unary op, float[] a, int ao, float[] d, int dO, int n) {
        if (n < V) {
            super.unary(op, a, ao, d, dO, n);
            return;
        }
        switch (op) {
            case NEG -> neg(a, ao, d, dO, n);
            case ABS -> abs(a, ao, d, dO, n);
            case SIGN -> sign(a, ao, d, dO, n);
            case FLOOR -> floor(a, ao, d, dO, n);
            case SQRT -> sqrt(a, ao, d, dO, n);
            case EXP -> FloatVectorMath.exp(a, ao, d, dO, n);
            case EXPM1 -> FloatVectorMath.expm1(a, ao, d, dO, n);
            case LOG -> FloatVectorMath.log(a, ao, d, dO, n);
            case TANH -> FloatVectorMath.tanh(a, ao, d, dO, n);
            case SIGMOID -> FloatVectorMath.sigmoid(a, ao, d, dO, n);
            case RELU -> relu(a, ao, d, dO, n);
            case LOG1P, SIN, COS, ERF -> super.unary(op, a, ao, d, dO, n);
        }
    }

    @Override
    public void binary(Binary op, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        if (n < V) {
            super.binary(op, a, ao, b, bo, d, dO, n);
            return;
        }
        switch (op) {
            case ADD -> add(a, ao, b, bo, d, dO, n);
            case SUB -> sub(a, ao, b, bo, d, dO, n);
            case MUL -> mul(a, ao, b, bo, d, dO, n);
            case DIV -> div(a, ao, b, bo, d, dO, n);
            case POW -> super.binary(op, a, ao, b, bo, d, dO, n);
            case MAX -> max(a, ao, b, bo, d, dO, n);
            case MIN -> min(a, ao, b, bo, d, dO, n);
            case LESS -> less(a, ao, b, bo, d, dO, n);
            case LESS_OR_EQUAL -> lessOrEqual(a, ao, b, bo, d, dO, n);
            case EQUAL -> equal(a, ao, b, bo, d, dO, n);
        }
    }

    private static void neg(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).neg();
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).neg().intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void abs(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).abs();
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).abs().intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void sqrt(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).sqrt();
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).sqrt().intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void add(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).add(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).add(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void sub(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).sub(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).sub(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void mul(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).mul(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).mul(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void div(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).div(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).div(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void max(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).max(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).max(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void min(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).min(FloatVector.fromArray(S, b, bo + n - V));
        for (int i = 0; i < n - V; i += V) {
            FloatVector.fromArray(S, a, ao + i).min(FloatVector.fromArray(S, b, bo + i)).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    private static void less(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector lastA = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector lastB = FloatVector.fromArray(S, b, bo + n - V);
        for (int i = 0; i < n - V; i += V) {
            var holds = FloatVector.fromArray(S, a, ao + i)
                    .compare(VectorOperators.LT, FloatVector.fromArray(S, b, bo + i));
            FloatVector.zero(S).blend(1, holds).intoArray(d, dO + i);
        }
        FloatVector.zero(S).blend(1, lastA.compare(VectorOperators.LT, lastB)).intoArray(d, dO + n - V);
    }

    private static void lessOrEqual(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector lastA = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector lastB = FloatVector.fromArray(S, b, bo + n - V);
        for (int i = 0; i < n - V; i += V) {
            var holds = FloatVector.fromArray(S, a, ao + i)
                    .compare(VectorOperators.LE, FloatVector.fromArray(S, b, bo + i));
            FloatVector.zero(S).blend(1, holds).intoArray(d, dO + i);
        }
        FloatVector.zero(S).blend(1, lastA.compare(VectorOperators.LE, lastB)).intoArray(d, dO + n - V);
    }

    private static void equal(float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        FloatVector lastA = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector lastB = FloatVector.fromArray(S, b, bo + n - V);
        for (int i = 0; i < n - V; i += V) {
            var holds = FloatVector.fromArray(S, a, ao + i)
                    .compare(VectorOperators.EQ, FloatVector.fromArray(S, b, bo + i));
            FloatVector.zero(S).blend(1, holds).intoArray(d, dO + i);
        }
        FloatVector.zero(S).blend(1, lastA.compare(VectorOperators.EQ, lastB)).intoArray(d, dO + n - V);
    }

    /** What is not above 0 becomes 0; a NaN is not below or equal to it. */
    private static void relu(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.blend(0, x.compare(VectorOperators.LE, 0)).intoArray(d, dO + i);
        }
        last.blend(0, last.compare(VectorOperators.LE, 0)).intoArray(d, dO + n - V);
    }

    // From here on, the longer operations have one loop body for all vectors, the last among them.

    private static void sign(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n; i += V) {
            FloatVector x = i < n - V ? FloatVector.fromArray(S, a, ao + i) : last;
            // Neither applies to a NaN or to a zero, which keeps its own sign.
            x = x.blend(1, x.compare(VectorOperators.GT, 0));
            x = x.blend(-1, x.compare(VectorOperators.LT, 0));
            x.intoArray(d, dO + Math.min(i, n - V));
        }
    }

    /**
     * The Vector API has no rounding, but the addition rounds: next to {@link #NO_FRACTION} there is no room for a
     * fraction. The absolute value is rounded so, to the nearest integer, and where that went up, 1 is taken off.
     */
    private static void floor(float[] a, int ao, float[] d, int dO, int n) {
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n; i += V) {
            FloatVector x = i < n - V ? FloatVector.fromArray(S, a, ao + i) : last;
            FloatVector rounded = x.abs().add(NO_FRACTION).sub(NO_FRACTION);
            rounded = rounded.blend(rounded.neg(), x.compare(VectorOperators.LT, 0));
            FloatVector floor = rounded.blend(rounded.sub(1), rounded.compare(VectorOperators.GT, x));
            // What is an integer stays as it is: zeros of either sign, and great numbers, for which the sums are not
            // exact.
            floor = floor.blend(x, rounded.compare(VectorOperators.EQ, x));
            floor = floor.blend(x, x.abs().compare(VectorOperators.GE, NO_FRACTION));
            floor.intoArray(d, dO + Math.min(i, n - V));
        }
    }

    @Override
    public void where(float[] c, int co, float[] a, int ao, float[] b, int bo, float[] d, int dO, int n) {
        if (n < V) {
            super.where(c, co, a, ao, b, bo, d, dO, n);
            return;
        }
        FloatVector lastC = FloatVector.fromArray(S, c, co + n - V);
        FloatVector lastA = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector lastB = FloatVector.fromArray(S, b, bo + n - V);
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.blend(y, FloatVector.fromArray(S, c, co + i).compare(VectorOperators.EQ, 0)).intoArray(d, dO + i);
        }
        lastA.blend(lastB, lastC.compare(VectorOperators.EQ, 0)).intoArray(d, dO + n - V);
    }

    @Override
    public void zeroBelow(float least, float[] a, int ao, float[] d, int dO, int n) {
        if (n < V) {
            super.zeroBelow(least, a, ao, d, dO, n);
            return;
        }
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V);
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.blend(0, x.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + i);
        }
        last.blend(0, last.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + n - V);
    }

    @Override
    public void weightedSum(float p, float[] a, int ao, float q, float[] b, int bo, float least, float[] d, int dO, int n) {
        if (n < V) {
            super.weightedSum(p, a, ao, q, b, bo, least, d, dO, n);
            return;
        }
        FloatVector last = FloatVector.fromArray(S, a, ao + n - V).mul(p).add(FloatVector.fromArray(S, b, bo + n - V).mul(q));
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i).mul(p).add(FloatVector.fromArray(S, b, bo + i).mul(q));
            x.blend(0, x.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + i);
        }
        last.blend(0, last.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + n - V);
    }

    @Override
    public void tanhGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n) {
        if (n < V) {
            super.tanhGradient(g, go, y, yo, d, dO, n);
            return;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        FloatVector lastY = FloatVector.fromArray(S, y, yo + n - V);
        FloatVector last = FloatVector.fromArray(S, g, go + n - V).mul(one.sub(lastY.mul(lastY)));
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, y, yo + i);
            FloatVector.fromArray(S, g, go + i).mul(one.sub(x.mul(x))).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    @Override
    public void sigmoidGradient(float[] g, int go, float[] y, int yo, float[] d, int dO, int n) {
        if (n < V) {
            super.sigmoidGradient(g, go, y, yo, d, dO, n);
            return;
        }
        FloatVector one = FloatVector.broadcast(S, 1);
        FloatVector lastY = FloatVector.fromArray(S, y, yo + n - V);
        FloatVector last = FloatVector.fromArray(S, g, go + n - V).mul(lastY.mul(one.sub(lastY)));
        for (int i = 0; i < n - V; i += V) {
            FloatVector x = FloatVector.fromArray(S, y, yo + i);
            FloatVector.fromArray(S, g, go + i).mul(x.mul(one.sub(x))).intoArray(d, dO + i);
        }
        last.intoArray(d, dO + n - V);
    }

    @Override
    public void adam(float[] w, int wo, float[] m, int mo, float[] s, int so, float[] v, int vo, float[] t, int to,
            float[] e, int eo, float least, float[] d, int dO, int n) {
        if (n < V) {
            super.adam(w, wo, m, mo, s, so, v, vo, t, to, e, eo, least, d, dO, n);
            return;
        }
        int end = n - V;
        FloatVector last = FloatVector.fromArray(S, w, wo + end).sub(
                FloatVector.fromArray(S, m, mo + end).mul(FloatVector.fromArray(S, s, so + end)).div(
                        FloatVector.fromArray(S, v, vo + end).sqrt().mul(FloatVector.fromArray(S, t, to + end))
                                .add(FloatVector.fromArray(S, e, eo + end))));
        for (int i = 0; i < end; i += V) {
            FloatVector x = FloatVector.fromArray(S, w, wo + i).sub(
                    FloatVector.fromArray(S, m, mo + i).mul(FloatVector.fromArray(S, s, so + i)).div(
                            FloatVector.fromArray(S, v, vo + i).sqrt().mul(FloatVector.fromArray(S, t, to + i))
                                    .add(FloatVector.fromArray(S, e, eo + i))));
            x.blend(0, x.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + i);
        }
        last.blend(0, last.abs().compare(VectorOperators.LT, least)).intoArray(d, dO + end);
    }

    @Override
    public double sum(float[] a, int ao, int n) {
        double sum = 0;
        int i = 0;
        for (; i < n - SUM_BLOCK; i += SUM_BLOCK) {
            sum += sumBlock(a, ao + i, SUM_BLOCK);
        }
        return sum + sumBlock(a, ao + i, n - i);
    }

    private static float sumBlock(float[] a, int ao, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int i = 0;
        for (; i <= n - 4 * V; i += 4 * V) {
            s0 = s0.add(FloatVector.fromArray(S, a, ao + i));
            s1 = s1.add(FloatVector.fromArray(S, a, ao + i + V));
            s2 = s2.add(FloatVector.fromArray(S, a, ao + i + 2 * V));
            s3 = s3.add(FloatVector.fromArray(S, a, ao + i + 3 * V));
        }
        for (; i <= n - V; i += V) {
            s0 = s0.add(FloatVector.fromArray(S, a, ao + i));
        }
        s0 = s0.add(s1).add(s2.add(s3));
        // Not reduceLanes, which adds in one order while the method is interpreted and in another when it is compiled.
        for (int j = 0; j < ROTATIONS.length; j++) {
            s0 = s0.add(s0.rearrange(ROTATIONS[j]));
        }
        float sum = s0.lane(0);
        for (; i < n; i++) {
            sum += a[ao + i];
        }
        return sum;
    }

    @Override
    public float max(float[] a, int ao, int n) {
        if (n < V) {
            return super.max(a, ao, n);
        }
        FloatVector m0 = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * V; i += 2 * V) {
            m0 = m0.max(FloatVector.fromArray(S, a, ao + i));
            m1 = m1.max(FloatVector.fromArray(S, a, ao + i + V));
        }
        if (i <= n - V) {
            m0 = m0.max(FloatVector.fromArray(S, a, ao + i));
        }
        return m0.max(m1).reduceLanes(VectorOperators.MAX);
    }

    @Override
    public float min(float[] a, int ao, int n) {
        if (n < V) {
            return super.min(a, ao, n);
        }
        FloatVector m0 = FloatVector.fromArray(S, a, ao + n - V);
        FloatVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * V; i += 2 * V) {
            m0 = m0.min(FloatVector.fromArray(S, a, ao + i));
            m1 = m1.min(FloatVector.fromArray(S, a, ao + i + V));
        }
        if (i <= n - V) {
            m0 = m0.min(FloatVector.fromArray(S, a, ao + i));
        }
        return m0.min(m1).reduceLanes(VectorOperators.MIN);
    }

    @Override
    public void reduceRows(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO) {
        if (cols <= 1 || cols > 4 * V) {
            super.reduceRows(kind, a, ao, rows, cols, d, dO);
            return;
        }
        switch (kind) {
            case SUM -> sumRows(a, ao, rows, cols, d, dO);
            case MAX -> maxRows(a, ao, rows, cols, d, dO);
            case MIN -> minRows(a, ao, rows, cols, d, dO);
        }
    }

    private static void sumRows(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        FloatVector identity = FloatVector.broadcast(S, 0);
        int full = S.loopBound(cols - 1);
        for (int r = 0; r < rows; r++) {
            int row = ao + r * cols;
            FloatVector x = FloatVector.fromArray(S, a, row + full);
            x = identity.blend(x, FloatVector.fromArray(S, LANES, 0).compare(VectorOperators.LT, cols - full));
            for (int j = 0; j < full; j += V) {
                x = x.add(FloatVector.fromArray(S, a, row + j));
            }
            for (int j = 0; j < ROTATIONS.length; j++) {
                x = x.add(x.rearrange(ROTATIONS[j]));
            }
            d[dO + r] = x.lane(0);
        }
    }

    private static void maxRows(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        FloatVector identity = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int full = S.loopBound(cols - 1);
        for (int r = 0; r < rows; r++) {
            int row = ao + r * cols;
            FloatVector x = FloatVector.fromArray(S, a, row + full);
            x = identity.blend(x, FloatVector.fromArray(S, LANES, 0).compare(VectorOperators.LT, cols - full));
            for (int j = 0; j < full; j += V) {
                x = x.max(FloatVector.fromArray(S, a, row + j));
            }
            for (int j = 0; j < ROTATIONS.length; j++) {
                x = x.max(x.rearrange(ROTATIONS[j]));
            }
            d[dO + r] = x.lane(0);
        }
    }

    private static void minRows(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        FloatVector identity = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
        int full = S.loopBound(cols - 1);
        for (int r = 0; r < rows; r++) {
            int row = ao + r * cols;
            FloatVector x = FloatVector.fromArray(S, a, row + full);
            x = identity.blend(x, FloatVector.fromArray(S, LANES, 0).compare(VectorOperators.LT, cols - full));
            for (int j = 0; j < full; j += V) {
                x = x.min(FloatVector.fromArray(S, a, row + j));
            }
            for (int j = 0; j < ROTATIONS.length; j++) {
                x = x.min(x.rearrange(ROTATIONS[j]));
            }
            d[dO + r] = x.lane(0);
        }
    }

    /**
     * Column by column, in registers: row by row, each addition would have to wait for the store of the one before it, and the
     * vectors at the end, which overlap, for two of them.
     */
    @Override
    public void reduceColumns(Reduction kind, float[] a, int ao, int rows, int cols, float[] d, int dO) {
        switch (kind) {
            case SUM -> sumColumns(a, ao, rows, cols, d, dO);
            case MAX -> maxColumns(a, ao, rows, cols, d, dO);
            case MIN -> minColumns(a, ao, rows, cols, d, dO);
        }
    }

    private static void sumColumns(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        int rest = Math.max(0, cols - V);
        FloatVector last = FloatVector.fromArray(S, d, dO + rest);
        for (int r = 0; r < rows; r++) {
            last = last.add(FloatVector.fromArray(S, a, ao + r * cols + rest));
        }
        int j = 0;
        for (; j < rest - 3 * V; j += 4 * V) {
            FloatVector x0 = FloatVector.fromArray(S, d, dO + j);
            FloatVector x1 = FloatVector.fromArray(S, d, dO + j + V);
            FloatVector x2 = FloatVector.fromArray(S, d, dO + j + 2 * V);
            FloatVector x3 = FloatVector.fromArray(S, d, dO + j + 3 * V);
            int q = ao + j;
            for (int r = 0; r < rows; r++) {
                x0 = x0.add(FloatVector.fromArray(S, a, q));
                x1 = x1.add(FloatVector.fromArray(S, a, q + V));
                x2 = x2.add(FloatVector.fromArray(S, a, q + 2 * V));
                x3 = x3.add(FloatVector.fromArray(S, a, q + 3 * V));
                q += cols;
            }
            x0.intoArray(d, dO + j);
            x1.intoArray(d, dO + j + V);
            x2.intoArray(d, dO + j + 2 * V);
            x3.intoArray(d, dO + j + 3 * V);
        }
        for (; j < rest; j += V) {
            FloatVector x = FloatVector.fromArray(S, d, dO + j);
            for (int r = 0; r < rows; r++) {
                x = x.add(FloatVector.fromArray(S, a, ao + r * cols + j));
            }
            x.intoArray(d, dO + j);
        }
        if (cols >= V) {
            last.intoArray(d, dO + rest);
        } else {
            for (int i = 0; i < cols; i++) {
                d[dO + i] = last.lane(i);
            }
        }
    }

    private static void maxColumns(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        int rest = Math.max(0, cols - V);
        FloatVector last = FloatVector.fromArray(S, d, dO + rest);
        for (int r = 0; r < rows; r++) {
            last = last.max(FloatVector.fromArray(S, a, ao + r * cols + rest));
        }
        for (int j = 0; j < rest; j += V) {
            FloatVector x = FloatVector.fromArray(S, d, dO + j);
            for (int r = 0; r < rows; r++) {
                x = x.max(FloatVector.fromArray(S, a, ao + r * cols + j));
            }
            x.intoArray(d, dO + j);
        }
        if (cols >= V) {
            last.intoArray(d, dO + rest);
        } else {
            for (int j = 0; j < cols; j++) {
                d[dO + j] = last.lane(j);
            }
        }
    }

    private static void minColumns(float[] a, int ao, int rows, int cols, float[] d, int dO) {
        int rest = Math.max(0, cols - V);
        FloatVector last = FloatVector.fromArray(S, d, dO + rest);
        for (int r = 0; r < rows; r++) {
            last = last.min(FloatVector.fromArray(S, a, ao + r * cols + rest));
        }
        for (int j = 0; j < rest; j += V) {
            FloatVector x = FloatVector.fromArray(S, d, dO + j);
            for (int r = 0; r < rows; r++) {
                x = x.min(FloatVector.fromArray(S, a, ao + r * cols + j));
            }
            x.intoArray(d, dO + j);
        }
        if (cols >= V) {
            last.intoArray(d, dO + rest);
        } else {
            for (int j = 0; j < cols; j++) {
                d[dO + j] = last.lane(j);
            }
        }
    }

    /** Whole vectors, which spill over into the next row before that is written; but not over the end. */
    @Override
    public void expand(float[] a, int ao, float[] d, int dO, int rows, int cols) {
        int spill = S.loopBound(cols + V - 1) - cols;
        int safe = cols <= 1 ? 0 : Math.max(0, rows - (spill + cols - 1) / cols);
        for (int r = 0; r < safe; r++) {
            FloatVector x = FloatVector.broadcast(S, a[ao + r]);
            for (int j = 0; j < cols; j += V) {
                x.intoArray(d, dO + r * cols + j);
            }
        }
        super.expand(a, ao + safe, d, dO + safe * cols, rows - safe, cols);
    }

    @Override
    public int panelColumns(int n) {
        // A vector of 512 bits comes with 32 registers, for 16 accumulators; a shorter one may come with 16.
        return n > V && S.vectorBitSize() == 512 ? 2 * V : V;
    }

    /** Where it lies, B costs little more, unless its rows are so long that they fall into few cache sets. */
    @Override
    public int rowsNotWorthPacking(int n) {
        return n > 512 ? 2 * TILE_ROWS : 11 * TILE_ROWS;
    }

    @Override
    public int lanes() {
        return V;
    }

    @Override
    public void tileOfRows(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols) {
        if (cols > V) {
            FloatTiles.rows2(k, a, ao, b, bo, ldb, init, io, ldi, c, co, ldc);
        } else {
            FloatTiles.rows1(k, a, ao, b, bo, ldb, init, io, ldi, c, co, ldc);
        }
    }

    @Override
    public void tileOfColumns(int k, float[] a, int ao, float[] b, int bo, int ldb, float[] init, int io, int ldi,
            float[] c, int co, int ldc, int cols) {
        if (cols > V) {
            FloatTiles.columns2(k, a, ao, b, bo, ldb, init, io, ldi, c, co, ldc);
        } else {
            FloatTiles.columns1(k, a, ao, b, bo, ldb, init, io, ldi, c, co, ldc);
        }
    }

    @Override
    public void pack(float[] a, int ao, int lda, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        if (width > V) {
            packWide(a, ao, lda, rows, cols, d, dO, width, ldd, panelStride);
        } else if (cols > width) {
            packNarrow(a, ao, lda, rows, cols, d, dO, width, ldd, panelStride);
        } else {
            packColumn(a, ao, lda, rows, d, dO, ldd);
        }
    }

    private static void packWide(float[] a, int ao, int lda, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        for (int r = 0; r < rows; r++) {
            int from = ao + r * lda;
            int to = dO + r * ldd;
            for (int c = 0; c < cols; c += width) {
                for (int j = 0; j < Math.min(width, cols - c); j += V) {
                    FloatVector.fromArray(S, a, from + c + j).intoArray(d, to + j);
                }
                to += panelStride;
            }
        }
    }

    /** A vector of each row in each panel. */
    private static void packNarrow(float[] a, int ao, int lda, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        for (int r = 0; r < rows; r++) {
            int from = ao + r * lda;
            int to = dO + r * ldd;
            for (int c = 0; c < cols; c += width) {
                FloatVector.fromArray(S, a, from + c).intoArray(d, to);
                to += panelStride;
            }
        }
    }

    /** A vector of each row. */
    private static void packColumn(float[] a, int ao, int lda, int rows, float[] d, int dO, int ldd) {
        int from = ao;
        int to = dO;
        for (int r = 0; r < rows; r++) {
            FloatVector.fromArray(S, a, from).intoArray(d, to);
            from += lda;
            to += ldd;
        }
    }

    @Override
    public void matrixTimesVector(float[] a, int ao, int rows, int cols, float[] x, int xo, float[] d, int dO) {
        if (cols < 2 * V) {
            super.matrixTimesVector(a, ao, rows, cols, x, xo, d, dO);
            return;
        }
        for (int r = 0; r < rows; r++) {
            d[dO + r] = dot(a, ao + r * cols, x, xo, cols);
        }
    }

    private static float dot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int i = 0;
        for (; i <= n - 4 * V; i += 4 * V) {
            s0 = FloatVector.fromArray(S, a, ao + i).fma(FloatVector.fromArray(S, b, bo + i), s0);
            s1 = FloatVector.fromArray(S, a, ao + i + V).fma(FloatVector.fromArray(S, b, bo + i + V), s1);
            s2 = FloatVector.fromArray(S, a, ao + i + 2 * V).fma(FloatVector.fromArray(S, b, bo + i + 2 * V), s2);
            s3 = FloatVector.fromArray(S, a, ao + i + 3 * V).fma(FloatVector.fromArray(S, b, bo + i + 3 * V), s3);
        }
        for (; i <= n - V; i += V) {
            s0 = FloatVector.fromArray(S, a, ao + i).fma(FloatVector.fromArray(S, b, bo + i), s0);
        }
        s0 = s0.add(s1).add(s2.add(s3));
        for (int j = 0; j < ROTATIONS.length; j++) {
            s0 = s0.add(s0.rearrange(ROTATIONS[j]));
        }
        float sum = s0.lane(0);
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    @Override
    public void vectorTimesMatrix(float[] x, int xo, float[] a, int ao, int lda, int rows, int cols,
            float[] d, int dO) {
        for (int j = 0; j < cols; j += 4 * V) {
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            int q = ao + j;
            for (int p = xo; p < xo + rows; p++) {
                FloatVector f = FloatVector.broadcast(S, x[p]);
                s0 = f.fma(FloatVector.fromArray(S, a, q), s0);
                s1 = f.fma(FloatVector.fromArray(S, a, q + V), s1);
                s2 = f.fma(FloatVector.fromArray(S, a, q + 2 * V), s2);
                s3 = f.fma(FloatVector.fromArray(S, a, q + 3 * V), s3);
                q += lda;
            }
            s0.intoArray(d, dO + j);
            s1.intoArray(d, dO + j + V);
            s2.intoArray(d, dO + j + 2 * V);
            s3.intoArray(d, dO + j + 3 * V);
        }
    }
}
