package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Trainer;
import java.util.List;

/**
 * A small training on made-up samples while the command line, the devices and the digits are read. HotSpot compiles the vector
 * loops of the cpu backend after so many calls and turns, however long each takes, and it is busy with them for a second or
 * two: the sooner they have had their turns, the sooner a training is fast.
 */
final class Rehearsal {

    /** Enough for each loop to be called some dozen times with vectors full. */
    private static final int SAMPLES = 64;
    private static final int INPUTS = 784;
    private static final int UNITS = 128;
    private static final int CLASSES = 10;
    private static final int STEPS = 4;

    private static Thread thread;

    private Rehearsal() {}

    /** Begins in the background, if a command line will train long steps on the cpu, with vectors. */
    static void begin(List<String> args) {
        boolean elsewhere = args.stream().anyMatch(arg -> arg.startsWith("--backend")) && !args.contains("cpu")
                && !args.contains("--backend=cpu");
        if (args.isEmpty() || !args.get(0).equals("mnist") || elsewhere || !Launcher.hasVectors()) {
            return;
        }
        thread = new Thread(Rehearsal::run, "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for its end, if it began: what it has not compiled yet, the training would wait for as long, step by step. */
    static void end() {
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void run() {
        try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT.withThreads(1))) {
            Dataset nothing = new Dataset(NdArray.zeros(DType.UNORM8, Shape.of(SAMPLES, INPUTS)),
                    NdArray.zeros(DType.I32, Shape.of(SAMPLES)));
            Model model = new Model(INPUTS, DType.F32, 1, new Dense(UNITS, Activation.RELU), new Dropout(0.1),
                    new Dense(UNITS, Activation.RELU), new Dense(CLASSES));
            new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).batchSize(SAMPLES).epochs(STEPS).build(backend).fit(nothing);
        } catch (RuntimeException | Error e) {
            // What is wrong here is wrong with the training that follows, and that says it.
        }
    }
}
