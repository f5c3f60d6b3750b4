package dev.norn.data;

import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * All products of powers of the columns up to a degree in all, as scikit-learn's {@code PolynomialFeatures} without its column of
 * ones: of one column x, x² … xᵈ; of two, a, b, a², a b, b², a³ … Immutable.
 *
 * <pre>{@code
 * Dataset curve = new PolynomialFeatures(1, 8).transform(Runge.sample(1500, -1, 1, 0.1, 1));
 * System.out.println(curve.features()); // 8
 * }</pre>
 */
public final class PolynomialFeatures {

    private static final int MOST = 1_000_000;

    private final int columns;
    private final int degree;
    /** For each feature of degree 2 and up, which feature it is a column's multiple of, and which column's. */
    private final int[] factor;
    private final int[] column;

    /**
     * Features for inputs of that many columns.
     *
     * @param columns at least 1
     * @param degree at least 1
     * @throws IllegalArgumentException if there would be more than a million features
     */
    public PolynomialFeatures(int columns, int degree) {
        if (columns < 1 || degree < 1) {
            throw new IllegalArgumentException(
                    "columns and degree must be at least 1, they are " + columns + " and " + degree);
        }
        this.columns = columns;
        this.degree = degree;
        List<int[]> features = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            features.add(new int[] {-1, c});
        }
        int from = 0;
        for (int d = 2; d <= degree; d++) {
            int to = features.size();
            // Each column times the features of one degree less whose first column is not before it.
            for (int c = 0; c < columns; c++) {
                for (int f = from; f < to; f++) {
                    if (first(features, f) >= c) {
                        features.add(new int[] {f, c});
                    }
                }
                if (features.size() > MOST) {
                    throw new IllegalArgumentException(columns + " columns have more than " + MOST + " features of degree "
                            + degree);
                }
            }
            from = to;
        }
        this.factor = features.stream().mapToInt(f -> f[0]).toArray();
        this.column = features.stream().mapToInt(f -> f[1]).toArray();
    }

    /** The first column that a feature is a multiple of: the one that it was made with last. */
    private static int first(List<int[]> features, int feature) {
        return features.get(feature)[1];
    }

    /** How many features there are. */
    public int count() {
        return factor.length;
    }

    /**
     * The features.
     *
     * @param x [n, columns], F32 or F64
     * @return [n, {@link #count}], of the same type, computed in F64
     * @throws DataException if a feature is not finite: a value was not, or was too large
     */
    public NdArray transform(NdArray x) {
        if (!x.dtype().isFloating() || x.shape().rank() != 2 || x.shape().dim(1) != columns) {
            throw new IllegalArgumentException(
                    "the features are of [n, " + columns + "], F32 or F64, not of " + x.dtype() + x.shape());
        }
        int n = x.shape().dim(0);
        int count = count();
        NdArray result = NdArray.zeros(x.dtype(), Shape.of(n, count));
        double[] row = new double[count];
        for (int i = 0; i < n; i++) {
            for (int f = 0; f < count; f++) {
                double value = x.get(i * columns + column[f]);
                row[f] = factor[f] < 0 ? value : value * row[factor[f]];
                result.set(i * count + f, row[f]);
                if (!Double.isFinite(result.get(i * count + f))) {
                    throw new DataException("row " + i + " has a feature of degree up to " + degree + " that is " + row[f]
                            + " in " + x.dtype() + "; scale the inputs first");
                }
            }
        }
        return result;
    }

    /** The data with their inputs' features. */
    public Dataset transform(Dataset data) {
        return new Dataset(transform(data.inputs()), data.targets());
    }

    /** For instance {@code PolynomialFeatures[1 column, degree 8, 8 features]}. */
    @Override
    public String toString() {
        return "PolynomialFeatures[" + columns + (columns == 1 ? " column" : " columns") + ", degree " + degree + ", " + count()
                + " features]";
    }
}
