package dev.norn.train;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far a training has come, as the host knows it; as tensors, too, for a checkpoint. */
final class Progress {

    /** Of an epoch. */
    private static final int FIGURES = 5;

    private final EarlyStopping stopping;
    private final List<Epoch> epochs = new ArrayList<>();
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int best;
    private double secondsBefore;
    private long start;

    /** @param stopping null for never */
    Progress(EarlyStopping stopping) {
        this.stopping = stopping;
    }

    /** The clock starts. */
    void begin() {
        start = System.nanoTime();
    }

    /** How many epochs are over. */
    int epochs() {
        return epochs.size();
    }

    void add(Epoch epoch) {
        epochs.add(epoch);
    }

    /** Whether the last epoch's weights are the ones to keep, by the loss that counts. */
    boolean isBetter(double loss) {
        return stopping == null || loss < bestLoss - stopping.least();
    }

    /** The last epoch's weights were kept. */
    void keep(double loss) {
        bestLoss = loss;
        best = epochs.size();
    }

    /** Whether training is to end before the last epoch. */
    boolean stops() {
        return stopping != null && epochs.size() - best >= stopping.patience();
    }

    History history() {
        return new History(List.copyOf(epochs), best, seconds());
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - start) * 1e-9;
    }

    Map<String, NdArray> tensors() {
        double[] figures = new double[epochs.size() * FIGURES];
        int i = 0;
        for (Epoch e : epochs) {
            figures[i++] = e.loss();
            figures[i++] = e.accuracy();
            figures[i++] = e.validationLoss();
            figures[i++] = e.validationAccuracy();
            figures[i++] = e.seconds();
        }
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        tensors.put("history", NdArray.of(Shape.of(epochs.size(), FIGURES), figures));
        tensors.put("best epoch", NdArray.of(Shape.SCALAR, best));
        tensors.put("best loss", NdArray.of(Shape.SCALAR, bestLoss));
        tensors.put("seconds", NdArray.of(Shape.SCALAR, seconds()));
        return tensors;
    }

    /**
     * Goes back to where {@link #tensors} was.
     *
     * @throws IllegalArgumentException if the tensors are not like those
     */
    void restore(Map<String, NdArray> tensors) {
        NdArray history = tensors.get("history");
        if (history == null || history.dtype() != DType.F64 || history.shape().rank() != 2
                || history.shape().dim(1) != FIGURES) {
            throw new IllegalArgumentException("it has no history");
        }
        epochs.clear();
        for (int i = 0; i < history.shape().dim(0); i++) {
            epochs.add(new Epoch(i + 1, history.get(i, 0), history.get(i, 1), history.get(i, 2), history.get(i, 3),
                    history.get(i, 4)));
        }
        best = (int) scalar(tensors, "best epoch", DType.I32);
        bestLoss = scalar(tensors, "best loss", DType.F64);
        secondsBefore = scalar(tensors, "seconds", DType.F64);
        if (best < 0 || best > epochs.size()) {
            throw new IllegalArgumentException("its best epoch is " + best + " of " + epochs.size());
        }
    }

    private static double scalar(Map<String, NdArray> tensors, String name, DType dtype) {
        NdArray value = tensors.get(name);
        if (value == null || value.dtype() != dtype || value.shape().rank() != 0) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return value.item();
    }
}
