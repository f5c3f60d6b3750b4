/**
 * How good a model is, computed on the host from what was true and what was predicted: numbers to report, not losses to
 * train with. Arguments that do not belong together (other lengths, classes out of range) are an
 * {@link java.lang.IllegalArgumentException}; a NaN among the predictions is a result, not an error: it makes a
 * regression metric NaN and counts as a wrong classification.
 */
package dev.norn.metrics;
