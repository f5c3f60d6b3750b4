package dev.norn.examples.regression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.data.PolynomialFeatures;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.metrics.Regression;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Model;
import dev.norn.optim.Optimizer;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Trainer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Least squares, ridge and lasso. The numbers named after scikit-learn are of version 1.2.1:
 *
 * <pre>
 * import numpy as np
 * from sklearn.linear_model import LinearRegression, Ridge, Lasso
 * i = np.arange(12.0)
 * X = np.column_stack([np.sin(i), np.cos(2*i), i/10, np.sin(3*i+1)])
 * y = 1 + 2*X[:,0] - 3*X[:,2] + 0.1*np.cos(5*i)
 * n = len(y)
 * def show(m): print([float(v) for v in m.coef_], float(m.intercept_))
 * show(LinearRegression().fit(X, y))
 * for lam in [1e-3, 0.1, 10]: show(Ridge(alpha=n*lam, solver='svd').fit(X, y))
 * for lam in [1e-3, 0.1, 1]: show(Lasso(alpha=lam/2, tol=1e-14, max_iter=10**6).fit(X, y))
 * D = np.column_stack([X, X[:,0]])
 * show(LinearRegression().fit(D, y))
 * show(Ridge(alpha=n*0.1, solver='svd').fit(D, y))
 * show(LinearRegression().fit(X[:3], y[:3]))
 * show(Ridge(alpha=3*0.1, solver='svd').fit(X[:3], y[:3]))
 * show(Lasso(alpha=0.05, tol=1e-14, max_iter=10**6).fit(X[:3], y[:3]))
 * print(np.linalg.cond(X - X.mean(0)))
 * </pre>
 */
class RegressionTest {

    private static final Dataset WAVES = waves(12);

    private static Dataset waves(int n) {
        double[] x = new double[4 * n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[4 * i] = Math.sin(i);
            x[4 * i + 1] = Math.cos(2 * i);
            x[4 * i + 2] = i / 10.0;
            x[4 * i + 3] = Math.sin(3 * i + 1);
            y[i] = 1 + 2 * x[4 * i] - 3 * x[4 * i + 2] + 0.1 * Math.cos(5 * i);
        }
        return new Dataset(NdArray.of(Shape.of(n, 4), x), NdArray.of(Shape.of(n, 1), y));
    }

    /** The data with more columns. */
    private static Dataset with(Dataset data, int more, Function<double[], double[]> columns) {
        int p = data.features();
        double[] x = new double[data.size() * (p + more)];
        for (int i = 0; i < data.size(); i++) {
            double[] row = Arrays.copyOfRange(data.inputs().doubles(), i * p, (i + 1) * p);
            System.arraycopy(row, 0, x, i * (p + more), p);
            System.arraycopy(columns.apply(row), 0, x, i * (p + more) + p, more);
        }
        return new Dataset(NdArray.of(Shape.of(data.size(), p + more), x), data.targets());
    }

    /** Normally distributed. */
    private static Dataset random(int n, int p, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[] x = new double[n * p];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = 3 + 0.5 * random.nextGaussian();
            for (int j = 0; j < p; j++) {
                x[i * p + j] = j + random.nextGaussian();
                y[i] += j % 3 == 0 ? x[i * p + j] : 0;
            }
        }
        return new Dataset(NdArray.of(Shape.of(n, p), x), NdArray.of(Shape.of(n, 1), y));
    }

    private static void assertModel(LinearModel actual, double tolerance, double intercept, double... coefficients) {
        assertArrayEquals(coefficients, actual.coefficients(), tolerance);
        assertEquals(intercept, actual.intercept(), tolerance);
    }

    @Test
    void asScikitLearn() {
        Ridge.Fit ols = Ridge.leastSquares(WAVES);
        assertModel(ols.model(), 1e-12, 1.0301453226746147,
                1.9348958640011769, 0.0157854700218385, -3.03196200355073, -0.008110085843374693);
        assertEquals(4, ols.rank());
        assertEquals(2.375299592356689, ols.condition(), 1e-12);
        assertModel(Ridge.fit(WAVES, 1e-3).model(), 1e-12, 1.0155733209462638,
                1.9349863183643012, 0.018264421264898134, -3.0055582173835558, -0.007335660194549454);
        assertModel(Ridge.fit(WAVES, 0.1).model(), 1e-12, 0.28889571841821304,
                1.7793376964539602, 0.1241218850173339, -1.6752942604356393, -0.0009501775719641392);
        assertModel(Ridge.fit(WAVES, 10).model(), 1e-12, -0.5481369491329998,
                0.11301708542847466, 0.016379575397868204, -0.04904484962203381, -0.006355296755419126);
        assertModel(Lasso.fit(WAVES, 1e-3, 1e-15, 1000).model(), 1e-7, 1.0278356668149737,
                1.934700021363312, 0.015200336265672713, -3.0280033007409726, -0.005840161911882574);
        assertModel(Lasso.fit(WAVES, 0.1, 1e-15, 1000).model(), 1e-7, 0.8180985331996053,
                1.8931273777384183, 0, -2.644729426496376, 0);
        assertModel(Lasso.fit(WAVES, 1, 1e-15, 1000).model(), 1e-7, -0.6190592980256101, 1.3840778289816786, 0, 0, 0);
    }

    /** Of two equal columns each takes half. */
    @Test
    void dependentColumnsAsScikitLearn() {
        Dataset twice = with(WAVES, 1, row -> new double[] {row[0]});
        Ridge.Fit ols = Ridge.leastSquares(twice);
        assertEquals(4, ols.rank());
        assertTrue(ols.condition() > 1e15);
        assertModel(ols.model(), 1e-12, 1.0301453226746136,
                0.9674479320005874, 0.015785470021838055, -3.0319620035507286, -0.008110085843373971, 0.9674479320005878);
        assertModel(Ridge.fit(twice, 0.1).model(), 1e-12, 0.24853105466110936,
                0.9758086381668556, 0.1271557935041464, -1.6154684655298017, 0.02449932073782704, 0.9758086381668556);
    }

    @Test
    void fewerSamplesThanFeaturesAsScikitLearn() {
        Dataset three = waves(3);
        Ridge.Fit ols = Ridge.leastSquares(three);
        assertEquals(2, ols.rank());
        assertEquals(Double.POSITIVE_INFINITY, ols.condition());
        assertModel(ols.model(), 1e-12, 1.7884300648675,
                0.2564374606709843, -0.44763443130307884, 0.04244919435628629, -0.2861603524207);
        assertArrayEquals(three.targets().doubles(), ols.model().predict(three.inputs()).doubles(), 1e-12);
        assertModel(Ridge.fit(three, 0.1).model(), 1e-12, 1.8014503702826565,
                0.22868100070691455, -0.3982761688797903, 0.03717858760425887, -0.26652840349078083);
        assertModel(Lasso.fit(three, 0.1, 1e-15, 10_000).model(), 1e-6, 1.925885304674119,
                0, -0.5305013797646926, 0, -0.22744259662866745);
    }

    /** One feature has formulas of its own: cov / var, cov / (var + λ), and cov less λ/2, over var. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-6, 0.01, 0.3, 100})
    void oneFeature(double lambda) {
        Dataset line = random(57, 1, 4);
        double[] x = line.inputs().doubles();
        double[] y = line.targets().doubles();
        double mx = Arrays.stream(x).average().orElseThrow();
        double my = Arrays.stream(y).average().orElseThrow();
        double cov = IntStream.range(0, 57).mapToDouble(i -> (x[i] - mx) * (y[i] - my)).sum() / 57;
        double var = IntStream.range(0, 57).mapToDouble(i -> (x[i] - mx) * (x[i] - mx)).sum() / 57;
        double ridge = cov / (var + lambda);
        assertModel(Ridge.fit(line, lambda).model(), 1e-13, my - ridge * mx, ridge);
        double lasso = Math.max(0, cov - lambda / 2) / var;
        assertModel(Lasso.fit(line, lambda).model(), 1e-12, my - lasso * mx, lasso);
    }

    /** At the minimum 2/n Xᵀ(y - Xθ - b) is λ sign θ where θ is not 0, and nowhere beyond ±λ; the residuals sum to 0. */
    @ParameterizedTest
    @CsvSource({"50, 7, 0.01", "50, 7, 0.5", "7, 50, 0.1", "7, 7, 0.1", "8, 7, 0.1", "1, 3, 0.1", "2, 1, 0.1", "1000, 40, 0.02"})
    void lassoMeetsItsConditions(int n, int p, double lambda) {
        Dataset data = random(n, p, 11);
        Lasso.Fit fit = Lasso.fit(data, lambda, 1e-14, 100_000);
        assertTrue(fit.converged() && fit.gap() <= 1e-14, fit.toString());
        double[] theta = fit.model().coefficients();
        double[] residual = residual(data, fit.model());
        assertEquals(0, Arrays.stream(residual).sum() / n, 1e-10);
        for (int j = 0; j < p; j++) {
            double slope = 0;
            for (int i = 0; i < n; i++) {
                slope += 2.0 / n * data.inputs().get(i, j) * residual[i];
            }
            if (theta[j] == 0) {
                assertTrue(Math.abs(slope) <= lambda + 1e-5, "feature " + j + ": " + slope);
            } else {
                assertEquals(lambda * Math.signum(theta[j]), slope, 1e-5);
            }
        }
    }

    /** At the minimum 2/n Xᵀ(y - Xθ - b) is 2λθ. */
    @ParameterizedTest
    @CsvSource({"50, 7, 0", "50, 7, 0.5", "7, 50, 0.1", "8, 7, 0", "7, 7, 0.1", "1, 3, 0.1", "1000, 40, 1e-6"})
    void ridgeMeetsItsCondition(int n, int p, double lambda) {
        Dataset data = random(n, p, 12);
        LinearModel model = Ridge.fit(data, lambda).model();
        double[] residual = residual(data, model);
        assertEquals(0, Arrays.stream(residual).sum() / n, 1e-11);
        for (int j = 0; j < p; j++) {
            double slope = 0;
            for (int i = 0; i < n; i++) {
                slope += data.inputs().get(i, j) * residual[i] / n;
            }
            assertEquals(lambda * model.coefficients()[j], slope, 1e-10);
        }
    }

    private static double[] residual(Dataset data, LinearModel model) {
        NdArray predicted = model.predict(data.inputs());
        return IntStream.range(0, data.size()).mapToDouble(i -> data.targets().get(i) - predicted.get(i)).toArray();
    }

    /** With λ at its greatest useful value, 2‖Xᵀy‖∞/n, all coefficients are 0; a little below, one is not. */
    @Test
    void whereTheLassoBegins() {
        Dataset data = random(100, 5, 2);
        double mean = Arrays.stream(data.targets().doubles()).average().orElseThrow();
        StandardScaler columns = StandardScaler.centering(data.inputs());
        NdArray x = columns.transform(data.inputs());
        double greatest = IntStream.range(0, 5).mapToDouble(j -> Math.abs(IntStream.range(0, 100)
                .mapToDouble(i -> x.get(i, j) * (data.targets().get(i) - mean)).sum()) * 2 / 100).max().orElseThrow();
        assertArrayEquals(new double[5], Lasso.fit(data, greatest * (1 + 1e-9)).model().coefficients());
        double[] below = Lasso.fit(data, greatest * 0.99).model().coefficients();
        assertEquals(1, Arrays.stream(below).filter(c -> c != 0).count());
    }

    /** What the intercept explains already gets nothing. */
    @Test
    void aConstantColumnGetsNothing() {
        Dataset constant = with(WAVES, 1, row -> new double[] {0.1});
        for (LinearModel model : new LinearModel[] {Ridge.leastSquares(constant).model(), Ridge.fit(constant, 0.1).model(),
            Lasso.fit(constant, 0.1).model()}) {
            assertEquals(0, model.coefficients()[4], 1e-15);
        }
        assertEquals(4, Ridge.leastSquares(constant).rank());
        Dataset nothing = new Dataset(NdArray.of(Shape.of(3, 1), 2.0, 2, 2), NdArray.of(Shape.of(3, 1), 1.0, 2, 6));
        assertEquals(new Ridge.Fit(new LinearModel(new double[1], 3), 0, Double.POSITIVE_INFINITY), Ridge.leastSquares(nothing));
        assertEquals(new LinearModel(new double[1], 3), Lasso.fit(nothing, 0.5).model());
    }

    /** Targets that are all equal, and a single sample: the intercept says it all. */
    @Test
    void nothingToExplain() {
        Dataset flat = new Dataset(WAVES.inputs(), NdArray.of(Shape.of(12, 1), DoubleArrays.filled(12, 0.1)));
        assertEquals(new LinearModel(new double[4], 0.1), Lasso.fit(flat, 0.1).model());
        assertModel(Ridge.leastSquares(flat).model(), 1e-16, 0.1, 0, 0, 0, 0);
        assertEquals(new LinearModel(new double[4], WAVES.targets().get(0)), Lasso.fit(WAVES.rows(0, 1), 0.1).model());
        assertEquals(new LinearModel(new double[4], WAVES.targets().get(0)), Ridge.leastSquares(WAVES.rows(0, 1)).model());
    }

    private static final class DoubleArrays {
        static double[] filled(int n, double value) {
            double[] values = new double[n];
            Arrays.fill(values, value);
            return values;
        }
    }

    @Test
    void lassoWithoutPenaltyIsLeastSquares() {
        assertEquals(Ridge.leastSquares(WAVES).model(), Lasso.fit(WAVES, 0).model());
        assertEquals(Ridge.leastSquares(waves(3)).model(), Lasso.fit(waves(3), 0).model());
    }

    @Test
    void lassoSaysWhetherItIsThere() {
        Dataset powers = new PolynomialFeatures(1, 14).transform(Runge.sample(200, 0, 1, 0.1, 1));
        Lasso.Fit early = Lasso.fit(powers, 1e-4, 1e-12, 13);
        assertFalse(early.converged());
        assertEquals(13, early.passes());
        Lasso.Fit later = Lasso.fit(powers, 1e-4, 1e-3, 1_000_000);
        assertTrue(later.converged() && later.gap() <= 1e-3);
        assertTrue(objective(powers, later.model(), 1e-4) < objective(powers, early.model(), 1e-4));
        // The gap is a bound: no model is further below than it says.
        double variance = 1 / 200.0 * Arrays.stream(residual(powers, new LinearModel(new double[14],
                Arrays.stream(powers.targets().doubles()).average().orElseThrow()))).map(r -> r * r).sum();
        assertTrue(objective(powers, early.model(), 1e-4) - early.gap() * variance <= objective(powers, later.model(), 1e-4));
    }

    private static double objective(Dataset data, LinearModel model, double lambda) {
        return Regression.mse(data.targets(), model.predict(data.inputs()))
                + lambda * Arrays.stream(model.coefficients()).map(Math::abs).sum();
    }

    /** Powers of x on [0, 1]: their condition number, squared, would leave the normal equations no digit. */
    @Test
    void illConditionedPowersAreFitted() {
        double[] truth = {1, -2, 3, -4, 5, -4, 3, -2, 1};
        NdArray x = Runge.sample(400, 0, 1, 0, 3).inputs();
        NdArray powers = new PolynomialFeatures(1, truth.length).transform(x);
        NdArray y = new LinearModel(truth, 0.5).predict(powers);
        Ridge.Fit fit = Ridge.leastSquares(new Dataset(powers, y));
        assertTrue(fit.condition() > 1e5 && fit.rank() == 9, fit.toString());
        assertArrayEquals(truth, fit.model().coefficients(), 1e-14 * fit.condition());
    }

    /**
     * The same minimum by gradients: of ridge, by whole batches and by Adam; with batches of a few samples it comes near. Where a
     * coefficient of the lasso is 0, the steps of the subgradient, η λ long, leave it only near.
     */
    @ParameterizedTest
    @ValueSource(strings = {"gd", "adam", "sgd"})
    void byGradientDescent(String kind) {
        Trainer.Builder ridge = GradientDescent.ridge(4, DType.F64, 0.1);
        Trainer.Builder lasso = GradientDescent.lasso(4, DType.F64, 0.1);
        double tolerance = switch (kind) {
            case "gd" -> 1e-9;
            case "adam" -> 1e-3;
            default -> 0.05;
        };
        assertNear(Ridge.fit(WAVES, 0.1).model(), fit(ridge, kind), tolerance);
        assertNear(Lasso.fit(WAVES, 0.1).model(), fit(lasso, kind), kind.equals("gd") ? 0.05 : 2 * tolerance);
        if (kind.equals("gd")) {
            assertNear(Ridge.leastSquares(WAVES).model(), fit(GradientDescent.leastSquares(4, DType.F64), kind), 1e-9);
        }
    }

    private static LinearModel fit(Trainer.Builder builder, String kind) {
        switch (kind) {
            case "gd" -> builder.optimizer(Optimizer.sgd()).learningRate(0.2).batchSize(0).epochs(2000);
            case "adam" -> builder.optimizer(Optimizer.adam(0.9, 0.999, 1e-8)).learningRate(1e-2).batchSize(0).epochs(2000);
            default -> builder.optimizer(Optimizer.sgd()).learningRate(0.01).batchSize(5).epochs(2000);
        }
        try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT.withThreads(1))) {
            Trainer trainer = builder.build(backend);
            trainer.fit(WAVES);
            return LinearModel.of(trainer.model());
        }
    }

    private static void assertNear(LinearModel expected, LinearModel actual, double tolerance) {
        assertModel(actual, tolerance, expected.intercept(), expected.coefficients());
    }

    @Test
    void crossValidationIsTheMeanOverTheFolds() {
        Dataset data = random(30, 2, 5);
        CrossValidation found = CrossValidation.of(data, 5, 9, train -> Ridge.fit(train, 0.1).model());
        double[] errors = new double[5];
        for (int i = 0; i < 5; i++) {
            Split split = data.kFold(5, 9).get(i);
            errors[i] = Regression.mse(split.test().targets(), Ridge.fit(split.train(), 0.1).model().predict(split.test().inputs()));
        }
        assertArrayEquals(errors, found.errors());
        assertEquals(Arrays.stream(errors).average().orElseThrow(), found.mean(), 1e-15);
        assertEquals(5, Arrays.stream(found.errors()).distinct().count());
        double squares = Arrays.stream(errors).map(e -> (e - found.mean()) * (e - found.mean())).sum();
        assertEquals(Math.sqrt(squares / 4), found.deviation(), 1e-15);
        assertThrows(IllegalArgumentException.class, () -> CrossValidation.of(data, 1, 9, train -> Ridge.fit(train, 0).model()));
        assertThrows(IllegalArgumentException.class, () -> CrossValidation.of(data, 31, 9, train -> Ridge.fit(train, 0).model()));
    }

    @Test
    void f32DataAreComputedInF64() {
        assertNear(Ridge.leastSquares(WAVES).model(), Ridge.leastSquares(WAVES.to(DType.F32)).model(), 1e-6);
        assertEquals(DType.F64, Ridge.leastSquares(WAVES).model().predict(WAVES.inputs().to(DType.F32)).dtype());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        for (double lambda : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
            String message = "λ must be finite and not negative, it is " + lambda;
            assertEquals(message, refusal(() -> Ridge.fit(WAVES, lambda)));
            assertEquals(message, refusal(() -> Lasso.fit(WAVES, lambda)));
            assertEquals(message, refusal(() -> GradientDescent.ridge(1, DType.F64, lambda)));
            assertEquals(message, refusal(() -> GradientDescent.lasso(1, DType.F64, lambda)));
        }
        assertEquals("the tolerance must be positive, it is 0.0", refusal(() -> Lasso.fit(WAVES, 1, 0, 1)));
        assertEquals("there must be at least 1 pass, not 0", refusal(() -> Lasso.fit(WAVES, 1, 1, 0)));
        assertEquals("the model takes [n, 4], not [2, 3]", refusal(() ->
                Ridge.leastSquares(WAVES).model().predict(NdArray.zeros(DType.F64, Shape.of(2, 3)))));
        Model deep = new Model(1, DType.F64, 1, new Dense(2, Activation.TANH), new Dense(1));
        assertTrue(refusal(() -> LinearModel.of(deep)).startsWith("a linear model is one layer"));
        Dataset labels = new Dataset(WAVES.inputs(), NdArray.zeros(DType.I32, Shape.of(12)));
        Dataset two = new Dataset(WAVES.inputs(), NdArray.zeros(DType.F64, Shape.of(12, 2)));
        for (Dataset wrong : new Dataset[] {labels, two}) {
            assertThrows(DataException.class, () -> Ridge.leastSquares(wrong));
            assertThrows(DataException.class, () -> Lasso.fit(wrong, 0.1));
        }
        // Numbers that are not finite do not even make a data set.
        assertEquals("input row 1, column 0 is NaN; every value must be finite: drop the row or fill the value in",
                assertThrows(DataException.class, () -> Ridge.leastSquares(new Dataset(
                        NdArray.of(Shape.of(2, 1), 1, Double.NaN), NdArray.of(Shape.of(2, 1), 1.0, 2)))).getMessage());
        // Finite, but their squares are not.
        Dataset huge = new Dataset(NdArray.of(Shape.of(3, 1), 1, 2, 1e200), NdArray.of(Shape.of(3, 1), 1.0, 2, 3));
        assertThrows(DataException.class, () -> Ridge.leastSquares(huge));
        assertThrows(DataException.class, () -> Lasso.fit(huge, 0.1));
    }

    private static String refusal(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
