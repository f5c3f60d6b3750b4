package dev.norn.bench;

import dev.norn.bench.protocol.Job;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.tensor.DType;
import dev.norn.train.Trainer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A network and how it is trained: by Adam, in F32, in a new order each epoch.
 *
 * @param data what it learns
 * @param samples of how many samples
 * @param hidden units of each hidden layer
 * @param activation of these, by name
 * @param rate η
 * @param beta2 Adam's; β₁ is 0.9, ε 1e-8
 * @param l2 λ of λ/2 Σ w² over the weights, biases not included
 * @param batch samples a step; 0 for all
 * @param epochs passes over the data
 */
public record Training(DataSet data, int samples, List<Integer> hidden, String activation, double rate, double beta2,
        double l2, int batch, int epochs) {

    private static final double BETA1 = 0.9;
    private static final double EPSILON = 1e-8;

    /** The one that a job describes. */
    static Training of(Job job) {
        int[] layers = job.integers("layers");
        return new Training(DataSet.valueOf(job.text("data")), job.integer("samples"),
                IntStream.range(1, layers.length - 1).mapToObj(i -> layers[i]).toList(), job.text("activation"),
                job.number("rate"), job.number("beta2"), job.number("l2"), job.integer("batch"), job.integer("epochs"));
    }

    /** What a contender has to know of it. */
    public Job job() {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("kind", "training");
        job.put("data", data.name());
        job.put("samples", samples);
        job.put("layers", layers());
        job.put("activation", activation);
        job.put("loss", loss().name());
        job.put("rate", rate);
        job.put("beta1", BETA1);
        job.put("beta2", beta2);
        job.put("epsilon", EPSILON);
        job.put("l2", l2);
        job.put("batch", batch);
        job.put("epochs", epochs);
        job.put("warm_up_epochs", warmUpEpochs());
        return new Job(job);
    }

    /** Units of all layers, inputs first. */
    public List<Integer> layers() {
        List<Integer> layers = new ArrayList<>(List.of(data.features()));
        layers.addAll(hidden);
        layers.add(data.outputs());
        return layers;
    }

    /** What is made small. */
    public Loss loss() {
        return data.classifies() ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.MSE;
    }

    /** The network, with fresh weights. */
    public Model model() {
        Activation function = Activation.all().stream().filter(a -> a.name().equals(activation)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no activation '" + activation + "'"));
        List<Layer> layers = new ArrayList<>();
        hidden.forEach(units -> layers.add(new Dense(units, function)));
        layers.add(new Dense(data.outputs()));
        return new Model(data.features(), DType.F32, 1, layers.toArray(Layer[]::new));
    }

    /** How its parameters follow from gradients. */
    Optimizer optimizer() {
        return Optimizer.adam(BETA1, beta2, EPSILON);
    }

    /** What is added to the loss. */
    Penalty penalty() {
        return l2 == 0 ? Penalty.NONE : Penalty.l2(l2);
    }

    /** The training, but for the number of epochs. */
    public Trainer.Builder trainer(Model model) {
        return new Trainer.Builder(model, loss())
                .optimizer(optimizer()).learningRate(rate).batchSize(batch).penalty(penalty()).seed(1);
    }

    /** A tenth of the epochs. */
    public int warmUpEpochs() {
        return Math.max(1, epochs / 10);
    }

    /** Samples of a whole batch. */
    int batchSize() {
        return batch == 0 ? samples : Math.min(batch, samples);
    }

    /** Steps of a whole training. */
    public long steps() {
        return (long) epochs * ((samples + batchSize() - 1) / batchSize());
    }

    /**
     * What a whole training multiplies and adds in matrix products, an addition and a multiplication being two: for every
     * layer of n inputs and m units and every sample 2 n m forward, as many for the gradient of the weights and, but in the
     * first layer, as many for that of the inputs. All else (activations, losses, Adam) is not counted.
     */
    public double flops() {
        List<Integer> layers = layers();
        double products = 0;
        for (int i = 1; i < layers.size(); i++) {
            products += (i == 1 ? 4.0 : 6.0) * layers.get(i - 1) * layers.get(i);
        }
        return products * samples * epochs;
    }

    private String penaltyText() {
        return l2 == 0 ? "" : ", L2 " + new BigDecimal(Double.toString(l2)).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return (data == DataSet.MNIST ? "MNIST " : "Runge ")
                + String.join("-", layers().stream().map(Object::toString).toList()) + " " + activation
                + ", " + loss().name() + ", Adam " + rate + " (" + BETA1 + ", " + beta2 + ")" + penaltyText()
                + ", " + samples + " samples, " + (batch == 0 ? "full batch" : "batch " + batch) + ", " + epochs + " epochs";
    }
}
