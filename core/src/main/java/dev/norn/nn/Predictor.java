package dev.norn.nn;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.function.UnaryOperator;

/**
 * A model ready to predict on one backend, with the weights that it had when it was compiled: training on does not change
 * a predictor. {@link Model#compile} makes it.
 *
 * <pre>{@code
 * Model model = new Model(784, DType.F32, 1, new Dense(128, Activation.RELU), new Dense(10));
 * try (Backend backend = Backends.open("auto", BackendOptions.DEFAULT);
 *         Predictor predictor = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
 *     float[] image = new float[784];
 *     float[] probabilities = new float[10];
 *     predictor.predict(image, 1, probabilities);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Any number of threads may call a predictor. They take turns: a call locks the backend, so several
 * predictors on one backend take turns too. Whatever else uses the backend, such as training, does not take the lock and
 * must not run meanwhile. To serve from many cores, give each worker a backend of its own with one thread
 * ({@code BackendOptions.DEFAULT.withThreads(1)}) and a predictor on that: they share nothing, and nobody waits.
 *
 * <p><b>Any number of rows.</b> Programs are compiled for 1, 4, 16 … up to {@value #MOST_ROWS} rows, each when it is first
 * needed. A call runs as many as it takes; the last is filled up with rows that nobody reads, at most as many as were asked
 * for. A call with arrays allocates nothing once its programs are compiled. A row's prediction does not depend on the other
 * rows, but its last bits may on their number, since a product's sums are cut by its shape; the same call always gives the
 * same bits. A NaN among a row's inputs becomes NaN in what depends on it.
 */
public final class Predictor implements AutoCloseable {

    /** As many rows at once as keep a layer's values in the cache, and a GPU busy. */
    private static final int MOST_ROWS = 1024;

    /** What an input, an output or a layer of so many rows may have in elements. */
    private static final int MOST_ELEMENTS = 1 << 22;

    private final Model model;
    private final UnaryOperator<Tensor> link;
    private final Backend backend;
    private final Session session;

    /** The program for 4^i rows; null until it is needed. */
    private final Step[] steps;

    private boolean closed;

    Predictor(Model model, UnaryOperator<Tensor> link, Backend backend) {
        this.model = model;
        this.link = link;
        this.backend = backend;
        int sizes = 1;
        while (rows(sizes) <= MOST_ROWS && (long) rows(sizes) * model.widest() <= MOST_ELEMENTS) {
            sizes++;
        }
        this.steps = new Step[sizes];
        synchronized (backend) {
            this.session = new Session(backend);
            try {
                session.write(model.variable(), model.values());
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
        }
    }

    /** What predicts. */
    public Model model() {
        return model;
    }

    /**
     * Predicts with an F32 model.
     *
     * @param inputs n rows of {@link Model#inputs} numbers, one after another; what comes after them does not count
     * @param n how many rows, from 0
     * @param outputs takes n rows of {@link Model#outputs} numbers; another array than {@code inputs}
     * @throws IllegalArgumentException if the model is F64, or an array is too short
     * @throws IllegalStateException if the predictor or its backend is closed
     */
    public void predict(float[] inputs, int n, float[] outputs) {
        check(DType.F32, n, inputs.length, outputs.length, inputs == outputs);
        run(inputs, n, outputs, 0);
    }

    /** Predicts with an F64 model; otherwise as {@link #predict(float[], int, float[])}. */
    public void predict(double[] inputs, int n, double[] outputs) {
        check(DType.F64, n, inputs.length, outputs.length, inputs == outputs);
        run(inputs, n, outputs, 0);
    }

    /**
     * Predicts.
     *
     * @param inputs [n, inputs]; of another type than the model's, they are converted
     * @return [n, outputs] of the model's type
     * @throws IllegalArgumentException if the inputs have another shape, or a number is beyond the range of the model's type
     * @throws IllegalStateException if the predictor or its backend is closed
     */
    public NdArray predict(NdArray inputs) {
        if (inputs.shape().rank() != 2 || inputs.shape().dim(1) != model.inputs()) {
            throw new IllegalArgumentException(
                    "predict: the inputs must be [n, " + model.inputs() + "], they are " + inputs.shape());
        }
        int n = inputs.shape().dim(0);
        NdArray outputs = NdArray.zeros(model.dtype(), Shape.of(n, model.outputs()));
        // What must be converted is so in pieces: pictures of bytes take four times their memory as floats.
        int most = inputs.dtype() == model.dtype() ? n : rows(steps.length - 1);
        int row = 0;
        do {
            int count = Math.min(most, n - row);
            NdArray piece = count == n ? inputs : inputs.rows(row, row + count);
            NdArray converted = piece.to(model.dtype());
            checkRange(piece, converted, row);
            run(converted.data(), count, outputs.data(), row);
            row += count;
        } while (row < n);
        return outputs;
    }

    private void check(DType given, int n, int inputs, int outputs, boolean same) {
        if (given != model.dtype()) {
            throw new IllegalArgumentException("predict: the model is " + model.dtype() + ", the arrays are " + given
                    + "; give it arrays of its own type, or an NdArray, which is converted");
        }
        if (n < 0) {
            throw new IllegalArgumentException("predict: the number of rows must be at least 0, it is " + n);
        }
        checkLength("inputs", n, model.inputs(), inputs);
        checkLength("outputs", n, model.outputs(), outputs);
        if (same) {
            throw new IllegalArgumentException("predict: inputs and outputs must be two arrays, they are one");
        }
    }

    private static void checkLength(String what, int n, int width, int length) {
        if ((long) n * width > length) {
            throw new IllegalArgumentException("predict: " + n + " rows of " + width + " " + what + " need an array of at least "
                    + (long) n * width + ", it has " + length);
        }
    }

    private static void checkRange(NdArray inputs, NdArray converted, int firstRow) {
        if (converted == inputs || converted.dtype() != DType.F32) {
            return;
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (Float.isInfinite(converted.floats()[i]) && Double.isFinite(inputs.get(i))) {
                int columns = inputs.shape().dim(1);
                throw new IllegalArgumentException("predict: input row " + (firstRow + i / columns) + ", column " + i % columns + " is "
                        + inputs.get(i) + ", beyond the range of F32 (about 3.4e38)");
            }
        }
    }

    /** Predicts n rows, whose outputs come to be from row {@code to} on. */
    private void run(Object inputs, int n, Object outputs, int to) {
        synchronized (backend) {
            if (closed) {
                throw new IllegalStateException("the predictor is closed");
            }
            int row = 0;
            while (row < n) {
                int size = size(n - row);
                int count = Math.min(rows(size), n - row);
                Step step = step(size);
                step.set("x", inputs, row * model.inputs(), count * model.inputs());
                step.run();
                step.get("y", outputs, (to + row) * model.outputs(), count * model.outputs());
                row += count;
            }
        }
    }

    private static int rows(int size) {
        return 1 << 2 * size;
    }

    /** The smallest size that takes the rows, if they fill half of it; else the next smaller one, which they fill. */
    private int size(int rows) {
        int size = 0;
        while (size < steps.length - 1 && rows(size) < rows) {
            size++;
        }
        return 2 * rows < rows(size) ? size - 1 : size;
    }

    private Step step(int size) {
        if (steps[size] == null) {
            Tensor x = Tensor.input("x", model.dtype(), Shape.of(rows(size), model.inputs()));
            Tensor y = link.apply(model.apply(x, model.tensors(), Pass.INFERENCE));
            steps[size] = session.compile(new Program.Builder().output("y", y).build());
        }
        return steps[size];
    }

    /** Gives back the memory; the backend stays open. Waits for calls that have begun. */
    @Override
    public void close() {
        synchronized (backend) {
            closed = true;
            session.close();
        }
    }
}
