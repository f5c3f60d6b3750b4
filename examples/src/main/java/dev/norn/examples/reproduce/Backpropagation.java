package dev.norn.examples.reproduce;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.data.Dataset;
import dev.norn.graph.Gradients;
import dev.norn.graph.Tensor;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Initializer;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.sweep.Results;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * The gradient of a network's mean squared error, written by hand, in F64, sample by sample (Rumelhart, Hinton and Williams
 * 1986), to compare with what differentiation of the graph gives.
 */
final class Backpropagation {

    private static final int INPUTS = 1;

    /** An activation a(z), and its derivative in terms of z and a. */
    private enum Hand {
        SIGMOID(Activation.SIGMOID, (z, a) -> a * (1 - a)) {
            @Override
            double value(double z) {
                return 1 / (1 + Math.exp(-z));
            }
        },
        RELU(Activation.RELU, (z, a) -> z > 0 ? 1 : 0) {
            @Override
            double value(double z) {
                return Math.max(0, z);
            }
        },
        LEAKY_RELU(Activation.LEAKY_RELU, (z, a) -> z > 0 ? 1 : 0.01) {
            @Override
            double value(double z) {
                return z > 0 ? z : 0.01 * z;
            }
        };

        private final Activation activation;
        private final DoubleBinaryOperator derivative;

        Hand(Activation activation, DoubleBinaryOperator derivative) {
            this.activation = activation;
            this.derivative = derivative;
        }

        abstract double value(double z);
    }

    private Backpropagation() {}

    /**
     * How far the two gradients are apart: for each activation {@code mean_} and {@code max_}, the absolute differences over all
     * parameters; {@code size_}, the greatest element of the gradient.
     */
    static Results compare(Backend backend, Dataset data, int... widths) {
        Results results = new Results();
        for (Hand hand : Hand.values()) {
            List<Layer> layers = new ArrayList<>();
            for (int width : widths) {
                layers.add(new Dense(width, hand.activation, Initializer.GLOROT, Initializer.STANDARD_NORMAL));
            }
            layers.add(new Dense(1, Activation.IDENTITY, Initializer.GLOROT, Initializer.STANDARD_NORMAL));
            Model model = new Model(INPUTS, DType.F64, Samples.SEED, layers.toArray(Layer[]::new));
            double[] automatic = automatic(backend, model, data);
            double[] byHand = byHand(model, hand, data);
            double sum = 0;
            double greatest = 0;
            double size = 0;
            for (int i = 0; i < byHand.length; i++) {
                double apart = Math.abs(automatic[i] - byHand[i]);
                sum += apart;
                greatest = Math.max(greatest, apart);
                size = Math.max(size, Math.abs(byHand[i]));
            }
            String name = hand.activation.name();
            results.put("mean_" + name, sum / byHand.length).put("max_" + name, greatest).put("size_" + name, size);
        }
        return results;
    }

    private static double[] automatic(Backend backend, Model model, Dataset data) {
        Tensor z = model.apply(Tensor.of(data.inputs()), model.tensors(), Pass.INFERENCE);
        Tensor loss = Loss.MSE.perSample(z, Tensor.of(data.targets())).mean();
        try (Session session = new Session(backend)) {
            return session.evaluate(Tensor.concat(Gradients.of(loss, model.tensors()))).doubles();
        }
    }

    private static double[] byHand(Model model, Hand hand, Dataset data) {
        int depth = model.layers().size();
        double[] theta = model.values().doubles();
        double[] gradient = new double[theta.length];
        int[] weights = new int[depth];
        int[] biases = new int[depth];
        int[] widths = new int[depth + 1];
        widths[0] = INPUTS;
        for (Model.Placed placed : model.parameters()) {
            (placed.parameter().penalized() ? weights : biases)[placed.layer()] = placed.offset();
            widths[placed.layer() + 1] = ((Dense) model.layers().get(placed.layer())).units();
        }
        double[][] z = new double[depth][];
        double[][] a = new double[depth + 1][];
        for (int sample = 0; sample < data.size(); sample++) {
            a[0] = new double[] {data.inputs().get(sample)};
            for (int l = 0; l < depth; l++) {
                z[l] = new double[widths[l + 1]];
                a[l + 1] = new double[widths[l + 1]];
                for (int j = 0; j < z[l].length; j++) {
                    double sum = theta[biases[l] + j];
                    for (int i = 0; i < widths[l]; i++) {
                        sum += a[l][i] * theta[weights[l] + i * z[l].length + j];
                    }
                    z[l][j] = sum;
                    a[l + 1][j] = l < depth - 1 ? hand.value(sum) : sum;
                }
            }
            // δ of the output: the derivative of the mean of (z - t)².
            double[] delta = {2 * (a[depth][0] - data.targets().get(sample)) / data.size()};
            for (int l = depth - 1; l >= 0; l--) {
                double[] below = new double[widths[l]];
                for (int j = 0; j < delta.length; j++) {
                    gradient[biases[l] + j] += delta[j];
                    for (int i = 0; i < widths[l]; i++) {
                        int w = weights[l] + i * delta.length + j;
                        gradient[w] += a[l][i] * delta[j];
                        below[i] += theta[w] * delta[j];
                    }
                }
                for (int i = 0; l > 0 && i < below.length; i++) {
                    below[i] *= hand.derivative.applyAsDouble(z[l - 1][i], a[l][i]);
                }
                delta = below;
            }
        }
        return gradient;
    }
}
