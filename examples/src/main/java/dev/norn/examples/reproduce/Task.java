package dev.norn.examples.reproduce;

import dev.norn.backend.Backend;
import dev.norn.sweep.Measure;
import dev.norn.sweep.Point;
import dev.norn.sweep.Results;
import dev.norn.tensor.DType;
import java.util.List;
import java.util.function.Function;

/** Something that an experiment needs computed. */
sealed interface Task {

    /** Unique; files are called after it. */
    String name();

    /**
     * Networks to train, as {@link Networks} makes them of points.
     *
     * @param samples what to train and test with
     * @param folds how many parts the training samples are divided into for cross-validation; 0 for none
     * @param points one for each network; see {@link Networks}
     * @param seeds of weights and batches: so often is each trained
     * @param measure what is kept of each
     * @param dtype of weights and computation
     */
    record Trainings(String name, Samples samples, int folds, List<Point> points, long[] seeds, Measure measure, DType dtype)
            implements Task {

        Trainings(String name, Samples samples, List<Point> points, Measure measure) {
            this(name, samples, 0, points, new long[] {1}, measure, DType.F32);
        }

        Trainings seeds(long... others) {
            return new Trainings(name, samples, folds, points, others, measure, dtype);
        }

        Trainings dtype(DType other) {
            return new Trainings(name, samples, folds, points, seeds, measure, other);
        }

        Trainings folds(int count) {
            return new Trainings(name, samples, count, points, seeds, measure, dtype);
        }

        int runs() {
            return points.size() * seeds.length * Math.max(1, folds);
        }
    }

    /**
     * Something else than trainings, such as linear algebra.
     *
     * @param dtype what the backend has to be able to compute in
     * @param function may use the backend
     */
    record Calculation(String name, DType dtype, Function<Backend, Results> function) implements Task {

        Calculation(String name, Function<Backend, Results> function) {
            this(name, DType.F32, function);
        }
    }

    /**
     * Another framework's training of a network, where Python has that framework.
     *
     * @param library the module that Python has to have
     * @param samples what to train and test with
     * @param point the network, as {@link Networks} would have it
     */
    record Peer(String name, String library, Samples samples, Point point) implements Task {}
}
