package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

    private static final List<String> TRAINING = List.of(
            "--backend", "--device", "--no-tune", "--no-graph", "--dump-kernels", "--hidden", "--activation", "--optimizer",
            "--momentum", "--learning-rate", "--beta1", "--beta2", "--weight-decay", "--batch-size", "--epochs", "--l1", "--l2", "--dropout", "--init", "--seed", "--precision",
            "--threads", "--validation-split", "--patience", "--quiet", "--json", "--drop-last", "--sampling",
            "--schedule", "--schedule-epochs", "--config", "--verbose", "--help", "--version");

    @ParameterizedTest
    @CsvSource({
        "mnist, --data",
        "runge, --samples --noise --range --test-split --scale --plot",
    })
    void trainingCommands(String command, String own) {
        String help = Cli.run(command + " --help").succeeded().out();
        for (String option : TRAINING) {
            assertTrue(listed(help, option), option + " is missing in\n" + help);
        }
        for (String option : own.split(" ")) {
            assertTrue(listed(help, option), option + " is missing in\n" + help);
        }
        // Every option says its default, and none was left for picocli to fill in.
        assertFalse(help.contains("${") || help.contains("null"), help);
        for (String value : List.of("leaky-relu", "standard-normal", "rmsprop", "with-replacement", "warm-up",
                "auto, absent, ", "f32, f64")) {
            assertTrue(help.replaceAll("\\s+", " ").contains(value), value + " is missing in\n" + help);
        }
    }

    private static boolean listed(String help, String option) {
        return help.lines().anyMatch(line -> line.matches(" +(-\\w, +)?" + option + "(=\\S+)?( .*)?"));
    }

    @Test
    void verify() {
        String help = Cli.run("verify --help").succeeded().out();
        for (String option : List.of("--backend", "--device", "--no-tune", "--no-graph", "--dump-kernels", "--precision", "--seed",
                "--filter", "--verbose", "--help")) {
            assertTrue(listed(help, option), help);
        }
        assertFalse(help.contains("${") || help.contains("null"), help);
    }

    @Test
    void root() {
        String help = Cli.run("--help").succeeded().out();
        for (String command : List.of("mnist", "runge", "predict", "evaluate", "info", "export", "reproduce", "devices", "verify", "completion")) {
            assertTrue(help.contains("\n  " + command + " "), help);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "predict, --model --image --input --backend --device --threads --json --config",
        "evaluate, --model --data --backend --device --threads --json --config",
        "info, --model --json --config",
        "export, --model --onnx --json --config",
        "reproduce, --json --config",
        "devices, --json --config",
        "completion, --name",
    })
    void otherCommands(String command, String own) {
        String help = Cli.run(command + " --help").succeeded().out();
        for (String option : own.split(" ")) {
            assertTrue(listed(help, option), option + " is missing in\n" + help);
        }
        assertFalse(help.contains("${") || help.contains("null"), help);
    }

    @Test
    void devices() {
        assertTrue(Cli.run("devices --help").succeeded().out().startsWith("Usage: java -jar examples.jar devices"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "mnist --version", "runge -V", "devices --version", "verify --version"})
    void version(String line) {
        List<String> lines = Cli.run(line).succeeded().out().lines().toList();
        assertEquals("Norn " + Main.version(), lines.get(0));
        assertTrue(lines.get(1).startsWith("Java " + Runtime.version()), lines.get(1));
    }
}
