package dev.norn.examples;

import dev.norn.train.Epoch;
import dev.norn.train.Listener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Shows how training goes: on a terminal a bar in a line that is written over, elsewhere a line for each epoch. */
final class Progress implements Listener {

    private static final int BAR = 10;
    private static final int LINE = 79; // a longer line would wrap on many a terminal, and could not be written over
    private static final long INTERVAL = 100_000_000; // ns between two drawings

    private final PrintWriter err;
    private final int epochs;
    private final int samples;
    private final boolean bar;
    private final boolean colours;
    private long drawn = System.nanoTime();
    private long epochStart;
    private double rate = Double.NaN; // samples a second
    private String figures = "";
    private int length;

    /**
     * @param epochs how many there will be at most
     * @param samples how many an epoch trains with
     * @param bar whether lines can be written over
     */
    Progress(PrintWriter err, int epochs, int samples, boolean bar, boolean colours) {
        this.err = err;
        this.epochs = epochs;
        this.samples = samples;
        this.bar = bar;
        this.colours = colours;
    }

    @Override
    public void onResume(List<Epoch> before) {
        err.println("going on from the checkpoint after epoch " + before.size());
    }

    @Override
    public void onStep(int epoch, int step, int steps) {
        if (!bar) {
            return;
        }
        long now = System.nanoTime();
        if (step == 1) {
            epochStart = now;
        }
        if (now - drawn >= INTERVAL) {
            if (step > 1) {
                rate = samples * (step - 1.0) / steps / ((now - epochStart) * 1e-9);
            }
            draw(epoch, (double) step / steps);
        }
    }

    @Override
    public void onEpoch(Epoch epoch) {
        if (!bar) {
            err.println(title(epoch.number())
                    + figure("  loss %.4g", epoch.loss()) + figure("  accuracy %.2f %%", 100 * epoch.accuracy())
                    + figure("  validation loss %.4g", epoch.validationLoss())
                    + figure("  validation accuracy %.2f %%", 100 * epoch.validationAccuracy())
                    + figure("  %,.0f samples/s", samples / epoch.seconds()));
            return;
        }
        boolean validated = !Double.isNaN(epoch.validationLoss());
        figures = (validated ? " validation" : "")
                + figure(" loss %.3g", validated ? epoch.validationLoss() : epoch.loss())
                + figure(" accuracy %.2f %%", 100 * (validated ? epoch.validationAccuracy() : epoch.accuracy()));
        rate = samples / epoch.seconds();
        if (epoch.number() == epochs || System.nanoTime() - drawn >= INTERVAL) {
            draw(epoch.number(), 1);
        }
    }

    /** Ends the line of the bar. */
    void done() {
        if (length > 0) {
            err.println();
        }
    }

    private String title(int epoch) {
        int digits = Integer.toString(epochs).length();
        return String.format(Locale.ROOT, "epoch %" + digits + "d/%d", epoch, epochs);
    }

    /** Nothing for a figure that was not measured. */
    private static String figure(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    /** @param done share of the epoch */
    private void draw(int epoch, double done) {
        drawn = System.nanoTime();
        int full = (int) (BAR * (epoch - 1 + done) / epochs);
        String filled = "=".repeat(full) + (full < BAR ? ">" : "");
        String line = title(epoch) + " [" + filled + " ".repeat(BAR - filled.length()) + "]" + figures
                + figure(" %,.0f samples/s", rate);
        line = line.substring(0, Math.min(LINE, line.length()));
        String rest = " ".repeat(Math.max(0, length - line.length())); // of a longer line before
        length = line.length();
        err.print("\r" + (colours ? line.replace(filled, "\u001b[32m" + filled + "\u001b[0m") : line) + rest);
        err.flush();
    }
}
