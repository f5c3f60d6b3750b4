package dev.norn.data;

/**
 * The random streams of a seed that this package draws from. One seed may serve a whole experiment, so no two purposes
 * share a stream, and these lie far from the numbers (layers, steps, epochs) that training uses. To change one would
 * silently move examples between the training and the test side of published results.
 */
final class Streams {

    static final int SPLIT = 0xFFDA7A00;
    static final int FOLDS = 0xFFDA7A01;
    static final int RUNGE_INPUT = 0xFFDA7A02;
    static final int RUNGE_NOISE = 0xFFDA7A03;

    private Streams() {}
}
