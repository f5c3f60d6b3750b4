package dev.norn.data;

import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/**
 * Runge's function, 1 / (1 + 25 x²): smooth on [-1, 1], yet polynomials through evenly spaced points diverge near its
 * ends (Runge, "Über empirische Funktionen und die Interpolation zwischen äquidistanten Ordinaten", Zeitschrift für
 * Mathematik und Physik 46, 1901), which makes it a small, hard test for anything that fits a curve.
 */
public final class Runge {

    /** Where the inputs of a sample lie. */
    public enum Spacing {
        /** Uniformly random. */
        RANDOM,
        /** Evenly spaced, both ends included; a single point lies at the start. */
        EVEN
    }

    private Runge() {}

    /** The function at {@code x}. */
    public static double f(double x) {
        return 1 / (1 + 25 * x * x);
    }

    /** {@link #sample(int, double, double, double, long, Spacing)} at uniformly random inputs. */
    public static Dataset sample(int n, double from, double to, double noise, long seed) {
        return sample(n, from, to, noise, seed, Spacing.RANDOM);
    }

    /**
     * Points of the function, with normally distributed errors. Inputs and errors are drawn from streams of their own:
     * with another {@code noise} the inputs stay the same, and the errors are the same but for their scale.
     *
     * @param n     how many, at least 1
     * @param from  the least input
     * @param to    the greatest input, above {@code from}
     * @param noise the errors' standard deviation, at least 0
     * @return F64 inputs [n, 1] and targets [n, 1]
     */
    public static Dataset sample(int n, double from, double to, double noise, long seed, Spacing spacing) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1, it is " + n);
        }
        if (!(from < to) || !Double.isFinite(to - from)) {
            throw new IllegalArgumentException("from must be below to, both finite; they are " + from + " and " + to);
        }
        if (!(noise >= 0) || !Double.isFinite(noise)) {
            throw new IllegalArgumentException("noise must be finite and at least 0, it is " + noise);
        }
        RandomStream inputs = new RandomStream(seed, Streams.RUNGE_INPUT);
        RandomStream errors = new RandomStream(seed, Streams.RUNGE_NOISE);
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            double position = switch (spacing) {
                case RANDOM -> inputs.nextDouble();
                case EVEN -> n == 1 ? 0 : i / (double) (n - 1);
            };
            // The sum may round to just above the end.
            x[i] = Math.min(to, from + position * (to - from));
            y[i] = f(x[i]) + noise * errors.nextGaussian();
        }
        return new Dataset(NdArray.of(Shape.of(n, 1), x), NdArray.of(Shape.of(n, 1), y));
    }
}
