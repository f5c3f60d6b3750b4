/**
 * Many trainings of one recipe: over a grid or at random points, with several seeds, in folds; side by side on a processor's
 * cores, and resumed where they were cut off. See {@link dev.norn.sweep.Sweep}.
 */
package dev.norn.sweep;
