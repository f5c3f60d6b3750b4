package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done: exit code 1 and a line that says why. */
class FailureTest {

    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";

    @TempDir
    private Path folder;

    private Cli train() {
        return Cli.run("mnist --epochs 1 --data " + folder);
    }

    private void change(String file, int position, int value) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve(file));
        content[position] = (byte) value;
        Files.write(folder.resolve(file), content);
    }

    private void cut(String file, int length) throws IOException {
        Files.write(folder.resolve(file), Arrays.copyOf(Files.readAllBytes(folder.resolve(file)), length));
    }

    @Test
    void noFolder() {
        Cli.run("mnist --data " + folder.resolve("nowhere"))
                .failed(1, "mnist: cannot read MNIST from " + folder.resolve("nowhere") + ": no such directory");
    }

    @Test
    void noFiles() {
        train().failed(1, "mnist: ", folder.toString(), TRAIN_IMAGES, TRAIN_LABELS, "t10k-images-idx3-ubyte");
    }

    @Test
    void truncated() throws IOException {
        SmallDigits.write(folder);
        cut(TRAIN_IMAGES, 1000);
        train().failed(1, TRAIN_IMAGES, "984 of the 6400 bytes");
    }

    @Test
    void truncatedHeader() throws IOException {
        SmallDigits.write(folder);
        cut(TRAIN_LABELS, 3);
        train().failed(1, TRAIN_LABELS, "this has 3");
    }

    @Test
    void wrongMagicNumber() throws IOException {
        SmallDigits.write(folder);
        change(TRAIN_IMAGES, 0, 'P');
        train().failed(1, TRAIN_IMAGES);
    }

    @Test
    void wrongElementType() throws IOException {
        SmallDigits.write(folder);
        change(TRAIN_IMAGES, 2, 0x0D);
        train().failed(1, TRAIN_IMAGES, "32-bit floats");
    }

    @Test
    void countsDiffer() throws IOException {
        SmallDigits.write(folder);
        cut(TRAIN_LABELS, 8 + 99);
        change(TRAIN_LABELS, 7, 99);
        train().failed(1, "has 100 images", "has 99 labels");
    }

    @Test
    void labelOutOfRange() throws IOException {
        SmallDigits.write(folder);
        change(TRAIN_LABELS, 8 + 5, 10);
        train().failed(1, TRAIN_LABELS, "label 5 is 10");
    }

    @Test
    void notGzip() throws IOException {
        SmallDigits.write(folder);
        change(TRAIN_IMAGES, 0, 0x1F);
        change(TRAIN_IMAGES, 1, 0x8B);
        train().failed(1, TRAIN_IMAGES, "gzip");
    }

    @Test
    void backendThatCannotRun() {
        for (String command : new String[] {"mnist", "runge", "verify"}) {
            Cli.run(command + " --backend absent").failed(1, command + ": " + AbsentProvider.REASON);
        }
    }

    @Test
    void bug() {
        Cli.run("runge --backend absent --threads 13")
                .failed(1, "runge: unexpected failure: java.lang.IllegalStateException: a bug of the backend");
        Cli verbose = Cli.run("runge --backend absent --threads 13 --verbose");
        assertEquals(1, verbose.code());
        assertTrue(verbose.err().contains("\tat dev.norn.examples.AbsentProvider.open"), verbose.err());
    }

    @Test
    void divergence() {
        Path json = folder.resolve("result.json");
        Cli.run("runge --quiet --optimizer sgd --learning-rate 1e20 --epochs 3 --json " + json)
                .failed(1, "runge: the loss became NaN or infinite at step ", "Try a lower learning rate");
        assertFalse(Files.exists(json));
    }

    @Test
    void inputsBeyondTheType() {
        Cli.run("runge --range 1e38,9e38 --scale none").failed(1, "runge: input row ", "beyond the range of F32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist --json", "runge --json", "runge --plot"})
    void outputInNoFolder(String command) {
        Path file = folder.resolve("nowhere/result.png");
        Cli.run(command + " " + file).failed(1, "cannot write " + file + ": there is no folder " + file.getParent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist --json", "runge --json", "runge --plot"})
    void outputIsAFolder(String command) throws IOException {
        Path file = Files.createDirectory(folder.resolve("result.png"));
        Cli.run(command + " " + file).failed(1, "cannot write " + file + ": it is a folder");
    }

    /** Not even root may write there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void outputWhereNothingCanBeWritten() {
        Cli.run("mnist --json /proc/result.json").failed(1, "cannot write /proc/result.json: ");
    }
}
