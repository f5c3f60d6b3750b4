package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that make no sense: exit code 2, a line that says what is wrong and what is right, before any work. */
class UsageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--epoch 3                          | Unknown options: '--epoch', '3' (did you mean --epochs?)",
        "3                                  | Unmatched argument at index 1: '3'",
        "--epochs 3 --epochs 4              | option '--epochs' (N) should be specified only once",
        "--epochs                           | Missing required parameter for option '--epochs'",
        "--backend tpu                      | '--backend': there is no 'tpu'; valid are auto, absent, ",
        "--backend cpu,tpu                  | '--backend': there is no 'tpu'; valid are auto, absent, ",
        "--backend cpu,                     | '--backend': there is no ''; valid are auto, absent, ",
        "--backend cpu,auto                 | '--backend': 'cpu,auto' must not hold auto, which is one of the others",
        "--backend all --device 0           | --device has no meaning with --backend all; it is for one backend",
        "--backend cpu,reference --device 0 | --device has no meaning with --backend cpu,reference; it is for one backend",
        "--backend all --dump-kernels .     | --dump-kernels has no meaning with --backend all; it is for one backend",
        "--no-tune=1                        | --no-tune",
        "--no-graph=1                       | --no-graph",
        "--activation step                  | '--activation': there is no 'step'; valid are identity, sigmoid, tanh, relu,",
        "--optimizer lbfgs                  | there is no 'lbfgs'; valid are gd, sgd, momentum, rmsprop, adam, adamw",
        "--init xavier                      | there is no 'xavier'; valid are standard-normal, glorot, he, zeros",
        "--precision f16                    | there is no 'f16'; valid are f32, f64",
        "--sampling sorted                  | there is no 'sorted'; valid are shuffled, with-replacement, in-order",
        "--schedule linear                  | there is no 'linear'; valid are constant, step, exponential, cosine, warm-up",
        "--epochs 0                         | --epochs must be at least 1, it is 0",
        "--epochs -4                        | --epochs must be at least 1, it is -4",
        "--epochs many                      | '--epochs': 'many' is not an int",
        "--epochs 3000000000                | '--epochs': '3000000000' is not an int",
        "--batch-size 0                     | --batch-size must be at least 1, it is 0",
        "--threads 0                        | --threads must be at least 1, it is 0",
        "--threads -1                       | --threads must be at least 1, it is -1",
        "--seed 1.5                         | '--seed': '1.5' is not a long",
        "--learning-rate 0                  | --learning-rate must be finite and above 0, it is 0.0",
        "--learning-rate -1                 | --learning-rate must be finite and above 0, it is -1.0",
        "--learning-rate NaN                | --learning-rate must be finite and above 0, it is NaN",
        "--learning-rate Infinity           | --learning-rate must be finite and above 0, it is Infinity",
        "--learning-rate fast               | '--learning-rate': 'fast' is not a double",
        "--optimizer momentum --momentum 1  | --momentum must be at least 0 and less than 1, it is 1.0",
        "--beta1 1                          | --beta1 must be at least 0 and less than 1, it is 1.0",
        "--beta2 -0.1                       | --beta2 must be at least 0 and less than 1, it is -0.1",
        "--optimizer adamw --weight-decay -1 | --weight-decay must be finite and not negative, it is -1.0",
        "--l1 -1                            | --l1 must be finite and not negative, it is -1.0",
        "--l2 Infinity                      | --l2 must be finite and not negative, it is Infinity",
        "--dropout 1                        | --dropout must be at least 0 and less than 1, it is 1.0",
        "--validation-split 0               | --validation-split must be above 0 and below 1, it is 0.0",
        "--validation-split 1               | --validation-split must be above 0 and below 1, it is 1.0",
        "--validation-split NaN             | --validation-split must be above 0 and below 1, it is NaN",
        "--patience 0                       | --patience must be at least 1, it is 0",
        "--schedule step --schedule-epochs 0 | --schedule-epochs must be finite and above 0, it is 0.0",
        "--schedule constant --schedule-epochs 3 | --schedule-epochs has no meaning with --schedule constant",
        "--optimizer gd --batch-size 10     | --batch-size has no meaning with --optimizer gd",
        "--optimizer sgd --momentum 0.5     | --momentum has no meaning with --optimizer sgd",
        "--optimizer rmsprop --beta1 0.5    | --beta1 has no meaning with --optimizer rmsprop",
        "--optimizer sgd --beta2 0.5        | --beta2 has no meaning with --optimizer sgd",
        "--weight-decay 0.1                 | --weight-decay has no meaning with --optimizer adam",
        "--hidden 128,                      | '128,' must be positive whole numbers with commas between, as in 128,64",
        "--hidden 128,,64                   | '128,,64' must be positive whole numbers",
        "--hidden 128;64                    | '128;64' must be positive whole numbers",
        "--hidden 0                         | '0' must be positive whole numbers",
        "--hidden 64,-1                     | '64,-1' must be positive whole numbers",
        "--hidden 6.4                       | '6.4' must be positive whole numbers",
    })
    void trainingOptions(String options, String message) {
        for (String command : new String[] {"mnist", "runge"}) {
            Cli.run(command + " " + options).failed(2, command + ": ", message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--samples 1                  | --samples must be at least 2, it is 1",
        "--samples -5                 | --samples must be at least 2, it is -5",
        "--noise -0.1                 | --noise must be finite and not negative, it is -0.1",
        "--noise NaN                  | --noise must be finite and not negative, it is NaN",
        "--range 1                    | '--range': '1' must be two numbers, the lesser first, with a comma between",
        "--range 1,-1                 | '1,-1' must be two numbers, the lesser first",
        "--range 1,1                  | '1,1' must be two numbers, the lesser first",
        "--range 0,1,2                | '0,1,2' must be two numbers",
        "--range a,b                  | 'a,b' must be two numbers",
        "--range 0,Infinity           | '0,Infinity' must be two numbers",
        "--test-split 0               | --test-split must be above 0 and below 1, it is 0.0",
        "--test-split 1.2             | --test-split must be above 0 and below 1, it is 1.2",
        "--samples 10 --test-split 0.01 | --test-split must be such that both sides of the 10 samples get some, it is 0.01",
        "--samples 10 --validation-split 0.01 | --validation-split must be such that both sides of the 8 samples get some",
        "--scale robust               | there is no 'robust'; valid are none, center, standard",
        "--plot fit.pdf               | --plot must be a file that ends in .png or .svg, it is fit.pdf",
        "--plot fit.png --backend all | --plot has no meaning with --backend all; it is for one backend",
        "--plot png                   | --plot must be a file that ends in .png or .svg, it is png",
    })
    void rungeOptions(String options, String message) {
        Cli.run("runge " + options).failed(2, "runge: ", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "verify                                  | Missing required option: '--backend=NAME'",
        "verify --backend tpu                    | there is no 'tpu'; valid are auto, absent, ",
        "verify --backend all                    | there is no 'all'; valid are auto, absent, ",
        "verify --backend cpu --precision f16    | there is no 'f16'; valid are f32, f64, both",
        "verify --backend cpu --filter everything | there is no 'everything'; valid are ",
        "devices --backend cpu                   | Unknown option",
        "mnits                                   | Unmatched argument at index 0: 'mnits' (did you mean mnist?)",
    })
    void otherCommands(String line, String message) {
        Cli.run(line).failed(2, message);
    }

    @Test
    void aModelTooLargeForAnything(@TempDir Path folder) {
        SmallDigits.write(folder);
        for (String hidden : new String[] {"100000,100000", "40000,40000,40000"}) {
            Cli.run("mnist --hidden " + hidden + " --data " + folder)
                    .failed(2, "--hidden " + hidden + " makes a model that is too large: ");
        }
    }

    /** Where the command line names no backend, a system property does, or an environment variable. */
    @ParameterizedTest
    @ValueSource(strings = {"mnist --json result.json", "runge", "reproduce --out report"})
    void aBackendThatIsNotNamedHere(String line) {
        System.setProperty(Backends.PROPERTY, "tpu");
        try {
            Cli.run(line).failed(2, "the system property norn.backend is \"tpu\"; valid here: auto, absent, ");
        } finally {
            System.clearProperty(Backends.PROPERTY);
        }
    }

    @Test
    void noCommand() {
        Cli.run(new String[] {}).failed(2, "a command is missing; there are: mnist, runge, predict, evaluate, info, export,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist", "runge"})
    void nothingIsWrittenOrTrained(String command, @TempDir Path folder) {
        Path json = folder.resolve("result.json");
        Cli cli = Cli.run(command + " --epochs 0 --json " + json);
        assertEquals(2, cli.code());
        assertFalse(Files.exists(json));
        assertFalse(cli.err().contains("epoch 1"));
    }

    @Test
    void verboseShowsWhere() {
        Cli cli = Cli.run("mnist --verbose --epochs 0");
        assertEquals(2, cli.code());
        assertTrue(cli.err().startsWith("mnist: --epochs must be at least 1, it is 0\n"), cli.err());
        assertTrue(cli.err().contains("\tat dev.norn.examples."), cli.err());
    }
}
