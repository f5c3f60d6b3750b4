package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MnistCommandTest {

    @TempDir
    private Path folder;

    private Path json;

    @BeforeEach
    void writeDigits() {
        SmallDigits.write(folder);
        json = folder.resolve("result.json");
    }

    private Cli train(String options) {
        String usual = (options.contains("--hidden") ? "" : "--hidden 12 ")
                + (options.contains("--batch-size") || options.contains("--optimizer gd") ? "" : "--batch-size 20 ");
        return Cli.run("mnist " + usual + options + " --data " + folder + " --json " + json);
    }

    private Map<String, Object> trained(String options) {
        train(options).succeeded();
        return Json.read(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void report(String backend) throws IOException {
        Map<String, Object> report =
                trained("--epochs 20 --learning-rate 0.02 --validation-split 0.2 --seed 7 --backend " + backend);
        assertEquals(List.of("version", "java", "backend", "device", "device_details", "precision", "seed", "parameters",
                "parameter_count", "epochs", "best_epoch", "seconds_total", "seconds_training", "seconds_to_first_step",
                "samples_per_second", "history", "test_loss", "test_accuracy", "test_kappa",
                "true_positive_rate", "false_positive_rate", "confusion_matrix"),
                List.copyOf(report.keySet()));
        assertEquals(Main.version(), report.get("version"));
        assertEquals(System.getProperty("java.version"), report.get("java"));
        assertEquals(backend, report.get("backend"));
        assertEquals("f32", report.get("precision"));
        assertEquals(7L, report.get("seed"));
        assertEquals(64L * 12 + 12 + 12 * 10 + 10, report.get("parameter_count"));
        assertEquals(20L, report.get("epochs"));
        assertTrue((double) report.get("seconds_total") >= (double) report.get("seconds_training"));
        assertTrue((double) report.get("test_accuracy") > 0.9, report.toString());
        assertTrue((double) report.get("test_loss") > 0);

        List<Map<String, Object>> history = Json.list(report, "history");
        assertEquals(20, history.size());
        for (int i = 0; i < 20; i++) {
            Map<String, Object> epoch = history.get(i);
            assertEquals(List.of("epoch", "loss", "val_loss", "accuracy", "val_accuracy", "seconds"),
                    List.copyOf(epoch.keySet()));
            assertEquals(i + 1L, epoch.get("epoch"));
            assertTrue((double) epoch.get("seconds") > 0);
        }
        assertTrue((double) history.get(19).get("loss") < (double) history.get(0).get("loss"));
        assertTrue((double) history.get(19).get("val_accuracy") > 0.8);

        List<List<Long>> matrix = Json.list(report, "confusion_matrix");
        assertEquals(10, matrix.size());
        long right = 0;
        for (int k = 0; k < 10; k++) {
            assertEquals(SmallDigits.TEST / 10, matrix.get(k).stream().mapToLong(n -> n).sum());
            right += matrix.get(k).get(k);
        }
        assertEquals((double) right / SmallDigits.TEST, (double) report.get("test_accuracy"), 1e-12);
        assertEquals(10, Json.list(report, "true_positive_rate").size());
        assertEquals(10, Json.list(report, "false_positive_rate").size());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".tmp")).toList());
        }
    }

    @Test
    void effectiveOptions() {
        assertEquals(
                "{backend=cpu, precision=f32, seed=1, data=" + folder + ", hidden=[12], activation=relu, init=he, dropout=0.1, l1=0.0, l2=0.0, optimizer=adam, learning_rate=0.002,"
                        + " beta1=0.9, beta2=0.999, schedule=cosine, schedule_epochs=1.0, batch_size=20, drop_last=false,"
                        + " sampling=shuffled, epochs=1}",
                trained("--epochs 1 --backend cpu").get("parameters").toString());
        assertEquals(
                "{backend=cpu, precision=f64, seed=5, data=" + folder + ", hidden=[12], activation=tanh, init=glorot, dropout=0.0, l1=0.1, l2=0.2, optimizer=rmsprop,"
                        + " learning_rate=0.5, beta2=0.9, schedule=step, schedule_epochs=0.5, batch_size=20,"
                        + " drop_last=true, sampling=in-order, epochs=2, validation_split=0.25, patience=3, threads=1}",
                trained("--epochs 2 --activation tanh --dropout 0 --l1 0.1 --l2 0.2 --optimizer rmsprop --learning-rate 0.5"
                        + " --schedule step --drop-last --sampling in-order --validation-split 0.25 --patience 3"
                        + " --threads 1 --precision f64 --seed 5 --backend cpu").get("parameters").toString());
    }

    @Test
    void whatWasNotMeasuredIsNull() {
        Map<String, Object> epoch = Json.<Map<String, Object>>list(trained("--epochs 1"), "history").get(0);
        assertNull(epoch.get("val_loss"));
        assertNull(epoch.get("val_accuracy"));
        assertTrue((double) epoch.get("accuracy") >= 0);
    }

    @Test
    void summary() {
        Cli cli = train("--epochs 3 --backend cpu").succeeded();
        assertTrue(cli.out().startsWith("backend   cpu: "), cli.out());
        assertFalse(cli.out().contains("auto"), cli.out());
        assertTrue(cli.out().contains("model     64-12-10, 910 parameters, F32\n"), cli.out());
        assertTrue(cli.out().matches("(?s).*training  3 epochs, [\\d.]+ s \\([\\d.]+ s in all\\)\n.*"), cli.out());
        assertTrue(cli.out().matches("(?s).*\ntest      loss [\\d.]+, accuracy [\\d.]+ %, Cohen's kappa -?[\\d.]+\n.*"),
                cli.out());
        assertTrue(cli.out().contains("TPR") && cli.out().contains("FPR"), cli.out());
    }

    @Test
    void autoSaysWhatItChose() {
        Cli cli = train("--epochs 1").succeeded();
        assertTrue(cli.out().contains("          auto " + Backends.choose().explanation() + "\n"), cli.out());
        assertTrue(cli.out().contains("; not absent (" + AbsentProvider.REASON + ")"), cli.out());
    }

    @Test
    void progressWithoutTerminal() {
        List<String> lines = train("--epochs 3 --validation-split 0.1").succeeded().err().lines().toList();
        assertEquals(3, lines.size());
        for (int i = 0; i < 3; i++) {
            assertTrue(lines.get(i).matches("epoch " + (i + 1) + "/3  loss [\\d.]+  accuracy [\\d.]+ %"
                    + "  validation loss [\\d.]+  validation accuracy [\\d.]+ %  [\\d,]+ samples/s"), lines.get(i));
        }
    }

    @Test
    void quiet() {
        assertEquals("", train("--epochs 2 --quiet").succeeded().err());
    }

    @Test
    void sameSeedSameModel() {
        Object one = trained("--epochs 2 --threads 1 --backend cpu").get("test_loss");
        assertEquals(one, trained("--epochs 2 --threads 1 --backend cpu").get("test_loss"));
        assertNotEquals(one, trained("--epochs 2 --threads 1 --backend cpu --seed 2").get("test_loss"));
        assertEquals((double) one, (double) trained("--epochs 2 --backend reference").get("test_loss"), 1e-4);
        assertEquals((double) one, (double) trained("--epochs 2 --precision f64").get("test_loss"), 1e-4);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--hidden none", "--hidden 9,8,7 --activation softmax", "--activation gelu", "--activation leaky-relu --init zeros",
        "--optimizer gd", "--optimizer sgd", "--optimizer momentum --momentum 0.5", "--optimizer rmsprop --beta2 0.8",
        "--optimizer adamw --weight-decay 0.1", "--init standard-normal", "--sampling with-replacement",
        "--schedule constant", "--schedule step", "--schedule exponential", "--schedule cosine --schedule-epochs 1",
        "--schedule warm-up",
        "--batch-size 33 --drop-last", "--batch-size 1000000", "--batch-size 1000000 --drop-last", "--dropout 0.5",
        "--l1 0.001", "--l2 0.001",
    })
    void everyOptionTrains(String options) {
        Map<String, Object> report = trained("--epochs 2 --precision f64 " + options);
        List<Map<String, Object>> history = Json.list(report, "history");
        assertEquals(2, history.size());
        history.forEach(epoch -> assertTrue((double) epoch.get("loss") > 0, report.toString()));
    }

    @Test
    void patience() {
        // With a rate so large the best does not come last.
        Map<String, Object> report = trained("--epochs 50 --patience 2 --learning-rate 3 --validation-split 0.3");
        List<Map<String, Object>> history = Json.list(report, "history");
        long best = (long) report.get("best_epoch");
        assertTrue(history.size() < 50, report.toString());
        assertEquals(best + 2, history.size());
        double least = history.stream().mapToDouble(epoch -> (double) epoch.get("val_loss")).min().orElseThrow();
        assertEquals(least, (double) history.get((int) best - 1).get("val_loss"));
    }
}
