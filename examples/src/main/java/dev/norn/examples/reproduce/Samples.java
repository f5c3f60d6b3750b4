package dev.norn.examples.reproduce;

import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.examples.IncludedDigits;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/** The studies' data: what there is to train and to test with. Made when they are first wanted. */
final class Samples {

    /** The seed of all that is random in data. */
    static final long SEED = 1;

    private static final double TEST_SHARE = 0.2;

    private static Split digits;

    private final String description;
    private final double from;
    private final boolean centred;
    private final Supplier<Split> make;
    private Split raw;
    private StandardScaler scaler;
    private Split scaled;

    private Samples(String description, double from, boolean centred, Supplier<Split> make) {
        this.description = description;
        this.from = from;
        this.centred = centred;
        this.make = make;
    }

    /** Study A's: x on [-1, 1], mean 0 and standard deviation 1 for the networks. */
    static Samples rungeA(int n) {
        return runge(n, -1, false);
    }

    /** Study B's: x on [0, 1], mean 0 for the networks. */
    static Samples rungeB(int n) {
        return runge(n, 0, true);
    }

    private static Samples runge(int n, double from, boolean centred) {
        String description = n + " samples of Runge\u2019s function, x uniform on [" + Texts.number(from)
                + ", 1], noise of standard deviation 0.1, " + (centred ? "x less its mean" : "x scaled to mean 0 and standard deviation 1")
                + "; 20 % to test with; seed " + SEED;
        return new Samples(description, from, centred, () -> Runge.sample(n, from, 1, 0.1, SEED).split(TEST_SHARE, SEED));
    }

    /** MNIST as it is divided by those who made it. */
    static Samples digits(int train, int test) {
        return new Samples(String.format(Locale.ROOT, "MNIST: %,d digits to train with, %,d to test with", train, test),
                0, false, () -> {
                    Split all = allDigits();
                    return new Split(first(all.train(), train), first(all.test(), test));
                });
    }

    /** All of MNIST, divided at random. */
    static Samples mixedDigits(int count) {
        return new Samples(String.format(Locale.ROOT,
                "MNIST: %,d digits, training and test set together, divided 80 : 20 at random; seed %d", count, SEED), 0, false,
                () -> all(allDigits(), count).split(TEST_SHARE, SEED));
    }

    /** Unpacked once, for all that want some. */
    private static synchronized Split allDigits() {
        if (digits == null) {
            digits = IncludedDigits.load();
        }
        return digits;
    }

    private static Dataset first(Dataset data, int count) {
        return count == data.size() ? data : data.rows(0, count);
    }

    private static Dataset all(Split split, int count) {
        Dataset train = split.train();
        Dataset test = split.test();
        int features = train.features();
        byte[] inputs = Arrays.copyOf(train.inputs().bytes(), (train.size() + test.size()) * features);
        System.arraycopy(test.inputs().bytes(), 0, inputs, train.size() * features, test.size() * features);
        int[] labels = Arrays.copyOf(train.targets().ints(), train.size() + test.size());
        System.arraycopy(test.targets().ints(), 0, labels, train.size(), test.size());
        Dataset joined = new Dataset(NdArray.of(Shape.of(labels.length, features), inputs), NdArray.of(Shape.of(labels.length), labels));
        return count == joined.size() ? joined : joined.split((double) count / joined.size(), SEED).test();
    }

    /** What they are, in words. */
    String description() {
        return description;
    }

    /** As they were drawn. */
    synchronized Split raw() {
        if (raw == null) {
            raw = make.get();
        }
        return raw;
    }

    /** As networks get them. */
    synchronized Split scaled() {
        if (scaled == null) {
            Split split = raw();
            scaled = split.train().hasLabels() ? split : new Split(scaled(split.train()), scaled(split.test()));
        }
        return scaled;
    }

    private Dataset scaled(Dataset data) {
        return new Dataset(scaled(data.inputs()), data.targets());
    }

    /** Inputs as networks get them. */
    synchronized NdArray scaled(NdArray inputs) {
        if (scaler == null) {
            NdArray train = raw().train().inputs();
            scaler = centred ? StandardScaler.centering(train) : StandardScaler.fit(train);
        }
        return scaler.transform(inputs);
    }

    /** Runge's function without noise at these inputs, as they were drawn. */
    static NdArray truth(NdArray inputs) {
        double[] y = new double[inputs.size()];
        for (int i = 0; i < y.length; i++) {
            y[i] = Runge.f(inputs.get(i));
        }
        return NdArray.of(inputs.shape(), y);
    }

    /** Evenly spaced inputs over the range of x of Runge's function: what a fitted curve is drawn through. */
    double[] grid() {
        double[] x = new double[201];
        for (int i = 0; i < x.length; i++) {
            x[i] = from + (1 - from) * i / (x.length - 1);
        }
        return x;
    }

    /** The same as a column. */
    static NdArray column(double... x) {
        return NdArray.of(Shape.of(x.length, 1), x).to(DType.F64);
    }
}
