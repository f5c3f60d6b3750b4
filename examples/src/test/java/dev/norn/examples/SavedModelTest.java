package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.norn.data.Dataset;
import dev.norn.data.Mnist;
import dev.norn.io.ModelFile;
import dev.norn.io.SafeTensors;
import dev.norn.metrics.Classification;
import dev.norn.metrics.Regression;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training saved, used by the commands for saved models. */
class SavedModelTest {

    @TempDir
    private Path folder;

    private Path model;
    private Path json;

    @BeforeEach
    void names() {
        model = folder.resolve("model.safetensors");
        json = folder.resolve("result.json");
    }

    private Map<String, Object> results(String line) {
        Cli.run(line + " --json " + json).succeeded();
        return Json.read(json);
    }

    private static String line(Cli cli, String start) {
        return cli.out().lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow(() -> new AssertionError(cli.out()));
    }

    private static void assertSame(Map<String, Object> training, Map<String, Object> later, String... keys) {
        for (String key : keys) {
            assertTrue(training.get(key) != null, key);
            assertEquals(training.get(key), later.get(key), key);
        }
    }

    private static double accuracy(List<Long> classes, int[] truth) {
        return Classification.accuracy(truth, classes.stream().mapToInt(Long::intValue).toArray());
    }

    /** All of MNIST: what training printed, evaluation, prediction and ONNX Runtime agree on, to the last digit. */
    @Test
    void theSameAccuracyEverywhere() throws IOException, OrtException {
        Path trained = folder.resolve("training.json");
        Cli training = Cli.run("mnist --epochs 1 --hidden 32 --backend cpu --save " + model + " --json " + trained).succeeded();
        Map<String, Object> expected = Json.read(trained);
        double accuracy = (double) expected.get("test_accuracy");
        assertTrue(accuracy > 0.9, "it learned: " + accuracy);

        Cli evaluation = Cli.run("evaluate --backend cpu --model " + model + " --json " + json).succeeded();
        assertSame(expected, Json.read(json), "test_loss", "test_accuracy", "test_kappa", "true_positive_rate", "false_positive_rate",
                "confusion_matrix");
        assertEquals(line(training, "test  "), line(evaluation, "test  "));
        assertEquals(training.out().substring(training.out().indexOf("\ntest  ")),
                evaluation.out().substring(evaluation.out().indexOf("\ntest  ")));

        Dataset test = Mnist.load(name -> IncludedDigits.class.getResourceAsStream("/mnist/" + name)).test();
        Path images = folder.resolve("images");
        try (InputStream in = IncludedDigits.class.getResourceAsStream("/mnist/t10k-images-idx3-ubyte.gz")) {
            Files.copy(in, images);
        }
        List<Map<String, Object>> predictions =
                Json.list(results("predict --backend cpu --model " + model + " --image " + images), "predictions");
        assertEquals(10_000, predictions.size());
        assertEquals(images + "[9999]", predictions.get(9999).get("name"));
        assertEquals(accuracy, accuracy(predictions.stream().map(p -> (Long) p.get("class")).toList(), test.targets().ints()));

        Path onnx = folder.resolve("model.onnx");
        Cli.run("export --model " + model + " --onnx " + onnx).succeeded();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(onnx.toString(), new OrtSession.SessionOptions());
                OnnxTensor inputs = OnnxTensor.createTensor(environment, FloatBuffer.wrap(test.inputs().to(DType.F32).floats()),
                        new long[] {10_000, 784});
                OrtSession.Result result = session.run(Map.of(session.getInputNames().iterator().next(), inputs))) {
            float[][] probabilities = (float[][]) result.get(0).getValue();
            NdArray scores = NdArray.zeros(DType.F32, Shape.of(10_000, 10));
            for (int i = 0; i < 10_000; i++) {
                System.arraycopy(probabilities[i], 0, scores.floats(), 10 * i, 10);
            }
            assertEquals(accuracy, Classification.accuracy(test.targets().ints(), Classification.argmax(scores)));
        }
    }

    private void trainSmall(String options) {
        SmallDigits.write(folder);
        Cli.run("mnist --quiet --hidden 12 --batch-size 20 --epochs 2 --backend cpu --data " + folder + " --save " + model + " " + options)
                .succeeded();
    }

    private void trainRunge(String options) {
        Cli.run("runge --quiet --hidden 8 --samples 60 --epochs 2 --backend cpu --save " + model + " --json " + json + " " + options)
                .succeeded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--scale none --precision f64", "--scale center --range 5,9 --noise 0 --seed 4 --test-split 0.3"})
    void runge(String options) throws IOException {
        trainRunge(options);
        Map<String, Object> expected = Json.read(json);
        Map<String, Object> later = results("evaluate --backend cpu --model " + model);
        assertSame(expected, later, "train_mse", "train_r2", "test_mse", "test_r2", "test_mse_without_noise", "test_r2_without_noise");

        // Predictions of the very samples give the very error.
        Dataset test = RungeData.of(configuration()).split().test();
        StringBuilder csv = new StringBuilder("x\n");
        for (int i = 0; i < test.size(); i++) {
            csv.append(test.inputs().get(i)).append('\n');
        }
        Path inputs = Files.writeString(folder.resolve("x.csv"), csv);
        List<Map<String, Object>> predictions =
                Json.list(results("predict --backend cpu --model " + model + " --input " + inputs), "predictions");
        NdArray predicted = NdArray.zeros(DType.F64, Shape.of(test.size(), 1));
        for (int i = 0; i < test.size(); i++) {
            predicted.set(i, Json.<Double>list(predictions.get(i), "outputs").get(0));
        }
        assertEquals((double) expected.get("test_mse"), Regression.mse(test.targets(), predicted), 1e-6);
        Path config = Files.writeString(folder.resolve("predict.yaml"), "backend: cpu\nmodel: " + model + "\ninput: " + inputs + "\n");
        List<String> printed = Cli.run("predict --config " + config).succeeded().out().lines().toList();
        assertEquals(test.size(), printed.size());
        assertEquals(inputs + "[0]  " + predicted.get(0), printed.get(0));
    }

    private Map<String, Object> configuration() {
        return new SavedModel(model).configuration();
    }

    /** The training again, from nothing but what it saved. */
    @Test
    void aRunIsRepeatedFromItsModel() {
        trainSmall("--validation-split 0.2 --precision f64 --seed 3 --json " + json);
        Map<String, Object> expected = Json.read(json);
        Map<String, Object> again = results("mnist --quiet --config " + model);
        assertSame(expected, again, "test_loss", "test_accuracy", "confusion_matrix", "parameters");
        assertEquals(losses(expected), losses(again));
    }

    private static List<Object> losses(Map<String, Object> results) {
        return Json.<Map<String, Object>>list(results, "history").stream().map(e -> e.get("loss")).toList();
    }

    @Test
    void aRunIsRepeatedFromItsCheckpoints() {
        Path checkpoints = folder.resolve("checkpoints");
        Map<String, Object> expected =
                results("runge --quiet --hidden 6 --samples 50 --epochs 3 --backend cpu --seed 9 --checkpoint " + checkpoints);
        Map<String, Object> again = results("runge --quiet --config " + checkpoints.resolve("configuration.json"));
        assertSame(expected, again, "test_mse", "train_mse", "parameters");
        assertEquals(losses(expected), losses(again));
    }

    @Test
    void imagesOfASmallerModel() throws IOException {
        trainSmall("");
        Path images = folder.resolve("t10k-images-idx3-ubyte");
        Map<String, Object> evaluated = results("evaluate --backend cpu --model " + model + " --data " + folder);
        List<Map<String, Object>> predictions = Json.list(results("predict --backend cpu --model " + model + " --image " + images),
                "predictions");
        assertEquals(SmallDigits.TEST, predictions.size());
        assertEquals((double) evaluated.get("test_accuracy"), accuracy(predictions.stream().map(p -> (Long) p.get("class")).toList(),
                Mnist.load(folder).test().targets().ints()));
        Path compressed = folder.resolve("images.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(images, out);
        }
        assertEquals(predictions.stream().map(p -> p.get("probabilities")).toList(), Json.<Map<String, Object>>list(
                results("predict --backend cpu --model " + model + " --image " + compressed), "predictions").stream()
                .map(p -> p.get("probabilities")).toList());
        InputStream standard = System.in;
        System.setIn(new ByteArrayInputStream(Files.readAllBytes(images)));
        try {
            List<String> lines = Cli.run("predict --backend cpu --model " + model + " --image -").succeeded().out().lines().toList();
            assertEquals(SmallDigits.TEST, lines.size());
            assertTrue(lines.get(0).matches("standard input\\[0\\]  \\d +[\\d.]+ %   \\d +[\\d.]+ %   \\d +[\\d.]+ %"), lines.get(0));
        } finally {
            System.setIn(standard);
        }
        Cli.run("evaluate --model " + model).failed(1, "takes 64 numbers and gives 10; the digits have 784 pixels");
        Path png = folder.resolve("digit.png");
        BufferedImage image = new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB);
        image.setRGB(9, 9, 0xFFFFFF);
        ImageIO.write(image, "png", png.toFile());
        Cli.run("predict --model " + model + " --image " + png).failed(1, png + ": an image has 784 pixels; the model takes 64");
        Cli.run("predict --model " + model + " --image " + folder.resolve("t10k-labels-idx1-ubyte")).failed(1, "as labels have");
    }

    @Test
    void info() {
        trainSmall("--dropout 0.2 --seed 11");
        Cli cli = Cli.run("info --model " + model + " --json " + json).succeeded();
        for (String part : List.of("64-12-10, 910 parameters, F32, 3,640 bytes", "softmax-cross-entropy", "relu", "dropout 0.2", "command",
                "configuration", "test_accuracy", "device", "java", "seed")) {
            assertTrue(cli.out().contains(part), part + "\nis missing in\n" + cli.out());
        }
        Map<String, Object> results = Json.read(json);
        assertEquals(910L, results.get("parameter_count"));
        assertEquals(3640L, results.get("bytes"));
        assertEquals(List.of(780L, 0L, 130L),
                Json.<Map<String, Object>>list(results, "layers").stream().map(l -> l.get("parameter_count")).toList());
        assertTrue(results.get("configuration").toString().contains("seed=11"), results.toString());
    }

    @Test
    void infoOfAnyFile() {
        new SafeTensors(Map.of("x", NdArray.vector(1, 2, 3)), Map.of("evil\u001b[31m", "a\nb")).write(model);
        Cli cli = Cli.run("info --model " + model + " --json " + json).succeeded();
        assertTrue(cli.out().contains("no model of Norn's: 1 tensors, 24 bytes"), cli.out());
        assertFalse(cli.out().contains("\u001b"), cli.out());
        assertEquals("[{name=x, precision=f64, shape=[3]}]", Json.list(Json.read(json), "tensors").toString());
        for (String line : List.of("evaluate", "predict --image a.png", "export --onnx " + folder.resolve("a.onnx"))) {
            Cli.run(line + " --model " + model).failed(1, model + " does not say what model its tensors are of");
        }
    }

    /** A model of a program's own, of which nothing is known but layers and loss. */
    @Test
    void aModelWithoutProvenance() throws IOException {
        ModelFile.save(model, new Model(2, DType.F64, 1, new Dense(3, Activation.TANH), new Dense(2)), Loss.MSE, Map.of());
        Path csv = Files.writeString(folder.resolve("in.csv"), "1,2\n3,4\n5,6\n");
        List<Map<String, Object>> predictions =
                Json.list(results("predict --backend cpu --model " + model + " --input " + csv), "predictions");
        assertEquals(3, predictions.size());
        assertEquals(2, Json.list(predictions.get(0), "outputs").size());
        Cli.run("evaluate --model " + model).failed(1, "takes 2 numbers and gives 2; the digits have 784");
        Path wrong = Files.writeString(folder.resolve("wrong.csv"), "1,2,3\n");
        Cli.run("predict --model " + model + " --input " + wrong).failed(1, wrong + ": a line has 3 numbers; the model takes 2");
        Cli.run("info --model " + model).succeeded();
        Cli.run("runge --config " + model).failed(2, model + ": not what --save writes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "predict --image a.png                 | Missing required option: '--model=FILE'",
        "predict --model M                     | --image or --input is missing: what to predict for",
        "predict --model M --image a --input b | --image and --input exclude each other",
        "evaluate                              | Missing required option: '--model=FILE'",
        "export --model M                      | Missing required option: '--onnx=FILE'",
        "info                                  | Missing required option: '--model=FILE'",
        "info --model M --backend cpu          | Unknown option",
        "evaluate --model M --backend tpu      | there is no 'tpu'; valid are auto, ",
        "evaluate --model M --backend cpu,cuda | there is no 'cpu,cuda'; valid are auto, ",
    })
    void usage(String line, String message) {
        Cli.run(line).failed(2, message);
    }

    @Test
    void threadsAndData() {
        trainRunge("");
        Cli.run("evaluate --threads 0 --model " + model).failed(2, "--threads must be at least 1, it is 0");
        Cli.run("evaluate --data " + folder + " --model " + model).failed(2, "--data has no meaning with a model of runge");
    }

    @Test
    void filesThatAreNot() throws IOException {
        Path text = Files.writeString(folder.resolve("text.safetensors"), "hello, world");
        for (String command : List.of("info", "evaluate", "predict --image a.png", "export --onnx " + folder.resolve("a.onnx"))) {
            String name = command.split(" ")[0];
            Cli.run(command + " --model " + model).failed(1, name + ": cannot read " + model + ": no such file");
            Cli.run(command + " --model " + text).failed(1, name + ": " + text);
        }
        trainSmall("");
        byte[] whole = Files.readAllBytes(model);
        Files.write(model, Arrays.copyOf(whole, whole.length - 1));
        Cli.run("evaluate --model " + model).failed(1, "evaluate: " + model);
        Cli.run("export --model " + text + " --onnx " + folder.resolve("nowhere/a.onnx")).failed(1, "cannot write ");
        assertFalse(Files.exists(folder.resolve("a.onnx")));
    }
}
