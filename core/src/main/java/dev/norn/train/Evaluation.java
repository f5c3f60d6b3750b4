package dev.norn.train;

import dev.norn.tensor.NdArray;

/**
 * A model on data it is not trained on.
 *
 * @param loss mean loss per sample, without penalties
 * @param accuracy share of the samples classified rightly; NaN if the loss is not of a classification
 * @param predictions what the model predicts for each sample, [n, outputs]: values or probabilities
 */
public record Evaluation(double loss, double accuracy, NdArray predictions) {}
