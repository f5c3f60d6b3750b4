package dev.norn.data;

import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Examples: row i of the inputs belongs to row i of the targets. There is at least one, and every number is finite;
 * both are checked once, here, so that a NaN is reported by row and column and not as a loss that is NaN an hour later.
 * The arrays are held without a copy and must not be changed afterwards.
 */
public final class Dataset {

    private final NdArray inputs;
    private final NdArray targets;

    /**
     * @param inputs  [n, features], F32, F64 or UNORM8
     * @param targets [n, outputs] of the inputs' type, F32 if that is UNORM8 (regression, one-hot or multi-label), or [n] I32
     *                class labels, each at least 0
     * @throws DataException if the shapes, types or numbers are not so; rows and columns count from 0
     */
    public Dataset(NdArray inputs, NdArray targets) {
        this(inputs, targets, true);
    }

    private Dataset(NdArray inputs, NdArray targets, boolean check) {
        this.inputs = Objects.requireNonNull(inputs, "inputs");
        this.targets = Objects.requireNonNull(targets, "targets");
        if (check) {
            checkShapes();
            requireFinite("input", inputs);
            if (hasLabels()) {
                checkLabels();
            } else {
                requireFinite("target", targets);
            }
        }
    }

    private void checkShapes() {
        Shape in = inputs.shape();
        Shape out = targets.shape();
        if (inputs.dtype() == DType.I32 || in.rank() != 2 || in.dim(1) == 0) {
            throw new DataException("inputs must be [n, features] of F32, F64 or UNORM8 with at least one feature, they are "
                    + inputs.dtype() + in);
        }
        boolean labels = targets.dtype() == DType.I32 && out.rank() == 1;
        boolean values = targets.dtype().isFloating() && out.rank() == 2 && out.dim(1) > 0;
        if (!labels && !values) {
            throw new DataException("targets must be [n, outputs] of F32 or F64 with at least one output, or [n] of I32"
                    + " class labels, they are " + targets.dtype() + out);
        }
        if (values && targets.dtype() != (inputs.dtype() == DType.UNORM8 ? DType.F32 : inputs.dtype())) {
            throw new DataException("inputs are " + inputs.dtype() + " and targets are " + targets.dtype()
                    + "; convert one with to()");
        }
        if (in.dim(0) != out.dim(0)) {
            throw new DataException(in.dim(0) + " rows of inputs but " + out.dim(0) + " rows of targets");
        }
        if (in.dim(0) == 0) {
            throw new DataException("a dataset needs at least one row, inputs are " + in);
        }
    }

    private void checkLabels() {
        int[] labels = targets.ints();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                throw new DataException("label " + i + " is " + labels[i] + "; class labels start at 0");
            }
        }
    }

    /** @throws DataException for the first element of a matrix that is NaN or infinite */
    static void requireFinite(String what, NdArray matrix) {
        int bad = switch (matrix.dtype()) {
            case F32 -> firstNotFinite(matrix.floats());
            case F64 -> firstNotFinite(matrix.doubles());
            case I32, UNORM8 -> -1;
        };
        if (bad >= 0) {
            int columns = matrix.shape().dim(1);
            throw new DataException(what + " row " + bad / columns + ", column " + bad % columns + " is "
                    + matrix.get(bad) + "; every value must be finite: drop the row or fill the value in");
        }
    }

    private static int firstNotFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    private static int firstNotFinite(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    /** [n, features], F32, F64 or UNORM8. */
    public NdArray inputs() {
        return inputs;
    }

    /** [n, outputs] of the inputs' type, F32 if that is UNORM8, or [n] I32 class labels. */
    public NdArray targets() {
        return targets;
    }

    /** The number of examples. */
    public int size() {
        return inputs.shape().dim(0);
    }

    /** The number of input columns. */
    public int features() {
        return inputs.shape().dim(1);
    }

    /** Whether the targets are class labels. */
    public boolean hasLabels() {
        return targets.dtype() == DType.I32;
    }

    /**
     * The number of classes that the labels show: the largest label plus 1.
     *
     * @throws IllegalStateException if the targets are not class labels
     */
    public int classes() {
        if (!hasLabels()) {
            throw new IllegalStateException("targets are not class labels but " + targets.dtype() + targets.shape());
        }
        int max = 0;
        for (int label : targets.ints()) {
            max = Math.max(max, label);
        }
        return Math.addExact(max, 1);
    }

    /** A copy of the examples named, in that order; an example may be named more than once. At least one. */
    public Dataset rows(int[] indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("a dataset needs at least one row, none is named");
        }
        return new Dataset(inputs.rows(indices), targets.rows(indices), false);
    }

    /** A copy of examples {@code from} (inclusive) to {@code to} (exclusive), at least one. */
    public Dataset rows(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        if (from == to) {
            throw new IllegalArgumentException("a dataset needs at least one row, from and to are both " + from);
        }
        return new Dataset(inputs.rows(from, to), targets.rows(from, to), false);
    }

    /**
     * This dataset for a network of F32 or F64: with inputs and targets of that type. Class labels stay I32, and inputs UNORM8.
     *
     * @throws DataException if a number is beyond F32's range
     */
    public Dataset to(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("a dataset can be F32 or F64, not " + dtype);
        }
        NdArray in = inputs.dtype() == DType.UNORM8 ? inputs : convert("input", inputs, dtype);
        NdArray out = hasLabels() ? targets : convert("target", targets, dtype);
        return in == inputs && out == targets ? this : new Dataset(in, out, false);
    }

    private static NdArray convert(String what, NdArray matrix, DType dtype) {
        NdArray result = matrix.to(dtype);
        int overflow = dtype == DType.F32 && result != matrix ? firstNotFinite(result.floats()) : -1;
        if (overflow >= 0) {
            int columns = matrix.shape().dim(1);
            throw new DataException(what + " row " + overflow / columns + ", column " + overflow % columns + " is "
                    + matrix.get(overflow) + ", beyond the range of F32 (about 3.4e38)");
        }
        return result;
    }

    /**
     * Divides the examples at random.
     *
     * @param testFraction the test side's share; its size is n times this, rounded to the nearest
     * @throws IllegalArgumentException unless each side gets at least one example
     */
    public Split split(double testFraction, long seed) {
        long test = Math.round(size() * testFraction);
        if (!(testFraction > 0 && testFraction < 1) || test < 1 || test >= size()) {
            throw new IllegalArgumentException("a test fraction of " + testFraction + " of " + size()
                    + " examples leaves one side empty; it must lie between 0 and 1 and give each side at least one");
        }
        int[] order = new RandomStream(seed, Streams.SPLIT).permutation(size());
        return divide(order, 0, (int) test);
    }

    /**
     * Cross-validation: divides the examples at random into {@code k} parts whose sizes differ by at most 1; split i
     * has part i to test with and the others to train with.
     *
     * @throws IllegalArgumentException unless 2 ≤ k ≤ n
     */
    public List<Split> kFold(int k, long seed) {
        checkFolds(k);
        return IntStream.range(0, k).mapToObj(i -> fold(k, i, seed)).toList();
    }

    /** Split i, from 0, of {@link #kFold(int, long)}, without the memory that the others take. */
    public Split fold(int k, int i, long seed) {
        checkFolds(k);
        Objects.checkIndex(i, k);
        int[] order = new RandomStream(seed, Streams.FOLDS).permutation(size());
        return divide(order, (int) ((long) size() * i / k), (int) ((long) size() * (i + 1) / k));
    }

    private void checkFolds(int k) {
        if (k < 2 || k > size()) {
            throw new IllegalArgumentException(
                    "k must be from 2 to the number of examples, " + size() + "; it is " + k);
        }
    }

    /** The test side is {@code order[from]} to {@code order[to - 1]}, the train side the rest. */
    private Split divide(int[] order, int from, int to) {
        int[] test = Arrays.copyOfRange(order, from, to);
        int[] train = new int[order.length - test.length];
        System.arraycopy(order, 0, train, 0, from);
        System.arraycopy(order, to, train, from, order.length - to);
        return new Split(rows(train), rows(test));
    }

    /** For instance {@code Dataset[60000 examples, inputs F32[60000, 784], targets I32[60000]]}. */
    @Override
    public String toString() {
        return "Dataset[" + size() + " examples, inputs " + inputs.dtype() + inputs.shape() + ", targets "
                + targets.dtype() + targets.shape() + "]";
    }
}
