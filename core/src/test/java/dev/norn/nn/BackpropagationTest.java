package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Gradients;
import dev.norn.graph.Tensor;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gradient three ways: by the differentiated graph; by backpropagation as textbooks have it, written out here with its
 * own f, f', C and ∂C/∂A in plain loops; and by central differences of the plain loops' cost. In float64 the first two agree
 * to 14 digits, the third to what differences give.
 *
 * <pre>
 * Zˡ = Aˡ⁻¹ Wˡ + bˡ          Aˡ = f(Zˡ)
 * δᴸ = f'(Zᴸ) ⊙ ∂C/∂Aᴸ       δˡ = f'(Zˡ) ⊙ (δˡ⁺¹ Wˡ⁺¹ᵀ)
 * ∂C/∂Wˡ = Aˡ⁻¹ᵀ δˡ          ∂C/∂bˡ = Σ rows of δˡ
 * </pre>
 */
class BackpropagationTest {

    private static final int BATCH = 6;
    private static final int[][] WIDTHS = {{4, 5, 7, 3}, {3, 6, 5, 4, 2}};
    private static final double L1 = 0.013;
    private static final double L2 = 0.027;

    private static final String[] ACTIVATIONS =
            {"identity", "sigmoid", "tanh", "relu", "leaky-relu", "elu", "gelu", "silu", "softmax"};
    private static final String[] LOSSES = {"mse", "binary-cross-entropy", "softmax-cross-entropy"};
    private static final String[] PENALTIES = {"none", "l1", "l2", "elastic"};

    static Stream<Arguments> combinations() {
        List<Arguments> all = new ArrayList<>();
        for (int[] widths : WIDTHS) {
            for (String activation : ACTIVATIONS) {
                for (String loss : LOSSES) {
                    for (String penalty : PENALTIES) {
                        all.add(Arguments.of(widths, activation, loss, penalty));
                    }
                }
            }
        }
        return all.stream();
    }

    // ---- the textbook

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** erf by the series whose terms are all positive (Abramowitz and Stegun, 7.1.6). */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private static double[] softmax(double[] z) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double v : z) {
            greatest = Math.max(greatest, v);
        }
        double[] a = new double[z.length];
        double sum = 0;
        for (int j = 0; j < z.length; j++) {
            a[j] = Math.exp(z[j] - greatest);
            sum += a[j];
        }
        for (int j = 0; j < z.length; j++) {
            a[j] /= sum;
        }
        return a;
    }

    private static double f(String activation, double z) {
        return switch (activation) {
            case "identity" -> z;
            case "sigmoid" -> sigmoid(z);
            case "tanh" -> Math.tanh(z);
            case "relu" -> z > 0 ? z : 0;
            case "leaky-relu" -> z > 0 ? z : 0.01 * z;
            case "elu" -> z > 0 ? z : Math.exp(z) - 1;
            case "gelu" -> z * 0.5 * (1 + erf(z / Math.sqrt(2)));
            case "silu" -> z * sigmoid(z);
            default -> throw new IllegalArgumentException(activation);
        };
    }

    private static double derivative(String activation, double z) {
        double s = sigmoid(z);
        return switch (activation) {
            case "identity" -> 1;
            case "sigmoid" -> s * (1 - s);
            case "tanh" -> 1 - Math.tanh(z) * Math.tanh(z);
            case "relu" -> z > 0 ? 1 : 0;
            case "leaky-relu" -> z > 0 ? 1 : 0.01;
            case "elu" -> z > 0 ? 1 : Math.exp(z);
            case "gelu" -> 0.5 * (1 + erf(z / Math.sqrt(2))) + z * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
            case "silu" -> s + z * s * (1 - s);
            default -> throw new IllegalArgumentException(activation);
        };
    }

    private static double[][] apply(String activation, double[][] z) {
        double[][] a = new double[z.length][];
        for (int i = 0; i < z.length; i++) {
            a[i] = activation.equals("softmax") ? softmax(z[i]) : z[i].clone();
            for (int j = 0; j < z[i].length && !activation.equals("softmax"); j++) {
                a[i][j] = f(activation, z[i][j]);
            }
        }
        return a;
    }

    /** f'(Z) ⊙ g; for softmax the product with its Jacobian, whose element (j, k) is aⱼ ([j = k] - aₖ). */
    private static double[][] backward(String activation, double[][] z, double[][] g) {
        double[][] delta = new double[z.length][z[0].length];
        for (int i = 0; i < z.length; i++) {
            double[] a = softmax(z[i]);
            for (int j = 0; j < z[i].length; j++) {
                if (activation.equals("softmax")) {
                    for (int k = 0; k < a.length; k++) {
                        delta[i][j] += a[j] * ((j == k ? 1 : 0) - a[k]) * g[i][k];
                    }
                } else {
                    delta[i][j] = derivative(activation, z[i][j]) * g[i][j];
                }
            }
        }
        return delta;
    }

    /** What a loss makes of the last layer's Z: its link function. */
    private static String link(String loss) {
        return switch (loss) {
            case "mse" -> "identity";
            case "binary-cross-entropy" -> "sigmoid";
            default -> "softmax";
        };
    }

    /** C(A, T), the mean over the batch. */
    private static double cost(String loss, double[][] a, double[][] t) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            int n = a[i].length;
            for (int j = 0; j < n; j++) {
                sum += switch (loss) {
                    case "mse" -> (a[i][j] - t[i][j]) * (a[i][j] - t[i][j]) / n;
                    case "binary-cross-entropy" ->
                            -(t[i][j] * Math.log(a[i][j]) + (1 - t[i][j]) * Math.log(1 - a[i][j])) / n;
                    default -> -t[i][j] * Math.log(a[i][j]);
                };
            }
        }
        return sum / a.length;
    }

    /** ∂C/∂A. */
    private static double[][] costGradient(String loss, double[][] a, double[][] t) {
        double[][] g = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            int n = a[i].length;
            for (int j = 0; j < n; j++) {
                g[i][j] = switch (loss) {
                    case "mse" -> 2 * (a[i][j] - t[i][j]) / n;
                    case "binary-cross-entropy" -> (a[i][j] - t[i][j]) / (a[i][j] * (1 - a[i][j])) / n;
                    default -> -t[i][j] / a[i][j];
                } / a.length;
            }
        }
        return g;
    }

    private static double l1(String penalty) {
        return penalty.equals("l1") || penalty.equals("elastic") ? L1 : 0;
    }

    private static double l2(String penalty) {
        return penalty.equals("l2") || penalty.equals("elastic") ? L2 : 0;
    }

    private static double[][] matmul(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    private static double[][] transpose(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    /** A network: weights and biases, layer by layer, and what it learns from. */
    private record Network(String activation, String loss, String penalty, double[][][] w, double[][] b, double[][] x,
            double[][] t) {

        private String activation(int layer) {
            return layer == w.length - 1 ? link(loss) : activation;
        }

        double cost() {
            double[][] a = x;
            double total = 0;
            for (int l = 0; l < w.length; l++) {
                a = apply(activation(l), z(a, l));
                for (double[] row : w[l]) {
                    for (double v : row) {
                        total += l1(penalty) * Math.abs(v) + l2(penalty) / 2 * v * v;
                    }
                }
            }
            return total + BackpropagationTest.cost(loss, a, t);
        }

        private double[][] z(double[][] a, int layer) {
            double[][] z = matmul(a, w[layer]);
            for (double[] row : z) {
                for (int j = 0; j < row.length; j++) {
                    row[j] += b[layer][j];
                }
            }
            return z;
        }

        /** ∂C/∂W and ∂C/∂b of every layer. */
        void backpropagate(double[][][] dw, double[][] db) {
            int layers = w.length;
            double[][][] z = new double[layers][][];
            double[][][] a = new double[layers + 1][][];
            a[0] = x;
            for (int l = 0; l < layers; l++) {
                z[l] = z(a[l], l);
                a[l + 1] = apply(activation(l), z[l]);
            }
            double[][] delta = backward(activation(layers - 1), z[layers - 1], costGradient(loss, a[layers], t));
            for (int l = layers - 1; l >= 0; l--) {
                dw[l] = matmul(transpose(a[l]), delta);
                db[l] = new double[b[l].length];
                for (double[] row : delta) {
                    for (int j = 0; j < row.length; j++) {
                        db[l][j] += row[j];
                    }
                }
                for (int i = 0; i < w[l].length; i++) {
                    for (int j = 0; j < w[l][i].length; j++) {
                        dw[l][i][j] += l1(penalty) * Math.signum(w[l][i][j]) + l2(penalty) * w[l][i][j];
                    }
                }
                if (l > 0) {
                    delta = backward(activation(l - 1), z[l - 1], matmul(delta, transpose(w[l])));
                }
            }
        }

        /** How near any Z comes to 0, where some activations bend. */
        double nearestToBend() {
            double nearest = Double.POSITIVE_INFINITY;
            double[][] a = x;
            for (int l = 0; l < w.length - 1; l++) {
                double[][] z = z(a, l);
                for (double[] row : z) {
                    for (double v : row) {
                        nearest = Math.min(nearest, Math.abs(v));
                    }
                }
                a = apply(activation(l), z);
            }
            return nearest;
        }
    }

    // ---- the three ways

    @ParameterizedTest
    @MethodSource("combinations")
    void threeWaysAgree(int[] widths, String activation, String loss, String penalty) {
        Activation chosen = Activation.all().stream().filter(a -> a.name().equals(activation)).findFirst().orElseThrow();
        Loss lossFunction = Loss.all().stream().filter(l -> l.name().equals(loss)).findFirst().orElseThrow();
        Penalty penaltyFunction = switch (penalty) {
            case "none" -> Penalty.NONE;
            case "l1" -> Penalty.l1(L1);
            case "l2" -> Penalty.l2(L2);
            default -> Penalty.elasticNet(L1, L2);
        };
        int depth = widths.length - 1;
        Layer[] layers = new Layer[depth];
        Initializer initializer = (random, in, out) -> 0.5 * random.nextGaussian();
        for (int l = 0; l < depth; l++) {
            layers[l] = new Dense(widths[l + 1], l == depth - 1 ? Activation.IDENTITY : chosen, initializer, initializer);
        }
        Model model = new Model(widths[0], DType.F64, 7, layers);
        double[][] x = samples(widths[0], 1);
        double[][] t = targets(loss, widths[depth]);

        List<Tensor> parameters = model.tensors();
        Tensor z = model.apply(Tensor.of(array(x)), parameters, Pass.INFERENCE);
        Tensor objective = lossFunction.perSample(z, Tensor.of(array(t))).mean();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor p = model.parameters().get(i).parameter().penalized() ? penaltyFunction.of(parameters.get(i)) : null;
            objective = p == null ? objective : objective.add(p);
        }
        List<Tensor> wanted = new ArrayList<>(Gradients.of(objective, parameters));
        wanted.add(objective);
        List<NdArray> automatic;
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            automatic = session.evaluate(wanted);
        }

        double[][][] w = new double[depth][][];
        double[][] b = new double[depth][];
        for (int l = 0; l < depth; l++) {
            NdArray weight = model.value("layers." + l + ".weight");
            w[l] = new double[widths[l]][widths[l + 1]];
            for (int i = 0; i < weight.size(); i++) {
                w[l][i / widths[l + 1]][i % widths[l + 1]] = weight.get(i);
            }
            b[l] = model.value("layers." + l + ".bias").doubles().clone();
        }
        Network network = new Network(activation, loss, penalty, w, b, x, t);
        assertTrue(network.nearestToBend() > 1e-4, "the data are no test of the bend: take others");
        close("the cost", new double[] {network.cost()}, automatic.get(automatic.size() - 1).doubles(), 1e-14);

        double[][][] dw = new double[depth][][];
        double[][] db = new double[depth][];
        network.backpropagate(dw, db);
        for (int i = 0; i < parameters.size(); i++) {
            Model.Placed placed = model.parameters().get(i);
            boolean weight = placed.parameter().name().equals("weight");
            double[] byHand = weight ? flat(dw[placed.layer()]) : db[placed.layer()];
            double[] byGraph = automatic.get(i).doubles();
            close(placed.name() + ", by hand and by graph", byHand, byGraph, 1e-14);
            double[][] values = weight ? w[placed.layer()] : new double[][] {b[placed.layer()]};
            close(placed.name() + ", by differences and by graph", differences(network, values), byGraph, 1e-6);
        }
    }

    private static double[] differences(Network network, double[][] values) {
        double h = 1e-5;
        double[] result = new double[values.length * values[0].length];
        for (int i = 0; i < result.length; i++) {
            double[] row = values[i / values[0].length];
            int j = i % row.length;
            double at = row[j];
            row[j] = at + h;
            double above = network.cost();
            row[j] = at - h;
            double below = network.cost();
            row[j] = at;
            result[i] = (above - below) / (2 * h);
        }
        return result;
    }

    /** To so many digits of the greatest element. */
    private static void close(String what, double[] want, double[] got, double digits) {
        double greatest = 0;
        for (double v : want) {
            greatest = Math.max(greatest, Math.abs(v));
        }
        assertTrue(want.length == got.length && greatest > 1e-6, () -> what + " is no test");
        for (int i = 0; i < want.length; i++) {
            assertTrue(Math.abs(want[i] - got[i]) <= digits * greatest,
                    what + ", element " + i + ": " + want[i] + " and " + got[i]);
        }
    }

    private static double[][] samples(int width, int stream) {
        RandomStream random = new RandomStream(2026, stream);
        double[][] x = new double[BATCH][width];
        for (double[] row : x) {
            for (int j = 0; j < width; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return x;
    }

    /** Numbers, shares of yes, or distributions. */
    private static double[][] targets(String loss, int width) {
        double[][] t = samples(width, 2);
        for (int i = 0; i < BATCH; i++) {
            t[i] = loss.equals("softmax-cross-entropy") ? softmax(t[i]) : t[i];
            for (int j = 0; j < width && loss.equals("binary-cross-entropy"); j++) {
                t[i][j] = sigmoid(t[i][j]);
            }
        }
        return t;
    }

    private static double[] flat(double[][] a) {
        double[] flat = new double[a.length * a[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = a[i / a[0].length][i % a[0].length];
        }
        return flat;
    }

    private static NdArray array(double[][] a) {
        return NdArray.of(Shape.of(a.length, a[0].length), flat(a));
    }
}
