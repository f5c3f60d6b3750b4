package dev.norn.train;

/**
 * Ends training when the loss that counts (of validation, if there is any, else of training) has not fallen for a while,
 * and goes back to the weights it was lowest with.
 *
 * @param patience how many epochs in a row may pass without improvement
 * @param least how much lower a loss must be to count as an improvement
 */
public record EarlyStopping(int patience, double least) {

    public EarlyStopping {
        if (patience < 1) {
            throw new IllegalArgumentException("patience must be at least 1 epoch, it is " + patience);
        }
        if (!(least >= 0)) {
            throw new IllegalArgumentException("the least improvement must not be negative, it is " + least);
        }
    }
}
