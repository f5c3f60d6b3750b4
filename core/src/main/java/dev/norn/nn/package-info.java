/** What a network is made of: layers, activations, losses, penalties and initial weights, all as graphs. */
package dev.norn.nn;
