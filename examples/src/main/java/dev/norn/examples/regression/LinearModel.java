package dev.norn.examples.regression;

import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;

/**
 * ŷ = x θ + b. However it is found, what is minimized is
 *
 * <pre>1/n ‖y - X θ - b‖² + λ P(θ)</pre>
 *
 * with P = 0 (least squares), ‖θ‖² (ridge; Hoerl and Kennard 1970) or ‖θ‖₁ (lasso; Tibshirani 1996). The intercept b is not
 * penalized. Other conventions: scikit-learn's {@code Ridge} has α = n λ, its {@code Lasso} α = λ/2, as has glmnet (Friedman,
 * Hastie and Tibshirani 2010, equation 1); {@link dev.norn.nn.Penalty#l2} has 2λ.
 *
 * @param coefficients θ, one for each feature
 * @param intercept b
 */
public record LinearModel(double[] coefficients, double intercept) {

    /** The weights of a network that is one dense layer with one output and without activation. */
    public static LinearModel of(Model model) {
        if (model.layers().size() != 1 || model.outputs() != 1) {
            throw new IllegalArgumentException("a linear model is one layer with one output, not " + model);
        }
        double[] weights = model.value("layers.0.weight").to(DType.F64).doubles().clone();
        return new LinearModel(weights, model.value("layers.0.bias").item());
    }

    /**
     * What it predicts.
     *
     * @param x [n, features]
     * @return F64 [n, 1]
     */
    public NdArray predict(NdArray x) {
        int features = coefficients.length;
        if (x.shape().rank() != 2 || x.shape().dim(1) != features) {
            throw new IllegalArgumentException("the model takes [n, " + features + "], not " + x.shape());
        }
        int n = x.shape().dim(0);
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < features; j++) {
                sum += x.get(i * features + j) * coefficients[j];
            }
            y[i] = sum + intercept;
        }
        return NdArray.of(Shape.of(n, 1), y);
    }

    /** @throws DataException unless the targets are one column of values */
    static void check(Dataset data) {
        if (data.hasLabels() || data.targets().shape().dim(1) != 1) {
            throw new DataException("linear regression takes one column of values as targets, not " + data.targets().dtype()
                    + data.targets().shape());
        }
    }

    static void checkLambda(double lambda) {
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("λ must be finite and not negative, it is " + lambda);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearModel that && Arrays.equals(coefficients, that.coefficients)
                && intercept == that.intercept;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(coefficients) + Double.hashCode(intercept);
    }

    @Override
    public String toString() {
        return "LinearModel[coefficients=" + Arrays.toString(coefficients) + ", intercept=" + intercept + "]";
    }
}
