package dev.norn.bench;

import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Trainer;
import java.util.ArrayList;
import java.util.List;

/** Trainings that stand for what people do, from large batches of images to a handful of numbers a step. */
public enum Workload {
    /** MNIST's size, one hidden layer, large batches. */
    W1(784, List.of(128), Activation.SIGMOID, 10, 60_000, 1000, 0.01, 0.99),
    /** MNIST's size, two hidden layers, usual batches. */
    W2(784, List.of(128, 64), Activation.LEAKY_RELU, 10, 60_000, 128, 0.001, 0.999),
    /** The Runge function, ten hidden units: 60 steps an epoch, of which overhead is all there is. */
    W3(1, List.of(10), Activation.SIGMOID, 1, 1_200, 20, 0.01, 0.99),
    /** The same, five hidden layers of twenty. */
    W4(1, List.of(20, 20, 20, 20, 20), Activation.SIGMOID, 1, 1_200, 20, 0.01, 0.99),
    /** The Runge function, full batch, with a penalty. */
    W5(1, List.of(100, 100), Activation.TANH, 1, 200, 0, 0.001, 0.999);

    private final int inputs;
    private final List<Integer> hidden;
    private final Activation activation;
    private final int outputs;
    private final int samples;
    private final int batch;
    private final double rate;
    private final double beta2;

    Workload(int inputs, List<Integer> hidden, Activation activation, int outputs, int samples, int batch, double rate,
            double beta2) {
        this.inputs = inputs;
        this.hidden = hidden;
        this.activation = activation;
        this.outputs = outputs;
        this.samples = samples;
        this.batch = batch;
        this.rate = rate;
        this.beta2 = beta2;
    }

    /** The network, with fresh weights. */
    public Model model() {
        List<Layer> layers = new ArrayList<>();
        hidden.forEach(units -> layers.add(new Dense(units, activation)));
        layers.add(new Dense(outputs));
        return new Model(inputs, DType.F32, 1, layers.toArray(Layer[]::new));
    }

    /** The training, but for the number of epochs. */
    public Trainer.Builder training(Model model) {
        return new Trainer.Builder(model, outputs == 10 ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.MSE)
                .optimizer(Optimizer.adam(0.9, beta2, 1e-8)).learningRate(rate).batchSize(batch)
                .penalty(batch == 0 ? Penalty.l2(1e-4) : Penalty.NONE);
    }

    /** How many epochs take about a second or less. */
    public int epochs() {
        return switch (this) {
            case W1 -> 3;
            case W2 -> 2;
            case W3, W4 -> 300;
            case W5 -> 1000;
        };
    }

    /** Data of the workload's shape: samples of the Runge function, or images as sparse as MNIST's (a fifth is ink). */
    public Dataset data() {
        if (inputs == 1) {
            return Runge.sample(samples, -1, 1, 0.1, 1).to(DType.F32);
        }
        RandomStream random = new RandomStream(1, 0);
        float[] images = new float[samples * inputs];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            labels[i] = random.nextInt(outputs);
            for (int j = 0; j < inputs; j++) {
                // Ink where the label says, so that there is something to learn.
                double u = random.nextDouble();
                images[i * inputs + j] = u < (j % outputs == labels[i] ? 0.5 : 0.17) ? random.nextInt(256) / 255f : 0;
            }
        }
        return new Dataset(NdArray.of(Shape.of(samples, inputs), images), NdArray.of(Shape.of(samples), labels));
    }
}
