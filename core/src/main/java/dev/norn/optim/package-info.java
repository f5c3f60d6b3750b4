/** Optimizers and learning-rate schedules: graphs that say what a step changes. */
package dev.norn.optim;
