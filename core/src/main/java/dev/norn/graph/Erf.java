package dev.norn.graph;

/**
 * The error function, by the rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969), with the coefficients of his CALERF. His third interval, above 4, is
 * left out: it serves the relative error of 1 - erf, and the second approximation, continued there, still gives erf
 * itself to the last bit. The relative error is below 7e-16.
 */
final class Erf {

    /** Up to here the first approximation holds. */
    private static final double SMALL = 0.46875;

    /** From here on the result rounds to 1. */
    private static final double LARGE = 6;

    private static final double[] A = {1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
            3.77485237685302021e2, 3.20937758913846947e3};
    private static final double[] B = {1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
            2.84423683343917062e3};
    private static final double[] C = {2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
            6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3,
            2.05107837782607147e3, 1.23033935479799725e3};
    private static final double[] D = {1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
            1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
            1.23033935480374942e3};

    private Erf() {}

    static double erf(double x) {
        double y = Math.abs(x);
        if (y <= SMALL) {
            return x * polynomial(A, x * x) / polynomial(B, x * x);
        }
        y = Math.min(y, LARGE);
        return Math.copySign(1 - Math.exp(-y * y) * polynomial(C, y) / polynomial(D, y), x);
    }

    /** The polynomial whose coefficients are given, the highest power's first. */
    private static double polynomial(double[] coefficients, double x) {
        double y = 0;
        for (double c : coefficients) {
            y = y * x + c;
        }
        return y;
    }
}
