/** Training, evaluation and prediction of a model on a backend. */
package dev.norn.train;
