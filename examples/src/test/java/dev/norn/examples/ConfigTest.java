package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

/** Options from a file, and runs that are repeated from what others wrote. */
class ConfigTest {

    /** What a result does not follow from. */
    private static final Set<String> NOT_RECORDED = Set.of("--help", "--version", "--verbose", "--config", "--quiet", "--json",
            "--plot", "--dump-kernels", "--save", "--checkpoint", "--resume", "--tensorboard");

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Map<String, Object> results(String line) {
        Path json = folder.resolve("result-of-test.json");
        Cli.run(line + " --json " + json).succeeded();
        return Json.read(json);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parameters(Map<String, Object> results) {
        return (Map<String, Object>) results.get("parameters");
    }

    /** Losses and results; not times. */
    private static List<Object> outcome(Map<String, Object> results) {
        List<Object> outcome = new ArrayList<>();
        for (Map<String, Object> epoch : Json.<Map<String, Object>>list(results, "history")) {
            epoch.remove("seconds");
            outcome.add(epoch);
        }
        results.forEach((key, value) -> {
            if (key.startsWith("test_") || key.equals("parameters") || key.equals("confusion_matrix")) {
                outcome.add(value);
            }
        });
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(strings = {"run.yaml", "run.yml", "run.properties"})
    void optionsOfAFile(String name) throws IOException {
        boolean yaml = !name.endsWith("properties");
        Path config = write(name, """
                # a comment
                hidden: %s
                learning_rate: 1e-2
                batch-size: 7

                drop-last: true
                quiet: false
                range: -1,2
                samples: 50
                epochs: 2
                """.formatted(yaml ? "[6, 5]  # two layers" : "6,\\\n  5"));
        Map<String, Object> parameters = parameters(results("runge --config " + config));
        assertEquals(List.of(6L, 5L), parameters.get("hidden"));
        assertEquals(0.01, parameters.get("learning_rate"));
        assertEquals(7L, parameters.get("batch_size"));
        assertEquals(true, parameters.get("drop_last"));
        assertEquals("-1.0,2.0", parameters.get("range"));
        assertEquals(50L, parameters.get("samples"));
        assertEquals("sigmoid", parameters.get("activation"), "what the file does not say is as always");
    }

    @Test
    void theCommandLineCountsMore() throws IOException {
        Path config = write("run.yaml", "samples: 50\nepochs: 1\nhidden: 5\nquiet: true\ndrop-last: true\noptimizer: momentum\nmomentum: 0.5\n");
        Map<String, Object> parameters =
                parameters(results("runge --epochs=2 --drop-last --config " + config + " --quiet --hidden 4 --optimizer sgd"));
        assertEquals(2L, parameters.get("epochs"));
        assertEquals(List.of(4L), parameters.get("hidden"));
        assertEquals(true, parameters.get("drop_last"));
        assertEquals("sgd", parameters.get("optimizer"), "and what has no meaning beside it is left aside");
        assertFalse(parameters.containsKey("momentum"));
        assertEquals(50L, parameters.get("samples"));
        assertEquals("", Cli.run("runge --config=" + config).succeeded().err());
    }

    @Test
    void helpShowsTheFilesValues() throws IOException {
        Path config = write("run.yaml", "epochs: 12345\n");
        assertTrue(Cli.run("mnist --help --config " + config).succeeded().out().contains("12345"));
    }

    @Test
    void requiredOptionsCanBeThere() throws IOException {
        Path config = write("verify.properties", "backend = cpu\nfilter = " + dev.norn.conformance.Conformance.groups().get(0).name()
                + "\nprecision = f32\n");
        assertTrue(Cli.run("verify --config " + config).succeeded().out().startsWith("cpu: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "mnist --data DATA --hidden 9,8 --batch-size 20 --epochs 3 --seed 7 --backend cpu --validation-split 0.25 --precision f64",
        "mnist --data DATA --hidden none --optimizer rmsprop --epochs 2 --drop-last --sampling with-replacement --backend reference",
        "runge --samples 70 --epochs 3 --noise 0.05 --range -2,1 --test-split 0.3 --scale center --hidden 5 --l2 0.001 --dropout 0.2"
            + " --optimizer adamw --weight-decay 0.02 --schedule step --patience 2 --backend cpu",
        "runge --samples 70 --epochs 2 --hidden 5 --optimizer gd --activation tanh --init glorot",
    })
    void aRunIsRepeatedFromItsResults(String line) {
        SmallDigits.write(folder);
        Path json = folder.resolve("first.json");
        Cli first = Cli.run(line.replace("DATA", folder.toString()) + " --json " + json).succeeded();
        Map<String, Object> again = results(line.substring(0, line.indexOf(' ')) + " --config " + json);
        assertEquals(outcome(Json.read(json)), outcome(again), first.out());
    }

    @Test
    void aComparisonIsRepeated() {
        Path json = folder.resolve("first.json");
        Cli.run("runge --samples 70 --hidden 4 --epochs 2 --backend cpu,reference --json " + json).succeeded();
        Map<String, Object> again = results("runge --config " + json);
        List<Map<String, Object>> runs = Json.list(Json.read(json), "runs");
        List<Map<String, Object>> repeated = Json.list(again, "runs");
        assertEquals(2, repeated.size());
        for (int i = 0; i < 2; i++) {
            assertEquals(outcome(runs.get(i)), outcome(repeated.get(i)));
        }
    }

    /** An option that a result follows from and that is not recorded would make runs unrepeatable. */
    @Test
    void everyOptionIsRecorded() {
        SmallDigits.write(folder);
        Map<String, Set<String>> all = Map.of(
                "mnist", parameters(results("mnist --hidden 4 --epochs 1 --validation-split 0.5 --patience 1 --threads 1 --no-tune"
                        + " --no-graph --backend cpu --schedule step --data " + folder)).keySet(),
                "runge", parameters(results("runge --samples 20 --hidden 4 --epochs 1 --validation-split 0.5 --patience 1 --threads 1"
                        + " --no-tune --no-graph --backend cpu --schedule step")).keySet());
        // For these it takes another optimizer, and a backend of several devices.
        Set<String> others = Set.of("--momentum", "--weight-decay", "--device");
        all.forEach((command, recorded) -> {
            for (OptionSpec option : Main.everything().getSubcommands().get(command).getCommandSpec().options()) {
                String name = option.longestName();
                if (!NOT_RECORDED.contains(name) && !others.contains(name)) {
                    assertTrue(recorded.contains(name.substring(2).replace('-', '_')), command + " " + name);
                }
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "epoch: 3            | , line 1: runge has no option 'epoch' (did you mean epochs?)",
        "zzz: 3              | , line 1: runge has no option 'zzz' (valid are activation, backend, ",
        "help: true          | , line 1: runge has no option 'help' (",
        "config: other.yaml  | , line 1: runge has no option 'config' (",
        "epochs: 3\\nepochs: 4 | , line 2: epochs is there a second time, after ",
        "batch-size: 3\\nbatch_size: 4 | , line 2: batch-size is there a second time, after ",
        "seed: 1\\nepochs: many | Invalid value for option '--epochs': 'many' is not an int (--epochs: FILE, line 2)",
        "epochs: 0           | --epochs must be at least 1, it is 0 (--epochs: FILE, line 1)",
        "backend: tpu        | there is no 'tpu'; valid are auto, ",
        "quiet: yes          | , line 1: quiet must be true or false, it is 'yes'",
        "drop-last:          | , line 1: drop-last must be true or false, it is ''",
        "hidden:\\n  a: 1    | , line 2: hidden must be a plain value",
        "hidden: [[1]]       | , line 1: an element of hidden must be a plain value",
        "[1, 2]              | , line 1: options are lines such as 'epochs: 20'",
        "epochs              | , line 1: options are lines such as 'epochs: 20'",
        "a: 'b               | , line ",
        "a: b: c             | , line 1: mapping values are not allowed here",
        "a: *b               | , line 1: ",
        "--- \\na: 1\\n--- \\nb: 2 | , line 3: ",
    })
    void whatIsWrongInYaml(String text, String message) throws IOException {
        Path config = write("run.yaml", text.replace("\\n", "\n") + "\n");
        Cli.run("runge --config " + config).failed(2, "runge: ", config.toString(), message.replace("FILE", config.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "epoch = 3           | , line 1: runge has no option 'epoch' (did you mean epochs?)",
        "!c;# c;;seed=1;epochs=3;  epochs : 4 | , line 6: epochs is there a second time, after ",
        "hidden=1,^;  2;epochs=0 | --epochs must be at least 1, it is 0 (--epochs: FILE, line 3)",
        "seed = ^u00zz       | , line 1: Malformed ^uxxxx encoding.",
        "quiet               | , line 1: quiet must be true or false, it is ''",
    })
    void whatIsWrongInProperties(String text, String message) throws IOException {
        Path config = write("run.properties", text.replace('^', '\\').replace(';', '\n'));
        Cli.run("runge --config " + config)
                .failed(2, "runge: ", config.toString(), message.replace("FILE", config.toString()).replace('^', '\\'));
    }

    @Test
    void whatIsNoConfiguration() throws IOException {
        Cli.run("runge --config " + write("a.txt", "")).failed(2, "a configuration is a file that ends in .yaml, .yml or .properties;");
        Cli.run("runge --config " + write("a.json", "{}")).failed(2, "there is no \"parameters\"");
        Cli.run("runge --config " + write("b.json", "{\"parameters\": 3}")).failed(2, "options are lines such as");
        Cli.run("runge --config " + folder.resolve("none.yaml")).failed(1, "runge: cannot read " + folder.resolve("none.yaml") + ": no such file");
        Path binary = Files.write(folder.resolve("b.yaml"), "epochs: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        Cli.run("runge --config " + binary).failed(1, "it is not text in UTF-8");
        Cli.run("runge --config " + write("deep.yaml", "[".repeat(200_000))).failed(2, "deep.yaml");
        Cli.run("runge --config " + write("large.yaml", "#".repeat((1 << 24) + 1))).failed(2, "larger than a configuration can be");
        Cli.run("runge --config").failed(2, "Missing required parameter for option '--config' (FILE)");
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        for (String name : List.of("empty.yaml", "empty.properties")) {
            Cli.run("runge --samples 10 --hidden 2 --epochs 1 --config " + write(name, "# nothing\n")).succeeded();
        }
    }
}
