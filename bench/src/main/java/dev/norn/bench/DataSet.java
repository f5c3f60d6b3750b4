package dev.norn.bench;

import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.examples.IncludedDigits;
import dev.norn.tensor.DType;

/** What is learned. */
public enum DataSet {
    /** Handwritten digits: 60,000 to train with, 10,000 to test with. */
    MNIST(784, 10),
    /** Runge's function with errors of 0.1; without, at 1,000 other points, to test with. */
    RUNGE(1, 1);

    private static final int RUNGE_TESTS = 1000;

    private final int features;
    private final int outputs;

    DataSet(int features, int outputs) {
        this.features = features;
        this.outputs = outputs;
    }

    /** Numbers in a sample. */
    public int features() {
        return features;
    }

    /** Classes, or numbers to predict. */
    public int outputs() {
        return outputs;
    }

    /** Whether classes are told apart. */
    public boolean classifies() {
        return outputs > 1;
    }

    /** The data, F32 or UNORM8; of the digits the first {@code samples} to train with. */
    public Split load(int samples) {
        if (this == RUNGE) {
            return new Split(Runge.sample(samples, -1, 1, 0.1, 1).to(DType.F32),
                    Runge.sample(RUNGE_TESTS, -1, 1, 0, 2).to(DType.F32));
        }
        Split digits = IncludedDigits.load();
        return samples == digits.train().size() ? digits : new Split(digits.train().rows(0, samples), digits.test());
    }
}
