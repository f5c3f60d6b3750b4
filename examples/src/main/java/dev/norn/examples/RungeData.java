package dev.norn.examples;

import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.tensor.NdArray;
import java.util.Map;

/**
 * Samples of Runge's function, and inputs as a model that learned from them sees them.
 *
 * @param scale what is done to inputs first, as the training samples say
 */
record RungeData(Split split, Scale scale) {

    /** What is done to inputs first. */
    enum Scale { NONE, CENTER, STANDARD }

    /** The samples of a training. */
    static RungeData of(int samples, Numbers.Range range, double noise, double testSplit, Scale scale, long seed) {
        return new RungeData(Runge.sample(samples, range.from(), range.to(), noise, seed).split(testSplit, seed), scale);
    }

    /**
     * The samples of a training that is over.
     *
     * @param parameters as a training reports them
     * @throws IllegalArgumentException if one is missing, or makes no sense
     */
    static RungeData of(Map<String, ?> parameters) {
        try {
            return of((int) number(parameters, "samples"), new Numbers.RangeConverter().convert(text(parameters, "range")),
                    number(parameters, "noise"), number(parameters, "test_split"),
                    new Choice.OfScale().convert(text(parameters, "scale")), Long.parseLong(text(parameters, "seed")));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("its samples cannot be drawn again: " + e.getMessage(), e);
        }
    }

    private static double number(Map<String, ?> parameters, String name) {
        return Double.parseDouble(text(parameters, name));
    }

    private static String text(Map<String, ?> parameters, String name) {
        Object value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no parameter " + name);
        }
        return value.toString();
    }

    /** What is done to inputs. */
    StandardScaler scaler() {
        NdArray train = split.train().inputs();
        return switch (scale) {
            case NONE -> StandardScaler.of(new double[1], new double[] {1});
            case CENTER -> StandardScaler.centering(train);
            case STANDARD -> StandardScaler.fit(train);
        };
    }

    /** Inputs as the model sees them. */
    NdArray scaled(NdArray inputs) {
        return scaler().transform(inputs);
    }

    /** What the model learns from. */
    Dataset train() {
        return new Dataset(scaled(split.train().inputs()), split.train().targets());
    }
}
