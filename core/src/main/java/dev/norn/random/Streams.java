package dev.norn.random;

/**
 * What each of a seed's random streams is for. One seed may serve a whole experiment, so no two purposes share a stream.
 * Operations of a graph have the streams whose high byte is 0 to 254 (the low 24 bits count steps, see
 * {@link dev.norn.random.Threefry}); these, on the host, have 255. To change one would silently change published results.
 */
public final class Streams {

    /** {@link dev.norn.random.RandomStream} of a split into training and test data. */
    public static final int SPLIT = 0xFFDA7A00;

    /** Of a division into folds. */
    public static final int FOLDS = 0xFFDA7A01;

    /** Of the places where the Runge function is sampled. */
    public static final int RUNGE_INPUT = 0xFFDA7A02;

    /** Of the noise on it. */
    public static final int RUNGE_NOISE = 0xFFDA7A03;

    /** Of the first parameter of a random search; the next parameters follow. */
    private static final int SEARCH = 0xFFDB0000;

    /** Of the first parameter's initial values; the next parameters follow. */
    private static final int PARAMETERS = 0xFF000000;

    /** Of the first epoch's batches; the next epochs follow. */
    private static final int EPOCHS = 0xFF100000;

    private static final int MOST_EPOCHS = 0xB00000;

    private Streams() {}

    /** The stream of a parameter's initial values. */
    public static int parameter(int index) {
        return PARAMETERS + index;
    }

    /** The stream of a random search's parameter. */
    public static int search(int index) {
        return SEARCH + index;
    }

    /** The stream of an epoch's batches, 0 for the first. After eleven million epochs they begin again. */
    public static int epoch(int index) {
        return EPOCHS + index % MOST_EPOCHS;
    }
}
