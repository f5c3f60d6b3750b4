package dev.norn.examples.reproduce;

import dev.norn.data.Dataset;
import dev.norn.data.PolynomialFeatures;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.examples.regression.GradientDescent;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Initializer;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.sweep.Point;
import dev.norn.sweep.Recipe;
import dev.norn.sweep.Training;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.train.EarlyStopping;
import dev.norn.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every training of the studies is made of. A point says all of it:
 *
 * <ul>
 * <li>{@code hidden}: widths of the hidden layers, as in 50-100; or {@code layers} and {@code nodes} in each; or
 *     {@code degree}: a polynomial instead of a network, its features scaled
 * <li>{@code activation} of the hidden layers
 * <li>{@code init}: normal (weights and biases N(0, 1)), glorot, he (biases 0), or zeros
 * <li>{@code optimizer}: sgd, rmsprop, adam; {@code beta1}, {@code beta2} are theirs
 * <li>{@code eta}: the learning rate; {@code step}: what it is multiplied with: the gradient of the mean loss (mean), n times
 *     that (sum), or an nth of it (mean/n), n the samples of a step
 * <li>{@code batch}: samples in a step, 0 for all; {@code epochs}
 * <li>{@code penalty}: none, l1 (λ Σ|w|) or l2 (λ/2 Σ w²; of a polynomial λ Σ w²); l1/n and l2/n: with λ
 *     divided by the samples of a step; {@code lambda}
 * <li>{@code watch}: nothing, test (the test loss is measured after each epoch), or stop (a tenth of the training samples is
 *     held back, and training ends when the loss on them has not fallen for five epochs)
 * <li>{@code repetition}: changes nothing
 * </ul>
 */
record Networks(DType dtype) implements Recipe {

    private static final double EPSILON = 1e-8;
    private static final int PATIENCE = 5;

    /** What holds where an experiment says nothing else. */
    static final Point DEFAULT = Point.of(defaults());

    private static Map<String, Object> defaults() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("activation", "sigmoid");
        values.put("init", "normal");
        values.put("optimizer", "sgd");
        values.put("beta1", 0.9);
        values.put("beta2", 0.999);
        values.put("eta", 0.01);
        values.put("step", "mean");
        values.put("batch", 0);
        values.put("epochs", 100);
        values.put("penalty", "none");
        values.put("lambda", 0.0);
        values.put("watch", "nothing");
        return values;
    }

    /** The widths of the hidden layers. */
    static int[] widths(Point point) {
        if (point.values().containsKey("layers")) {
            int[] widths = new int[point.integer("layers")];
            Arrays.fill(widths, point.integer("nodes"));
            return widths;
        }
        return Arrays.stream(point.text("hidden").split("-")).mapToInt(Integer::parseInt).toArray();
    }

    @Override
    public Training training(Point point, long seed, Split data) {
        boolean polynomial = point.values().containsKey("degree");
        Split all = polynomial ? features(point.integer("degree"), data) : data;
        Training training = switch (point.text("watch")) {
            case "nothing" -> new Training(trainer(point, seed, all), all);
            case "test" -> new Training(trainer(point, seed, all), all, all.test());
            case "stop" -> {
                Split held = all.train().split(0.1, seed);
                yield new Training(trainer(point, seed, all).earlyStopping(new EarlyStopping(PATIENCE, 0)),
                        new Split(held.train(), all.test()), held.test());
            }
            default -> throw new IllegalArgumentException("watch is " + point.text("watch"));
        };
        int n = training.data().train().size();
        int batch = point.integer("batch") == 0 ? n : Math.min(n, point.integer("batch"));
        training.trainer()
                .optimizer(optimizer(point))
                .learningRate(point.number("eta") * factor(point, batch))
                .batchSize(batch)
                .epochs(point.integer("epochs"))
                .seed(seed);
        return training;
    }

    private static double factor(Point point, int samples) {
        return switch (point.text("step")) {
            case "mean" -> 1;
            case "sum" -> samples;
            case "mean/n" -> 1.0 / samples;
            default -> throw new IllegalArgumentException("step is " + point.text("step"));
        };
    }

    private Trainer.Builder trainer(Point point, long seed, Split data) {
        double lambda = point.number("lambda");
        int inputs = data.train().features();
        if (point.values().containsKey("degree")) {
            return point.text("penalty").equals("l1") ? GradientDescent.lasso(inputs, dtype, lambda)
                    : GradientDescent.ridge(inputs, dtype, lambda);
        }
        boolean classes = data.train().hasLabels();
        Activation activation = activation(point);
        Initializer weights = weights(point);
        Initializer biases = point.text("init").equals("normal") ? Initializer.STANDARD_NORMAL : Initializer.ZEROS;
        List<Layer> layers = new ArrayList<>();
        for (int units : widths(point)) {
            layers.add(new Dense(units, activation, weights, biases));
        }
        layers.add(new Dense(classes ? 10 : 1, Activation.IDENTITY, weights, biases));
        Model model = new Model(inputs, dtype, seed, layers.toArray(Layer[]::new));
        return new Trainer.Builder(model, classes ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.MSE).penalty(penalty(point));
    }

    /** Its powers, scaled: without that, gradients differ too much in size. */
    static Split features(int degree, Split data) {
        PolynomialFeatures powers = new PolynomialFeatures(1, degree);
        NdArray train = powers.transform(data.train().inputs());
        StandardScaler scaler = StandardScaler.fit(train);
        return new Split(new Dataset(scaler.transform(train), data.train().targets()),
                new Dataset(scaler.transform(powers.transform(data.test().inputs())), data.test().targets()));
    }

    static Activation activation(Point point) {
        String name = point.text("activation");
        return Activation.all().stream().filter(a -> a.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("activation is " + name));
    }

    private static Initializer weights(Point point) {
        return switch (point.text("init")) {
            case "normal" -> Initializer.STANDARD_NORMAL;
            case "glorot" -> Initializer.GLOROT;
            case "he" -> Initializer.HE;
            case "zeros" -> Initializer.ZEROS;
            default -> throw new IllegalArgumentException("init is " + point.text("init"));
        };
    }

    private static Optimizer optimizer(Point point) {
        return switch (point.text("optimizer")) {
            case "sgd" -> Optimizer.sgd();
            case "rmsprop" -> Optimizer.rmsProp(point.number("beta2"), EPSILON);
            case "adam" -> Optimizer.adam(point.number("beta1"), point.number("beta2"), EPSILON);
            default -> throw new IllegalArgumentException("optimizer is " + point.text("optimizer"));
        };
    }

    private static Penalty penalty(Point point) {
        return switch (point.text("penalty")) {
            case "none" -> Penalty.NONE;
            case "l1" -> Penalty.l1(point.number("lambda"));
            case "l2" -> Penalty.l2(point.number("lambda"));
            case "l1/n" -> Penalty.l1(point.number("lambda") / point.integer("batch"));
            case "l2/n" -> Penalty.l2(point.number("lambda") / point.integer("batch"));
            default -> throw new IllegalArgumentException("penalty is " + point.text("penalty"));
        };
    }
}
