package dev.norn.conformance;

import dev.norn.tensor.NdArray;

/**
 * What the reference computed.
 *
 * @param value the numbers
 * @param error how far a right backend can be from each; null: all have to be the same
 */
record Bounded(NdArray value, double[] error) {

    double error(int i) {
        return error == null ? 0 : error[i];
    }
}
