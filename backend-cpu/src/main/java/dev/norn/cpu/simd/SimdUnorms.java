package dev.norn.cpu.simd;

import dev.norn.cpu.Unorms;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A vector of numbers at a time. What is divided by 255 is multiplied by 1/255, and the remainder then too, which makes the
 * quotient correctly rounded (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", IBM
 * Journal of Research and Development 34:1, 1990); a division would take as long as all the rest.
 */
public final class SimdUnorms implements Unorms {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int V = S.length();

    /** As many bytes; the narrowest vector has 8, so where the widest has 4 floats there is nothing to gain. */
    private static final VectorSpecies<Byte> BYTES =
            ByteVector.SPECIES_64.withShape(VectorShape.forBitSize(Math.max(64, V * Byte.SIZE)));

    private static final float INVERSE = 1 / 255f;

    /** For {@link Unorms#simd}. */
    public SimdUnorms() {
        widen(new byte[V], 0, new float[V], 0, V); // as FloatSimdOps.useEachOperator
    }

    @Override
    public void widen(byte[] x, int xo, float[] d, int dO, int n) {
        // Whole vectors neither over-read nor spill.
        int whole = n - n % V;
        pack(x, xo, whole, 1, whole, d, dO, Math.max(1, whole), whole, 0);
        Unorms.super.widen(x, xo + whole, d, dO + whole, n - whole);
    }

    // for (int r = 0; r < rows; r++) {
    //     for (int c = 0; c < cols; c++) {
    //         d[dO + c / width * panelStride + r * ldd + c % width] = (x[xo + r * ldx + c] & 0xFF) / 255f;
    //     }
    // }
    @Override
    public void pack(byte[] x, int xo, int ldx, int rows, int cols, float[] d, int dO, int width, int ldd, int panelStride) {
        if (BYTES.length() != V) {
            Unorms.super.pack(x, xo, ldx, rows, cols, d, dO, width, ldd, panelStride);
        } else if (width > V) {
            packWide(x, xo, ldx, rows, cols, d, dO, width, ldd, panelStride);
        } else {
            packNarrow(x, xo, ldx, rows, cols, d, dO, width, ldd, panelStride);
        }
    }

    private static void packWide(byte[] x, int xo, int ldx, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * ldx;
            int to = dO + r * ldd;
            for (int c = 0; c < cols; c += width) {
                for (int j = 0; j < Math.min(width, cols - c); j += V) {
                    IntVector number =
                            (IntVector) ByteVector.fromArray(BYTES, x, from + c + j).convertShape(VectorOperators.B2I, INTS, 0);
                    FloatVector a = (FloatVector) number.and(0xFF).convertShape(VectorOperators.I2F, S, 0);
                    FloatVector q = a.mul(INVERSE);
                    FloatVector rest = q.fma(FloatVector.broadcast(S, -255), a);
                    rest.fma(FloatVector.broadcast(S, INVERSE), q).intoArray(d, to + j);
                }
                to += panelStride;
            }
        }
    }

    /** A vector of each row in each panel. */
    private static void packNarrow(byte[] x, int xo, int ldx, int rows, int cols, float[] d, int dO, int width, int ldd,
            int panelStride) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * ldx;
            int to = dO + r * ldd;
            for (int c = 0; c < cols; c += width) {
                IntVector number = (IntVector) ByteVector.fromArray(BYTES, x, from + c).convertShape(VectorOperators.B2I, INTS, 0);
                FloatVector a = (FloatVector) number.and(0xFF).convertShape(VectorOperators.I2F, S, 0);
                FloatVector q = a.mul(INVERSE);
                FloatVector rest = q.fma(FloatVector.broadcast(S, -255), a);
                rest.fma(FloatVector.broadcast(S, INVERSE), q).intoArray(d, to);
                to += panelStride;
            }
        }
    }
}
