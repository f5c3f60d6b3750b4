package dev.norn.bench;

import java.util.List;

/** Trainings that stand for what people do, from large batches of images to a handful of numbers a step. */
public enum Workload {
    /** MNIST, one hidden layer, large batches. */
    W1(new Training(DataSet.MNIST, 60_000, List.of(128), "sigmoid", 0.01, 0.99, 0, 1000, 30)),
    /** MNIST, two hidden layers, usual batches. */
    W2(new Training(DataSet.MNIST, 60_000, List.of(128, 64), "leaky-relu", 0.001, 0.999, 0, 128, 5)),
    /** The Runge function, ten hidden units: 60 steps an epoch, of which overhead is all there is. */
    W3(new Training(DataSet.RUNGE, 1_200, List.of(10), "sigmoid", 0.01, 0.999, 0, 20, 300)),
    /** The same, five hidden layers of twenty. */
    W4(new Training(DataSet.RUNGE, 1_200, List.of(20, 20, 20, 20, 20), "sigmoid", 0.01, 0.999, 0, 20, 300)),
    /** The Runge function, full batch, with a penalty. */
    W5(new Training(DataSet.RUNGE, 200, List.of(100, 100), "tanh", 0.001, 0.999, 1e-4, 0, 1000));

    private final Training training;

    Workload(Training training) {
        this.training = training;
    }

    /** What is trained, and how. */
    public Training training() {
        return training;
    }
}
