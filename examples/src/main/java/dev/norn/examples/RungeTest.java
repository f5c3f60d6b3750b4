package dev.norn.examples;

import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.data.StandardScaler;
import dev.norn.metrics.Regression;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.train.Trainer;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How well a model fits the samples it was trained with, and those it has not seen. */
record RungeTest(Fit train, Fit test) {

    /** Tests a trainer's model. */
    static RungeTest of(Trainer trainer, RungeData data) {
        return new RungeTest(fit(trainer, data, data.split().train()), fit(trainer, data, data.split().test()));
    }

    private static Fit fit(Trainer trainer, RungeData data, Dataset samples) {
        NdArray predicted = trainer.predict(data.scaled(samples.inputs())).to(DType.F64);
        NdArray f = f(samples.inputs());
        return new Fit(Regression.mse(samples.targets(), predicted), Regression.r2(samples.targets(), predicted),
                Regression.mse(f, predicted), Regression.r2(f, predicted));
    }

    /** The function without noise. */
    static NdArray f(NdArray x) {
        NdArray y = NdArray.zeros(DType.F64, x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.set(i, Runge.f(x.get(i)));
        }
        return y;
    }

    void print(PrintWriter out) {
        train.print(out, "train   ");
        test.print(out, "test    ");
    }

    /** What a saved model tells of it, and of the inputs that it takes. */
    Map<String, String> provenance(RungeData data) {
        StandardScaler scaler = data.scaler();
        return Map.of("inputs", "(x - " + SavedModel.MEAN + ") / " + SavedModel.SCALE,
                SavedModel.MEAN, Double.toString(scaler.mean()[0]), SavedModel.SCALE, Double.toString(scaler.scale()[0]),
                "test_mse", Double.toString(test.mse()), "test_r2", Double.toString(test.r2()));
    }

    Map<String, Object> results() {
        Map<String, Object> results = new LinkedHashMap<>();
        train.report(results, "train");
        test.report(results, "test");
        return results;
    }

    /** How well predictions fit: samples as they are, and the function without noise. */
    record Fit(double mse, double r2, double pureMse, double pureR2) {

        private void print(PrintWriter out, String title) {
            out.printf(Locale.ROOT, "%s  MSE %.6f, R2 %.4f; against the function without noise: MSE %.6f, R2 %.4f%n",
                    title, mse, r2, pureMse, pureR2);
        }

        private void report(Map<String, Object> results, String prefix) {
            results.put(prefix + "_mse", mse);
            results.put(prefix + "_r2", r2);
            results.put(prefix + "_mse_without_noise", pureMse);
            results.put(prefix + "_r2_without_noise", pureR2);
        }
    }
}
