package dev.norn.nn;

import dev.norn.random.RandomStream;

/** Where a parameter starts: one number at a time, from the random stream of that parameter. */
@FunctionalInterface
public interface Initializer {

    /** 0. */
    Initializer ZEROS = (random, in, out) -> 0;

    /** N(0, 1). */
    Initializer STANDARD_NORMAL = (random, in, out) -> random.nextGaussian();

    /** Uniform on ±√(6 / (in + out)) (Glorot and Bengio 2010, equation 16): suits tanh and sigmoid. */
    Initializer GLOROT = (random, in, out) -> (2 * random.nextDouble() - 1) * Math.sqrt(6.0 / (in + out));

    /** N(0, 2 / in) (He, Zhang, Ren and Sun 2015, equation 10): suits ReLU and its kin. */
    Initializer HE = (random, in, out) -> random.nextGaussian() * Math.sqrt(2.0 / in);

    /**
     * The next element.
     *
     * @param random the parameter's stream
     * @param in how many inputs the layer has
     * @param out how many outputs it has
     */
    double next(RandomStream random, int in, int out);
}
