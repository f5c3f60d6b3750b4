package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backends;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

class RungeCommandTest {

    @TempDir
    private Path folder;

    private Cli fit(String options) {
        return Cli.run("runge --hidden 8 " + (options.contains("--samples") ? "" : "--samples 60 ") + options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void report(String backend) {
        Path json = folder.resolve("result.json");
        fit("--epochs 5 --seed 3 --backend " + backend + " --json " + json).succeeded();
        Map<String, Object> report = Json.read(json);
        assertEquals(List.of("version", "java", "backend", "device", "device_details", "precision", "seed", "parameters",
                "parameter_count", "epochs", "best_epoch", "seconds_total", "seconds_training", "seconds_to_first_step",
                "samples_per_second", "history",
                "train_mse", "train_r2", "train_mse_without_noise", "train_r2_without_noise",
                "test_mse", "test_r2", "test_mse_without_noise", "test_r2_without_noise"),
                List.copyOf(report.keySet()));
        assertEquals(backend, report.get("backend"));
        assertEquals(3L, report.get("seed"));
        assertEquals(8L + 8 + 8 + 1, report.get("parameter_count"));
        List<Map<String, Object>> history = Json.list(report, "history");
        assertEquals(5, history.size());
        assertNull(history.get(0).get("accuracy"));
        assertTrue((double) report.get("test_mse") > 0);
        assertTrue((double) report.get("train_r2") < 1);
    }

    @Test
    void theSystemPropertyNamesTheBackend() {
        System.setProperty(Backends.PROPERTY, "reference");
        try {
            assertTrue(fit("--epochs 1").succeeded().out().startsWith("backend   reference: "));
            assertTrue(fit("--epochs 1 --backend cpu").succeeded().out().startsWith("backend   cpu: "));
        } finally {
            System.clearProperty(Backends.PROPERTY);
        }
    }

    @Test
    void learns() {
        Path json = folder.resolve("result.json");
        fit("--samples 400 --noise 0 --activation tanh --learning-rate 0.02 --epochs 150 --json " + json).succeeded();
        assertTrue((double) Json.read(json).get("test_r2") > 0.98, Json.read(json).toString());
    }

    @Test
    void summary() {
        Cli cli = fit("--epochs 2").succeeded();
        String figures = " +MSE [\\d.]+, R2 -?[\\d.]+; against the function without noise: MSE [\\d.]+, R2 -?[\\d.]+\n";
        assertTrue(cli.out().matches("(?s).*\ntrain" + figures + "test" + figures), cli.out());
        assertTrue(cli.err().lines().allMatch(
                line -> line.matches("epoch \\d/2  loss [\\d.]+  [\\d,]+ samples/s")), cli.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "center", "standard"})
    void scales(String scale) {
        fit("--epochs 2 --range 5,9 --scale " + scale).succeeded();
    }

    @Test
    void png() throws IOException {
        Path plot = folder.resolve("fit.png");
        fit("--epochs 2 --plot " + plot).succeeded();
        BufferedImage image = ImageIO.read(plot.toFile());
        assertEquals(900, image.getWidth());
        assertEquals(600, image.getHeight());
        assertTrue(blue(image) > 500, "the model's curve is missing");
    }

    private static int blue(BufferedImage image) {
        int count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                int rgb = image.getRGB(x, y);
                count += (rgb & 0xFF) > 150 && (rgb >> 16 & 0xFF) < 80 ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void svg() throws IOException, ParserConfigurationException, SAXException {
        Path plot = folder.resolve("fit.svg");
        fit("--epochs 2 --plot " + plot).succeeded();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Element root = factory.newDocumentBuilder().parse(Files.newInputStream(plot)).getDocumentElement();
        assertEquals("svg", root.getTagName());
        assertEquals("900", root.getAttribute("width"));
        assertTrue(root.getElementsByTagName("path").getLength() > 0);
    }
}
