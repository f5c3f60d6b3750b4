package dev.norn.sweep;

/**
 * Which of a sweep's runs.
 *
 * @param index its place in the sweep's order, from 0: point by point, for each the seeds, for each seed the folds
 * @param point its parameters
 * @param seed of initial weights, batches, and the division of the data
 * @param fold which part of the data it is tested with, from 0; 0 too where there are no folds
 */
public record Trial(int index, Point point, long seed, int fold) {}
