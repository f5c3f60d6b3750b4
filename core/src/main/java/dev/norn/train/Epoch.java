package dev.norn.train;

/**
 * What one pass over the training data gave. A figure that was not measured is NaN.
 *
 * @param number 1 for the first
 * @param loss mean loss per sample as it was met during the epoch, without penalties
 * @param accuracy share of the training samples classified rightly as they were met
 * @param validationLoss mean loss per validation sample after the epoch
 * @param validationAccuracy share of the validation samples classified rightly after the epoch
 * @param seconds the epoch's wall-clock time, validation included
 */
public record Epoch(int number, double loss, double accuracy, double validationLoss, double validationAccuracy,
        double seconds) {}
