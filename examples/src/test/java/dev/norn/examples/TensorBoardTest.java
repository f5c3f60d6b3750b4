package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option {@code --tensorboard}; what is in the files, core's tests say. */
class TensorBoardTest {

    @TempDir
    private Path folder;

    private Cli fit(String backends, Path to) {
        return Cli.run("runge --hidden 8 --samples 60 --epochs 3 --backend " + backends + " --tensorboard " + to);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void checkRun(Path folder) throws IOException {
        assertEquals(1, files(folder).size());
        Path file = files(folder).get(0);
        assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertEquals(3, content.split("loss/training", -1).length - 1, "epochs");
        assertEquals(3, content.split("parameters/layers.1.weight", -1).length - 1, "histograms of a parameter");
    }

    @Test
    void aRunIsAFolder() throws IOException {
        fit("cpu", folder.resolve("runs/a")).succeeded();
        checkRun(folder.resolve("runs/a"));
    }

    @Test
    void everyBackendHasARunOfItsOwn() throws IOException {
        fit("cpu,reference", folder).succeeded();
        assertEquals(List.of(folder.resolve("cpu"), folder.resolve("reference")), files(folder));
        checkRun(folder.resolve("cpu"));
        checkRun(folder.resolve("reference"));
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Path inTheWay = Files.createFile(folder.resolve("file"));
        fit("cpu", inTheWay).failed(1, "cannot write " + inTheWay);
    }
}
