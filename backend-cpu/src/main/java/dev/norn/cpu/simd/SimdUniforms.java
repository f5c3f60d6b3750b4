package dev.norn.cpu.simd;

import dev.norn.cpu.Uniforms;
import dev.norn.random.Threefry;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A vector of counters at a time. The rounds stand in the loops themselves: the JIT compiler would box the vectors of a
 * helper that it does not inline.
 */
public final class SimdUniforms implements Uniforms {

    private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int V = S.length();

    /** 0, 1, 2 … A constant: HotSpot 17 would make it anew, as an object, in each call. */
    private static final IntVector IOTA = IntVector.zero(S).addIndex(1);

    private static final int[] R = Threefry.ROTATIONS;
    private static final int R0 = R[0];
    private static final int R1 = R[1];
    private static final int R2 = R[2];
    private static final int R3 = R[3];
    private static final int R4 = R[4];
    private static final int R5 = R[5];
    private static final int R6 = R[6];
    private static final int R7 = R[7];

    /** For {@link Uniforms#simd}. */
    public SimdUniforms() {
        floats(0, 0, 0, 1, new float[V], 0, V); // as FloatSimdOps.useEachOperator
    }

    // for (int i = 0; i < n; i++) {
    //     d[dO + i] = Threefry.uniform24(Threefry.block(key0, key1, first + i * stride, counter));
    // }
    @Override
    public void floats(long seed, int counter, int first, int stride, float[] d, int dO, int n) {
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        int key2 = key0 ^ key1 ^ Threefry.PARITY;
        int i = 0;
        for (; i <= n - V; i += V) {
            IntVector x = IOTA.mul(stride).add(first + i * stride + key0);
            IntVector y = IntVector.broadcast(S, counter + key1);
            int a = key1;
            int b = key2;
            int c = key0;
            // Two groups of four rounds a turn; the fifth, and last, rotates like the first.
            for (int group = 1; group <= 5; group += 2) {
                x = x.add(y);
                y = y.lanewise(VectorOperators.ROL, R0).lanewise(VectorOperators.XOR, x);
                x = x.add(y);
                y = y.lanewise(VectorOperators.ROL, R1).lanewise(VectorOperators.XOR, x);
                x = x.add(y);
                y = y.lanewise(VectorOperators.ROL, R2).lanewise(VectorOperators.XOR, x);
                x = x.add(y);
                y = y.lanewise(VectorOperators.ROL, R3).lanewise(VectorOperators.XOR, x);
                x = x.add(a);
                y = y.add(b + group);
                if (group < 5) {
                    x = x.add(y);
                    y = y.lanewise(VectorOperators.ROL, R4).lanewise(VectorOperators.XOR, x);
                    x = x.add(y);
                    y = y.lanewise(VectorOperators.ROL, R5).lanewise(VectorOperators.XOR, x);
                    x = x.add(y);
                    y = y.lanewise(VectorOperators.ROL, R6).lanewise(VectorOperators.XOR, x);
                    x = x.add(y);
                    y = y.lanewise(VectorOperators.ROL, R7).lanewise(VectorOperators.XOR, x);
                    x = x.add(b);
                    y = y.add(c + group + 1);
                }
                int last = c;
                c = b;
                b = a;
                a = last;
            }
            // Not convert(I2F, 0): HotSpot 17 does not always see what that makes, and calls it.
            ((FloatVector) x.lanewise(VectorOperators.LSHR, 8).convertShape(VectorOperators.I2F, FLOATS, 0))
                    .mul(0x1p-24f).intoArray(d, dO + i);
        }
        Uniforms.super.floats(seed, counter, first + i * stride, stride, d, dO + i, n - i);
    }
}
