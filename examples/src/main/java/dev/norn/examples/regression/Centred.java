package dev.norn.examples.regression;

import dev.norn.data.Dataset;
import dev.norn.data.StandardScaler;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * A regression problem without its intercept: columns and targets have mean 0, so that the b that is best for any θ is
 * ȳ - x̄ θ. Where there are more samples than features, and none of these depends on the others, rows are further reduced to as
 * many as features by a QR decomposition (Householder): ‖y - X θ‖² = ‖Qᵀy - R θ‖² + what no θ can explain. Unlike the normal
 * equations that does not square the condition number.
 *
 * @param x X centred, [n, p], or R, [p, p]
 * @param y the targets centred, or Qᵀ times them: as many as x has rows
 * @param unexplained ‖y‖² - ‖Qᵀy‖²; 0 where nothing was reduced
 * @param n how many samples there were
 * @param means x̄
 * @param mean ȳ
 */
record Centred(DMatrixRMaj x, double[] y, double unexplained, int n, double[] means, double mean) {

    static Centred of(Dataset data) {
        LinearModel.check(data);
        int n = data.size();
        int p = data.features();
        StandardScaler columns = StandardScaler.centering(data.inputs());
        StandardScaler target = StandardScaler.centering(data.targets());
        DMatrixRMaj x = new DMatrixRMaj(n, p);
        DMatrixRMaj y = new DMatrixRMaj(n, 1);
        double[] means = columns.mean();
        double mean = target.mean()[0];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < p; j++) {
                x.data[i * p + j] = data.inputs().get(i * p + j) - means[j];
            }
            y.data[i] = data.targets().get(i) - mean;
        }
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(n, p);
        // EJML promises a decomposition for independent columns alone, and says when they are not.
        if (n <= p || !qr.decompose(x.copy())) {
            return new Centred(x, y.data, 0, n, means, mean);
        }
        DMatrixRMaj q = qr.getQ(null, true);
        DMatrixRMaj reduced = new DMatrixRMaj(p, 1);
        CommonOps_DDRM.multTransA(q, y, reduced);
        DMatrixRMaj rest = y.copy();
        CommonOps_DDRM.multAdd(-1, q, reduced, rest);
        double unexplained = CommonOps_DDRM.dot(rest, rest);
        return new Centred(qr.getR(null, true), reduced.data, unexplained, n, means, mean);
    }

    /** The model with these coefficients, and the intercept that goes with them. */
    LinearModel model(double[] coefficients) {
        double intercept = mean;
        for (int j = 0; j < means.length; j++) {
            intercept -= means[j] * coefficients[j];
        }
        return new LinearModel(coefficients, intercept);
    }
}
