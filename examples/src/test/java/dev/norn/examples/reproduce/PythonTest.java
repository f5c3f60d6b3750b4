package dev.norn.examples.reproduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.sweep.Point;
import dev.norn.sweep.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With commands that are as a Python might be. */
@DisabledOnOs(OS.WINDOWS)
class PythonTest {

    private static final Samples SAMPLES = Samples.rungeB(20);
    private static final Point POINT = Networks.DEFAULT.with("hidden", "10");

    @TempDir
    private Path folder;

    /** A command that answers -c with 0, and does this with a script. */
    private String python(String does) throws IOException {
        Path file = folder.resolve("python");
        Files.writeString(file, "#!/bin/sh\nif [ \"$1\" = -c ]; then exit 0; fi\n" + does + "\n");
        file.toFile().setExecutable(true);
        return file.toString();
    }

    private static Results train(String command) throws Python.Failure {
        return new Python(command).train("sklearn", SAMPLES, POINT, 1);
    }

    private static void fails(String message, String command) {
        assertEquals(message, assertThrows(Python.Failure.class, () -> train(command)).getMessage());
    }

    @Test
    void results() throws Exception {
        Results results = train(python("grep '^widths 10$' job.txt > /dev/null && grep '^train_x ' job.txt > /dev/null && test -s peer.py"
                + " && echo seconds 1.5 && echo fit 1 2 3"));
        assertEquals(1.5, results.number("seconds"));
        assertArrayEquals(new double[] {1, 2, 3}, results.series("fit"));
    }

    @Test
    void isNotThere() {
        fails("no Python here has sklearn (tried /nowhere/python)", "/nowhere/python");
    }

    @Test
    void fails() throws IOException {
        String command = python("echo trace >&2; echo 'ValueError: no' >&2; exit 1");
        fails(command + " failed: ValueError: no", command);
        command = python("exit 3");
        fails(command + " failed: exit code 3", command);
    }

    @Test
    void saysSomethingElse() throws IOException {
        fails("its output is not understood: Hello you", python("echo Hello you"));
    }
}
