package dev.norn.train;

/** The loss became NaN or infinite. The model has its last good weights: those after the last whole epoch before. */
public final class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient History history;

    DivergenceException(int step, int epoch, History history) {
        super("the loss became NaN or infinite at step " + step + " (epoch " + epoch + "); the weights "
                + (history.best() == 0 ? "are the initial ones" : "of epoch " + history.best() + " are kept")
                + ". Try a lower learning rate, scaled inputs, or other initial weights");
        this.history = history;
    }

    /** The epochs before. */
    public History history() {
        return history;
    }
}
