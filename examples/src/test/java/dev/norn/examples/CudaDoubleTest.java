package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on the double of NVIDIA's libraries, through JCuda's own natives. */
class CudaDoubleTest {

    /** 360 steps of two sizes: the last of an epoch has 25 digits. */
    private static final String TRAINING = "mnist --hidden 64,32 --batch-size 50 --epochs 3 --seed 5 --quiet";

    @TempDir
    static Path folder;

    private static CudaDouble cuda;

    /** F32, as a graph. */
    private static Map<String, Object> usual;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        cuda = CudaDouble.build();
        Path digits = Files.createDirectory(folder.resolve("digits"));
        slice("train-images-idx3-ubyte", 5975, digits);
        slice("train-labels-idx1-ubyte", 5975, digits);
        slice("t10k-images-idx3-ubyte", 1000, digits);
        slice("t10k-labels-idx1-ubyte", 1000, digits);
        usual = onTheDouble("");
    }

    /** The first of the digits that come with the command line. */
    private static void slice(String name, int count, Path to) throws IOException {
        try (InputStream zipped = MnistCommand.class.getResourceAsStream("/mnist/" + name + ".gz");
                DataInputStream in = new DataInputStream(new GZIPInputStream(zipped))) {
            boolean images = name.contains("images");
            byte[] header = in.readNBytes(images ? 16 : 8);
            byte[] items = in.readNBytes(count * (images ? 28 * 28 : 1));
            ByteBuffer.wrap(header).putInt(4, count);
            Files.write(to.resolve(name), ByteBuffer.allocate(header.length + items.length).put(header).put(items).array());
        }
    }

    private static Map<String, Object> onTheDouble(String options) throws IOException, InterruptedException {
        Path json = folder.resolve("cuda.json");
        Cli cli = cuda.run(folder, TRAINING + " --data " + folder.resolve("digits") + " --json " + json + " --backend cuda" + options)
                .succeeded();
        assertTrue(cli.out().startsWith("backend   cuda: CUDA test double ("), cli.out());
        String log = Files.readString(folder.resolve("log"));
        assertTrue(log.contains("cuDevicePrimaryCtxRelease"), "the backend was closed");
        assertFalse(log.contains("were not freed"), log.substring(Math.max(0, log.length() - 1000)));
        return Json.read(json);
    }

    private static Map<String, Object> onTheCpu(String options) {
        Path json = folder.resolve("cpu.json");
        Cli.run((TRAINING + " --data " + folder.resolve("digits") + " --json " + json + " --backend cpu" + options).split(" "))
                .succeeded();
        return Json.read(json);
    }

    /** Losses, as parts of themselves; accuracies. */
    private static void assertSameTraining(Map<String, Object> expected, Map<String, Object> actual, double losses, double accuracies) {
        List<Map<String, Object>> right = Json.list(expected, "history");
        List<Map<String, Object>> found = Json.list(actual, "history");
        assertEquals(3, found.size());
        for (int epoch = 0; epoch < 3; epoch++) {
            assertNear(right.get(epoch), found.get(epoch), "loss", losses);
            assertNear(right.get(epoch), found.get(epoch), "accuracy", accuracies);
        }
        assertNear(expected, actual, "test_loss", losses);
        assertNear(expected, actual, "test_accuracy", accuracies);
        assertTrue((double) actual.get("test_accuracy") > 0.85, () -> actual.get("test_accuracy").toString());
    }

    private static void assertNear(Map<String, Object> expected, Map<String, Object> actual, String figure, double tolerance) {
        double value = (double) expected.get(figure);
        assertEquals(value, (double) actual.get(figure), tolerance * value, figure);
    }

    @Test
    void mnistAsOnTheCpu() {
        assertSameTraining(onTheCpu(""), usual, 1e-5, 1e-3);
    }

    @Test
    @Tag("slow")
    void mnistAsOnTheCpuInDoublePrecision() throws IOException, InterruptedException {
        assertSameTraining(onTheCpu(" --precision f64"), onTheDouble(" --precision f64"), 1e-12, 0);
    }

    @Test
    void withoutAGraphToTheLastBit() throws IOException, InterruptedException {
        Map<String, Object> plain = onTheDouble(" --no-graph");
        assertEquals(true, ((Map<?, ?>) plain.get("parameters")).get("no_graph"));
        assertSameTraining(usual, plain, 0, 0);
        assertEquals(usual.get("confusion_matrix"), plain.get("confusion_matrix"));
    }

    @Test
    @Tag("slow")
    void inTf32() throws IOException, InterruptedException {
        Map<String, Object> tf32 = onTheDouble(" --precision tf32");
        assertTrue(tf32.get("device_details").toString().endsWith("; products in TF32"), tf32.toString());
        assertSameTraining(usual, tf32, 0.05, 0.02);
        assertNotEquals(usual.get("test_loss"), tf32.get("test_loss"));
    }

    @Test
    void devicesTellsWhatWasFound() throws IOException, InterruptedException {
        String out = cuda.run(folder, "devices").succeeded().out();
        List<String> lines = out.lines().filter(line -> line.startsWith("cuda ")).toList();
        assertEquals(1, lines.size(), out);
        assertTrue(lines.get(0).matches("cuda +CUDA test double \\(2\\.0 GiB, compute capability 9\\.0\\); driver (\\S+ )?for CUDA 12\\.6, "
                + "NVRTC 12\\.6, cuBLAS " + cuda.libraries() + "/libcublas\\.so\\.12"), lines.get(0));
    }

    /** Without CUDA, devices and every command say the same, in a line. */
    @Test
    void withoutCuda() {
        BackendProvider.Availability found = Backends.provider("cuda").probe();
        assumeFalse(found.available(), "there is CUDA here");
        for (String command : List.of("mnist", "runge", "verify")) {
            Cli.run(command + " --backend cuda").failed(1, command + ": " + found.reason());
        }
        assertTrue(Cli.run("devices").succeeded().out().contains("cuda        not available: " + found.reason() + "\n"));
    }
}
