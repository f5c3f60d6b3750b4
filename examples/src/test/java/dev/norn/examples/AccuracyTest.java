package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of full size are as good as they should be. */
@Tag("slow")
class AccuracyTest {

    @TempDir
    private Path folder;

    private Map<String, Object> trained(String line) {
        Path json = folder.resolve("result.json");
        Cli.run(line + " --backend cpu --quiet --json " + json).succeeded();
        return Json.read(json);
    }

    private void assertAccuracy(double least, String options) {
        double accuracy = (double) trained("mnist " + options).get("test_accuracy");
        assertTrue(accuracy >= least, "accuracy " + accuracy);
    }

    @Test
    void mnistDefault() {
        assertAccuracy(0.98, "--seed 1");
    }

    @Test
    void mnistSigmoid() {
        assertAccuracy(0.965, "--hidden 128 --activation sigmoid --optimizer adam --learning-rate 0.01 --beta2 0.99"
                + " --batch-size 1000 --epochs 30");
    }

    @Test
    void mnistLeakyRelu() {
        assertAccuracy(0.975, "--hidden 128,64 --activation leaky-relu --learning-rate 0.001 --batch-size 128 --epochs 20");
    }

    /** The noise alone gives 0.01. */
    @Test
    void runge() {
        double mse = (double) trained("runge --samples 1500 --range 0,1 --noise 0.1 --hidden 50,100 --activation sigmoid"
                + " --optimizer adam --learning-rate 0.001 --batch-size 20 --epochs 300").get("test_mse");
        assertTrue(mse >= 0.009 && mse <= 0.012, "test MSE " + mse);
    }
}
