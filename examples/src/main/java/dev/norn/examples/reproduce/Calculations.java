package dev.norn.examples.reproduce;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.data.Dataset;
import dev.norn.data.PolynomialFeatures;
import dev.norn.data.Split;
import dev.norn.examples.regression.CrossValidation;
import dev.norn.examples.regression.Lasso;
import dev.norn.examples.regression.LinearModel;
import dev.norn.examples.regression.Ridge;
import dev.norn.graph.Gradients;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.metrics.Regression;
import dev.norn.nn.Activation;
import dev.norn.sweep.Results;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What experiments need that is no training of a network. */
final class Calculations {

    private static final int TIMED = 20;
    private static final int FOLDS = 5;

    /** The activations that the studies use. */
    static final List<Activation> ACTIVATIONS = List.of(Activation.SIGMOID, Activation.TANH, Activation.RELU,
            Activation.LEAKY_RELU, Activation.ELU);

    private Calculations() {}

    /** The data themselves: {@code x}, {@code y}, and {@code noise}, the standard deviation of y about the function. */
    static Results data(Samples samples) {
        Dataset train = samples.raw().train();
        double noise = Math.sqrt(Regression.mse(train.targets(), Samples.truth(train.inputs())));
        return new Results().put("noise", noise).put("x", train.inputs().doubles()).put("y", train.targets().doubles());
    }

    /**
     * Least squares with the powers of x: {@code seconds}, the least of several times; {@code train_loss}, {@code test_loss};
     * {@code test_mse_true}, against the function without noise; {@code fit}, at {@link Samples#grid}.
     */
    static Results leastSquares(Samples samples, int degree) {
        PolynomialFeatures powers = new PolynomialFeatures(1, degree);
        Split raw = samples.raw();
        LinearModel model = null;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TIMED; i++) {
            long start = System.nanoTime();
            model = Ridge.leastSquares(powers.transform(raw.train())).model();
            least = Math.min(least, (System.nanoTime() - start) * 1e-9);
        }
        NdArray test = model.predict(powers.transform(raw.test().inputs()));
        return new Results()
                .put("seconds", least)
                .put("train_loss", Regression.mse(raw.train().targets(), model.predict(powers.transform(raw.train().inputs()))))
                .put("test_loss", Regression.mse(raw.test().targets(), test))
                .put("test_mse_true", Regression.mse(Samples.truth(raw.test().inputs()), test))
                .put("fit", model.predict(powers.transform(Samples.column(samples.grid()))).doubles());
    }

    /**
     * Ridge in closed form and lasso by coordinate descent, for each degree and, of each, each λ: {@code _test}, the mean squared
     * errors of the test samples, {@code _true}, those against the function without noise, and {@code _folds}, the means over
     * folds of the training samples.
     */
    static Results penalized(Samples samples, int[] degrees, double[] lambdas) {
        Results results = new Results();
        penalized(results, "ridge", samples, degrees, lambdas, Ridge::fit, Ridge.Fit::model);
        penalized(results, "lasso", samples, degrees, lambdas, Lasso::fit, Lasso.Fit::model);
        return results;
    }

    private static <F> void penalized(Results results, String name, Samples samples, int[] degrees, double[] lambdas,
            BiFunction<Dataset, Double, F> fit, Function<F, LinearModel> model) {
        int count = degrees.length * lambdas.length;
        double[] test = new double[count];
        double[] truth = new double[count];
        double[] folds = new double[count];
        for (int i = 0; i < count; i++) {
            Split split = Networks.features(degrees[i / lambdas.length], samples.scaled());
            double lambda = lambdas[i % lambdas.length];
            Function<Dataset, LinearModel> solve = data -> model.apply(fit.apply(data, lambda));
            NdArray predicted = solve.apply(split.train()).predict(split.test().inputs());
            test[i] = Regression.mse(split.test().targets(), predicted);
            truth[i] = Regression.mse(Samples.truth(samples.raw().test().inputs()), predicted);
            folds[i] = CrossValidation.of(split.train(), FOLDS, Samples.SEED, solve).mean();
        }
        results.put(name + "_test", test).put(name + "_true", truth).put(name + "_folds", folds);
    }

    /**
     * {@code z}, and of each activation, at these, its name and its name with {@code _slope}: its value and its derivative, by
     * differentiation of the graph; {@code apart}: how far the derivatives are from those written by hand, at most. Of softmax of
     * (z, 0, 1) the three parts.
     */
    static Results activations(Backend backend) {
        double[] z = IntStream.rangeClosed(-60, 60).mapToDouble(i -> i / 12.0 + 1e-3).toArray(); // ReLU has no slope at 0
        Results results = new Results().put("z", z);
        double apart = 0;
        try (Session session = new Session(backend)) {
            for (Activation activation : ACTIVATIONS) {
                Variable variable = Variable.of("z", NdArray.vector(z).to(DType.F32));
                Tensor read = variable.read();
                Tensor value = activation.apply(read);
                Tensor slope = Gradients.of(value.sum(), List.of(read)).get(0);
                List<NdArray> found = session.evaluate(List.of(value, slope));
                double[] slopes = found.get(1).to(DType.F64).doubles();
                results.put(activation.name(), found.get(0).to(DType.F64).doubles()).put(activation.name() + "_slope", slopes);
                DoubleUnaryOperator byHand = slope(activation);
                for (int i = 0; i < z.length; i++) {
                    apart = Math.max(apart, Math.abs(slopes[i] - byHand.applyAsDouble(z[i])));
                }
            }
            double[] rows = new double[3 * z.length];
            for (int i = 0; i < z.length; i++) {
                rows[3 * i] = z[i];
                rows[3 * i + 2] = 1;
            }
            NdArray softmax = session.evaluate(Tensor.of(NdArray.of(Shape.of(z.length, 3), rows).to(DType.F32)).softmax());
            for (int part = 0; part < 3; part++) {
                int column = part;
                results.put("softmax_" + part, IntStream.range(0, z.length).mapToDouble(i -> softmax.get(3 * i + column)).toArray());
            }
        }
        return results.put("apart", apart);
    }

    private static DoubleUnaryOperator slope(Activation activation) {
        return switch (activation.name()) {
            case "sigmoid" -> z -> Math.exp(-z) / Math.pow(1 + Math.exp(-z), 2);
            case "tanh" -> z -> 1 - Math.pow(Math.tanh(z), 2);
            case "relu" -> z -> z > 0 ? 1 : 0;
            case "leaky-relu" -> z -> z > 0 ? 1 : 0.01;
            case "elu" -> z -> z > 0 ? 1 : Math.exp(z);
            default -> throw new IllegalArgumentException(activation.name());
        };
    }

    /** The greatest of some numbers. */
    static double greatest(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }
}
