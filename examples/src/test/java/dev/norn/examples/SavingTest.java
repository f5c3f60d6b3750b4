package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Mnist;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.data.StandardScaler;
import dev.norn.io.Fingerprint;
import dev.norn.io.ModelFile;
import dev.norn.nn.Loss;
import dev.norn.train.Evaluation;
import dev.norn.train.Trainer;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands that train keep: models, and the state to go on from. */
class SavingTest {

    @TempDir
    private Path folder;
    private Path model;
    private Path state;
    private Path json;

    @BeforeEach
    void name() {
        model = folder.resolve("model.safetensors");
        state = folder.resolve("state");
        json = folder.resolve("result.json");
    }

    private static Evaluation evaluate(ModelFile file, Dataset data) {
        try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT)) {
            return new Trainer.Builder(file.model(), file.loss()).build(backend).evaluate(data);
        }
    }

    /** A model that was saved tests as it did, to the last digit. */
    @Test
    void mnist() {
        SmallDigits.write(folder);
        Cli.run("mnist --quiet --backend cpu --hidden 12 --batch-size 20 --epochs 9 --seed 5 --validation-split 0.2 --data " + folder
                + " --json " + json + " --save " + model).succeeded();
        ModelFile file = ModelFile.load(model);
        Map<String, Object> report = Json.read(json);
        Split digits = Mnist.load(folder);
        Evaluation test = evaluate(file, digits.test());
        assertEquals(report.get("test_loss"), test.loss());
        assertEquals((double) report.get("test_accuracy"), test.accuracy(), 1e-15);
        assertEquals(Loss.SOFTMAX_CROSS_ENTROPY, file.loss());

        Map<String, String> provenance = file.provenance();
        assertEquals(report.get("test_accuracy").toString(), provenance.get("test_accuracy"));
        assertEquals(report.get("test_loss").toString(), provenance.get("test_loss"));
        assertEquals("mnist", provenance.get("command"));
        assertEquals("5", provenance.get("seed"));
        assertEquals("9", provenance.get("epochs"));
        assertEquals(report.get("best_epoch").toString(), provenance.get("best_epoch"));
        assertEquals("f32", provenance.get("precision"));
        assertEquals(Fingerprint.of(digits.train()), provenance.get("data"));
        assertEquals(System.getProperty("java.version"), provenance.get("java"));
        assertTrue(provenance.get("device").startsWith("cpu: " + report.get("device")), provenance.get("device"));
        assertEquals(report.get("parameters"), dev.norn.io.Json.read(provenance.get("configuration")));
    }

    /** The file says how inputs were scaled. */
    @ParameterizedTest
    @ValueSource(strings = {"standard", "center", "none"})
    void runge(String scale) {
        Cli.run("runge --quiet --backend cpu --samples 60 --epochs 3 --precision f64 --seed 4 --scale " + scale + " --json " + json
                + " --save " + model).succeeded();
        ModelFile file = ModelFile.load(model);
        Map<String, String> provenance = file.provenance();
        StandardScaler scaler = StandardScaler.of(new double[] {Double.parseDouble(provenance.get("input_mean"))},
                new double[] {Double.parseDouble(provenance.get("input_scale"))});
        Split data = Runge.sample(60, -1, 1, 0.1, 4).split(0.2, 4);
        Dataset test = new Dataset(scaler.transform(data.test().inputs()), data.test().targets());
        assertEquals((double) Json.read(json).get("test_mse"), evaluate(file, test).loss(), 1e-12);
        assertEquals(Json.read(json).get("test_mse").toString(), provenance.get("test_mse"));
        assertEquals("runge", provenance.get("command"));
    }

    /** Cut off after three epochs, and begun anew: all that is reported is what it would have been, but times. */
    @ParameterizedTest
    @ValueSource(strings = {"mnist --hidden 12 --batch-size 20 --dropout 0.2", "runge --samples 60 --hidden 8 --optimizer rmsprop"})
    void resumed(String command) throws IOException {
        SmallDigits.write(folder);
        String options = command + " --backend cpu --schedule constant --validation-split 0.2 --patience 3 --json " + json
                + (command.startsWith("mnist") ? " --data " + folder : "");
        Cli.run(options + " --epochs 7").succeeded();
        Map<String, Object> whole = lasting(Json.read(json));
        Cli first = Cli.run(options + " --epochs 3 --checkpoint " + state + " --resume").succeeded();
        assertFalse(first.err().contains("checkpoint"), first.err());
        Cli second = Cli.run(options + " --epochs 7 --checkpoint " + state + " --resume --save " + model).succeeded();
        List<String> lines = second.err().lines().toList();
        assertEquals("going on from the checkpoint after epoch 3", lines.get(0));
        assertTrue(lines.get(1).startsWith("epoch 4/7"), second.err());
        assertEquals(whole, lasting(Json.read(json)));
        byte[] saved = Files.readAllBytes(model);
        // Once more: nothing is left to do.
        Cli third = Cli.run(options + " --epochs 7 --checkpoint " + state + " --resume --save " + model).succeeded();
        assertEquals(1, third.err().lines().count(), third.err());
        assertArrayEquals(saved, Files.readAllBytes(model));
    }

    private static Map<String, Object> lasting(Map<String, Object> report) {
        report.keySet().removeIf(key -> key.startsWith("seconds") || key.startsWith("samples_per"));
        Json.<Map<String, Object>>list(report, "history").forEach(epoch -> epoch.remove("seconds"));
        return report;
    }

    @Test
    void aCheckpointIsNotOverwrittenUnasked() {
        String line = "runge --quiet --samples 60 --epochs 2 --checkpoint " + state;
        Cli.run(line).succeeded();
        Path file = state.resolve("checkpoint.safetensors");
        Cli.run(line).failed(1, "runge: " + file + " is there already: resume it, delete it, or name another folder");
        Cli.run(line + " --resume --seed 2").failed(1, "runge: " + file + " is of another training: its ");
        Cli.run(line + " --resume --learning-rate 0.1")
                .failed(1, "runge: " + file + " is of another training: its learning rate is \"0.001\", not \"0.1\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--save m.safetensors --backend all         | --save has no meaning with --backend all; it is for one backend",
        "--checkpoint d --backend cpu,reference     | --checkpoint has no meaning with --backend cpu,reference; it is for one backend",
        "--resume                                   | --resume needs --checkpoint DIR",
        "--resume --save m.safetensors              | --resume needs --checkpoint DIR",
    })
    void usage(String options, String message) {
        for (String command : new String[] {"mnist", "runge"}) {
            Cli.run(command + " " + options).failed(2, command + ": " + message);
        }
    }

    /** Before any work is done. */
    @Test
    void whereNothingCanBeWritten() throws IOException {
        for (String command : new String[] {"mnist", "runge"}) {
            Path nowhere = folder.resolve("nowhere").resolve("model.safetensors");
            Cli.run(command + " --save " + nowhere)
                    .failed(1, command + ": cannot write " + nowhere + ": there is no folder " + nowhere.getParent());
            Cli.run(command + " --save " + folder).failed(1, command + ": cannot write " + folder + ": it is a folder");
        }
        Files.writeString(state, "a file");
        Cli.run("runge --checkpoint " + state).failed(1, "runge: cannot write checkpoints to " + state + ": it is no folder");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(state), files.toList());
        }
    }
}
