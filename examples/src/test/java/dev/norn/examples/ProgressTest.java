package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.train.Epoch;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter text = new StringWriter();

    private Progress progress(boolean bar, boolean colours) {
        return new Progress(new PrintWriter(text, true), 10, 60_000, bar, colours);
    }

    @Test
    void linesWithoutTerminal() {
        Progress progress = progress(false, true);
        progress.onStep(1, 1, 2);
        progress.onStep(1, 2, 2);
        progress.onEpoch(new Epoch(1, 0.25, 0.9, Double.NaN, Double.NaN, 0.5));
        progress.onEpoch(new Epoch(10, 0.125, Double.NaN, 0.5, Double.NaN, 0.5));
        progress.done();
        assertEquals("""
                epoch  1/10  loss 0.2500  accuracy 90.00 %  120,000 samples/s
                epoch 10/10  loss 0.1250  validation loss 0.5000  120,000 samples/s
                """, text.toString());
    }

    @Test
    void barOnTerminal() {
        Progress progress = progress(true, false);
        progress.onEpoch(new Epoch(10, 0.25, 0.9, Double.NaN, Double.NaN, 0.5));
        progress.done();
        assertEquals("\repoch 10/10 [==========] loss 0.250 accuracy 90.00 % 120,000 samples/s\n", text.toString());
    }

    @Test
    void barShowsValidationAndFitsTheLine() {
        Progress progress = progress(true, false);
        progress.onEpoch(new Epoch(10, 0.25, 0.9, 1e30, 0.8, 1e-9));
        progress.done();
        assertTrue(text.toString().startsWith("\repoch 10/10 [==========] validation loss 1.00e+30 accuracy 80.00 % "),
                text.toString());
        assertEquals(1 + 79 + 1, text.toString().length());
    }

    @Test
    void aShorterLineCoversALongerOne() {
        Progress progress = new Progress(new PrintWriter(text, true), 1, 1, true, false);
        progress.onEpoch(new Epoch(1, 0.25, 0.9, Double.NaN, Double.NaN, 1e-6));
        int longer = text.toString().length();
        progress.onEpoch(new Epoch(1, 0.25, Double.NaN, Double.NaN, Double.NaN, 1e-6));
        assertEquals(2 * longer, text.toString().length());
    }

    @Test
    void colours() {
        progress(true, true).onEpoch(new Epoch(10, 0.25, 0.9, Double.NaN, Double.NaN, 0.5));
        assertTrue(text.toString().contains("\u001b[32m==========\u001b[0m"), text.toString());
    }

    @Test
    void noColours() {
        progress(true, false).onEpoch(new Epoch(10, 0.25, 0.9, Double.NaN, Double.NaN, 0.5));
        assertFalse(text.toString().contains("\u001b"), text.toString());
    }
}
