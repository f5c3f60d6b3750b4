package dev.norn.examples.regression;

import dev.norn.data.Dataset;
import org.ejml.data.DMatrixRMaj;

/**
 * The lasso by coordinate descent: one coefficient after another is set to what is best with the others as they are, a soft
 * threshold (Friedman, Hastie and Tibshirani 2010, "Regularization paths for generalized linear models via coordinate descent",
 * section 2). It ends when the duality gap (Kim, Koh, Lustig, Boyd and Gorinevsky 2007, section III) proves how near the
 * minimum is. Coefficients that are 0 are exactly 0.
 */
public final class Lasso {

    /** The gap is looked at so often: after each so many passes. */
    private static final int PASSES_PER_CHECK = 10;

    private Lasso() {}

    /**
     * A solution.
     *
     * @param model the solution
     * @param passes over all coefficients
     * @param gap how far above the minimum the minimized value is at most, relative to the variance of y
     * @param converged whether the gap is below the tolerance
     */
    public record Fit(LinearModel model, int passes, double gap, boolean converged) {}

    /** As {@link #fit(Dataset, double, double, int)}, to a gap of 1e-10 of the variance of y, in at most 100,000 passes. */
    public static Fit fit(Dataset data, double lambda) {
        return fit(data, lambda, 1e-10, 100_000);
    }

    /**
     * Minimizes 1/n ‖y - X θ - b‖² + λ‖θ‖₁. With λ = 0 that is least squares, which {@link Ridge#leastSquares} solves.
     *
     * @param data targets [n, 1]
     * @param lambda λ, finite, not negative
     * @param tolerance the relative gap to stop at, positive
     * @param maxPasses after how many passes to stop anyway, at least 1
     */
    public static Fit fit(Dataset data, double lambda, double tolerance, int maxPasses) {
        LinearModel.checkLambda(lambda);
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("the tolerance must be positive, it is " + tolerance);
        }
        if (maxPasses < 1) {
            throw new IllegalArgumentException("there must be at least 1 pass, not " + maxPasses);
        }
        if (lambda == 0) {
            return new Fit(Ridge.leastSquares(data).model(), 0, 0, true);
        }
        Descent descent = new Descent(Centred.of(data), lambda);
        double gap = descent.gap();
        int passes = 0;
        while (!(gap <= tolerance) && passes < maxPasses) {
            for (int i = 0; i < PASSES_PER_CHECK && passes < maxPasses; i++) {
                descent.pass();
                passes++;
            }
            gap = descent.gap();
        }
        return new Fit(descent.problem.model(descent.theta), passes, gap, gap <= tolerance);
    }

    /** In terms of half the sum of squares: ½‖y - X θ‖² + α‖θ‖₁, α = n λ / 2, which has the same minimum. */
    private static final class Descent {

        private final Centred problem;
        private final double alpha;
        private final int rows;
        private final int features;
        /** The columns of X, one after another. */
        private final double[] columns;
        private final double[] squares;
        private final double[] theta;
        /** y - X θ. */
        private final double[] residual;

        Descent(Centred problem, double lambda) {
            DMatrixRMaj x = problem.x();
            this.problem = problem;
            this.alpha = problem.n() * lambda / 2;
            this.rows = x.numRows;
            this.features = x.numCols;
            this.columns = new double[rows * features];
            this.squares = new double[features];
            this.theta = new double[features];
            this.residual = problem.y().clone();
            for (int j = 0; j < features; j++) {
                for (int i = 0; i < rows; i++) {
                    double value = x.get(i, j);
                    columns[j * rows + i] = value;
                    squares[j] += value * value;
                }
            }
        }

        void pass() {
            for (int j = 0; j < features; j++) {
                if (squares[j] == 0) {
                    continue; // a constant column, which the intercept makes superfluous
                }
                double old = theta[j];
                double wanted = correlation(j) + squares[j] * old;
                theta[j] = Math.copySign(Math.max(0, Math.abs(wanted) - alpha), wanted) / squares[j] + 0.0;
                double change = theta[j] - old;
                if (change != 0) {
                    for (int i = 0; i < rows; i++) {
                        residual[i] -= change * columns[j * rows + i];
                    }
                }
            }
        }

        private double correlation(int j) {
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += columns[j * rows + i] * residual[i];
            }
            return sum;
        }

        /** The gap between ½‖r‖² + α‖θ‖₁ and the dual at s r, with s such that it is feasible: ‖Xᵀ s r‖∞ ≤ α; over ½‖y‖². */
        double gap() {
            double steepest = 0;
            double norm = 0;
            for (int j = 0; j < features; j++) {
                steepest = Math.max(steepest, Math.abs(correlation(j)));
                norm += Math.abs(theta[j]);
            }
            double rr = problem.unexplained();
            double ry = problem.unexplained();
            double yy = problem.unexplained();
            for (int i = 0; i < rows; i++) {
                double y = problem.y()[i];
                rr += residual[i] * residual[i];
                ry += residual[i] * y;
                yy += y * y;
            }
            double s = steepest > alpha ? alpha / steepest : 1;
            double gap = rr / 2 + alpha * norm - (s * ry - s * s * rr / 2);
            return yy == 0 ? 0 : Math.max(0, gap) / (yy / 2);
        }
    }
}
