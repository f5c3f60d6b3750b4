package dev.norn.random;

/**
 * A sequence of random numbers on the host, drawn from {@link Threefry}. Streams of one seed are independent of each
 * other; the same seed and stream give the same numbers on every machine.
 */
public final class RandomStream {

    private final int key0;
    private final int key1;
    private final int stream;
    private int counter;

    /**
     * @param seed   the user's seed
     * @param stream which of the seed's independent streams
     */
    public RandomStream(long seed, int stream) {
        this.key0 = (int) seed;
        this.key1 = (int) (seed >>> 32);
        this.stream = stream;
    }

    private long next() {
        return Threefry.block(key0, key1, counter++, stream);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return Threefry.uniform53(next());
    }

    /** Uniform in [0, bound), without bias (rejection, Lemire 2019). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, it is " + bound);
        }
        while (true) {
            long product = (next() & 0xFFFFFFFFL) * bound;
            if ((product & 0xFFFFFFFFL) >= Integer.remainderUnsigned(-bound, bound)) {
                return (int) (product >>> 32);
            }
        }
    }

    /** Standard normal (Box and Muller 1958). */
    public double nextGaussian() {
        double u = 1 - nextDouble(); // in (0, 1]: the logarithm is finite
        double v = nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
    }

    /** {@code count} independent draws from 0 … n-1. */
    public int[] indices(int count, int n) {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = nextInt(n);
        }
        return drawn;
    }

    /** A uniformly random order of 0 … n-1 (Fisher and Yates, as Durstenfeld 1964). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
