/**
 * Linear regression: least squares, ridge and lasso, by linear algebra or coordinate descent, and by gradient descent on
 * graphs. One convention for all, see {@link dev.norn.examples.regression.LinearModel}.
 */
package dev.norn.examples.regression;
