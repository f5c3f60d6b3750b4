package dev.norn.data;

import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;

/**
 * Brings every column to mean 0 and standard deviation 1: (x - mean) / scale. Mean and scale come from the training
 * rows and are applied unchanged to all others. As scikit-learn's {@code StandardScaler}, the standard deviation is
 * that of the population (divisor n), and a column of equal values is only centred (scale 1). Immutable.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Split wine = Csv.read(Path.of("wine.csv")).dataset("quality").split(0.2, 42);
 * StandardScaler scaler = StandardScaler.fit(wine.train().inputs());
 * Dataset train = new Dataset(scaler.transform(wine.train().inputs()), wine.train().targets());
 * Dataset test = new Dataset(scaler.transform(wine.test().inputs()), wine.test().targets());
 * }</pre>
 */
public final class StandardScaler {

    private final double[] mean;
    private final double[] scale;

    private StandardScaler(double[] mean, double[] scale) {
        this.mean = mean;
        this.scale = scale;
    }

    /**
     * A scaler with these values, for instance saved ones.
     *
     * @param mean  one for each column, finite
     * @param scale one for each column, finite and above 0
     */
    public static StandardScaler of(double[] mean, double[] scale) {
        if (mean.length != scale.length) {
            throw new IllegalArgumentException(mean.length + " means but " + scale.length + " scales");
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Double.isFinite(mean[c]) || !(scale[c] > 0) || !Double.isFinite(scale[c])) {
                throw new IllegalArgumentException("column " + c + " has mean " + mean[c] + " and scale " + scale[c]
                        + "; both must be finite and the scale above 0");
            }
        }
        return new StandardScaler(mean.clone(), scale.clone());
    }

    /**
     * The scaler for the columns of {@code x}. Sums are F64; the variance is the corrected two-pass one (Chan, Golub
     * and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983).
     *
     * @param x [n, columns], n at least 1, F32 or F64
     * @throws DataException if a value is not finite, or a column so large that its variance is not
     */
    public static StandardScaler fit(NdArray x) {
        checkMatrix(x);
        int n = x.shape().dim(0);
        int columns = x.shape().dim(1);
        if (n == 0) {
            throw new DataException("a scaler needs at least one row, the array is " + x.shape());
        }
        Dataset.requireFinite("input", x);
        double[] first = new double[columns];
        readRow(x, 0, first);
        double[] row = new double[columns];
        double[] mean = new double[columns];
        boolean[] varies = new boolean[columns];
        for (int r = 0; r < n; r++) {
            readRow(x, r, row);
            for (int c = 0; c < columns; c++) {
                mean[c] += row[c];
                varies[c] |= row[c] != first[c];
            }
        }
        for (int c = 0; c < columns; c++) {
            // The rounded mean of equal values can differ from them, and would turn them into plus or minus 1.
            mean[c] = varies[c] ? mean[c] / n : first[c];
        }
        double[] squares = new double[columns];
        double[] residue = new double[columns];
        for (int r = 0; r < n; r++) {
            readRow(x, r, row);
            for (int c = 0; c < columns; c++) {
                double d = row[c] - mean[c];
                squares[c] += d * d;
                residue[c] += d;
            }
        }
        double[] scale = new double[columns];
        for (int c = 0; c < columns; c++) {
            double sd = Math.sqrt(Math.max(0, squares[c] - residue[c] * residue[c] / n) / n);
            if (!Double.isFinite(sd)) {
                throw new DataException("column " + c + " is too large: its variance is beyond the range of F64");
            }
            scale[c] = varies[c] && sd > 0 ? sd : 1;
        }
        return new StandardScaler(mean, scale);
    }

    /** As {@link #fit}, but columns are only centred: every scale is 1. */
    public static StandardScaler centering(NdArray x) {
        double[] mean = fit(x).mean;
        double[] ones = new double[mean.length];
        Arrays.fill(ones, 1);
        return new StandardScaler(mean, ones);
    }

    /** Each column's mean (a copy). */
    public double[] mean() {
        return mean.clone();
    }

    /** What each column is divided by (a copy). */
    public double[] scale() {
        return scale.clone();
    }

    /** (x - mean) / scale, as a new array of the type of {@code x} [any number of rows, columns]. */
    public NdArray transform(NdArray x) {
        return map(x, true);
    }

    /** x · scale + mean: undoes {@link #transform}, but for rounding. */
    public NdArray inverse(NdArray x) {
        return map(x, false);
    }

    private NdArray map(NdArray x, boolean forward) {
        checkMatrix(x);
        int columns = mean.length;
        if (x.shape().dim(1) != columns) {
            throw new IllegalArgumentException(
                    "the scaler has " + columns + " columns, the array is " + x.dtype() + x.shape());
        }
        NdArray result = NdArray.zeros(x.dtype(), x.shape());
        double[] row = new double[columns];
        for (int r = 0; r < x.shape().dim(0); r++) {
            readRow(x, r, row);
            for (int c = 0; c < columns; c++) {
                row[c] = forward ? (row[c] - mean[c]) / scale[c] : row[c] * scale[c] + mean[c];
            }
            writeRow(row, result, r);
        }
        return result;
    }

    private static void checkMatrix(NdArray x) {
        Shape shape = x.shape();
        if (!x.dtype().isFloating() || shape.rank() != 2) {
            throw new IllegalArgumentException("a scaler takes [n, columns] of F32 or F64, not " + x.dtype() + shape);
        }
    }

    private static void readRow(NdArray x, int r, double[] row) {
        int start = r * row.length;
        if (x.dtype() == DType.F64) {
            System.arraycopy(x.doubles(), start, row, 0, row.length);
        } else {
            float[] values = x.floats();
            for (int c = 0; c < row.length; c++) {
                row[c] = values[start + c];
            }
        }
    }

    private static void writeRow(double[] row, NdArray x, int r) {
        int start = r * row.length;
        if (x.dtype() == DType.F64) {
            System.arraycopy(row, 0, x.doubles(), start, row.length);
        } else {
            float[] values = x.floats();
            for (int c = 0; c < row.length; c++) {
                values[start + c] = (float) row[c];
            }
        }
    }
}
