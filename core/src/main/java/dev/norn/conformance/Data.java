package dev.norn.conformance;

import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.function.DoubleSupplier;

/** Random operands. */
final class Data {

    private final DType dtype;
    private final RandomStream random;

    Data(DType dtype, long seed, int stream) {
        this.dtype = dtype;
        this.random = new RandomStream(seed, stream);
    }

    RandomStream random() {
        return random;
    }

    /** Standard normal numbers. */
    NdArray normal(int... dims) {
        return fill(dtype, Shape.of(dims), random::nextGaussian);
    }

    /** Uniform numbers. */
    NdArray uniform(double from, double to, int... dims) {
        return fill(dtype, Shape.of(dims), () -> from + (to - from) * random.nextDouble());
    }

    /** Whole numbers from -{@code most} to {@code most}: their sums and products are exact, so every mistake shows. */
    NdArray whole(int most, int... dims) {
        return fill(dtype, Shape.of(dims), () -> random.nextInt(2 * most + 1) - most);
    }

    /** I32 numbers from {@code from} to {@code to}, both included. */
    NdArray integers(int from, int to, int... dims) {
        return fill(DType.I32, Shape.of(dims), () -> from + random.nextInt(to - from + 1));
    }

    /** One of several. */
    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static NdArray fill(DType dtype, Shape shape, DoubleSupplier next) {
        NdArray array = NdArray.zeros(dtype, shape);
        for (int i = 0; i < array.size(); i++) {
            array.set(i, next.getAsDouble());
        }
        return array;
    }
}
