package dev.norn.data;

/**
 * The random streams of a seed that this package draws from. One seed may serve a whole experiment, so no two purposes
 * share a stream, and these lie far from the small numbers (layers, epochs) that training uses.
 */
final class Streams {

    static final int SPLIT = 0xDA7A0000;
    static final int FOLDS = 0xDA7A0001;
    static final int RUNGE_INPUT = 0xDA7A0002;
    static final int RUNGE_NOISE = 0xDA7A0003;

    private Streams() {}
}
