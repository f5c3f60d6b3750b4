package dev.norn.examples.regression;

import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Ridge regression, and with λ = 0 ordinary least squares, in closed form: with the singular value decomposition X = U Σ Vᵀ of
 * the centred inputs, θ = V diag(σ / (σ² + n λ)) Uᵀ y (Hastie, Tibshirani and Friedman 2009, equation 3.47; there λ is our
 * n λ). What X does not determine is left at 0: among all best θ this is the shortest, and the only one that λ → 0 leads to.
 *
 * <pre>{@code
 * Dataset cubic = new PolynomialFeatures(1, 3).transform(Runge.sample(1500, -1, 1, 0.1, 1));
 * Ridge.Fit fit = Ridge.fit(cubic, 1e-4);
 * System.out.println(fit.model() + ", condition " + fit.condition());
 * }</pre>
 */
public final class Ridge {

    private Ridge() {}

    /**
     * A solution.
     *
     * @param model the solution
     * @param rank how many of the features, centred, are linearly independent to working precision: singular values above
     *        max(n, p) ε σ₁, as in LAPACK and NumPy
     * @param condition σ₁/σₚ of the centred inputs: errors in the data may show in θ that many times as large; infinite where a
     *        singular value is 0. The penalty is not counted in
     */
    public record Fit(LinearModel model, int rank, double condition) {}

    /** Ordinary least squares: λ = 0. */
    public static Fit leastSquares(Dataset data) {
        return fit(data, 0);
    }

    /**
     * Minimizes 1/n ‖y - X θ - b‖² + λ‖θ‖².
     *
     * @param data targets [n, 1]
     * @param lambda λ, finite, not negative
     */
    public static Fit fit(Dataset data, double lambda) {
        LinearModel.checkLambda(lambda);
        Centred problem = Centred.of(data);
        DMatrixRMaj x = problem.x();
        int p = x.numCols;
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(x.numRows, p, true, true, true);
        if (!svd.decompose(x.copy())) {
            throw new DataException("the singular values of the inputs do not converge");
        }
        double[] sigma = svd.getSingularValues();
        int count = svd.numberOfSingularValues();
        DMatrixRMaj u = svd.getU(null, false);
        DMatrixRMaj vt = svd.getV(null, true);
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            largest = Math.max(largest, sigma[k]);
            smallest = Math.min(smallest, sigma[k]);
        }
        double negligible = Math.max(problem.n(), p) * Math.ulp(1.0) * largest;
        double[] theta = new double[p];
        int rank = 0;
        for (int k = 0; k < count; k++) {
            if (sigma[k] <= negligible) {
                continue;
            }
            rank++;
            double projection = 0;
            for (int i = 0; i < x.numRows; i++) {
                projection += u.get(i, k) * problem.y()[i];
            }
            double factor = projection / (sigma[k] + problem.n() * lambda / sigma[k]);
            for (int j = 0; j < p; j++) {
                theta[j] += factor * vt.get(k, j);
            }
        }
        // Of n centred rows at most n - 1 are independent.
        double condition = problem.n() <= p ? Double.POSITIVE_INFINITY : largest / smallest;
        return new Fit(problem.model(theta), rank, Double.isNaN(condition) ? Double.POSITIVE_INFINITY : condition);
    }
}
