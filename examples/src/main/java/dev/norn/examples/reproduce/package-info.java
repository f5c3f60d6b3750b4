/**
 * Two student studies, repeated: every experiment is a description ({@link dev.norn.examples.reproduce.Experiment}: claim,
 * published numbers, data, grid, plots), and one runner does them all.
 */
package dev.norn.examples.reproduce;
