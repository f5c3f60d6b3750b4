package dev.norn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

    @TempDir
    private Path folder;

    /** Fails unless the command line is refused with that exit code, in a line (and another that points to the help). */
    private void refused(int code, String line, String expected) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> args = new ArrayList<>(List.of(line.isEmpty() ? new String[0] : line.split(" ")));
        assertEquals(code, Main.compare(args.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true)),
                err.toString());
        assertEquals("", out.toString());
        List<String> lines = err.toString().lines().toList();
        assertEquals(code == 2 ? 2 : 1, lines.size(), err.toString());
        assertTrue(lines.get(0).contains(expected), err.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--backends cpu,gpu                | --backends: there is no 'gpu'; valid are ",
        "--backends cpu,                   | --backends: there is no ''; valid are ",
        "--workloads W8                    | --workloads: there is no 'W8'; valid are W1, W2, W3, W4, W5, W6, W7",
        "--workloads w1                    | --workloads: there is no 'w1'",
        "--threads 0                       | --threads: there is no '0'; valid are numbers from 1 to 1024",
        "--threads 1,two                   | --threads: there is no 'two'",
        "--threads 1025                    | --threads: there is no '1025'",
        "--threads 99999999999             | --threads: there is no '99999999999'",
        "--rounds 4                        | --rounds must be at least 5, it is 4",
        "--rounds five                     | Invalid value for option '--rounds'",
        "--peers torch                     | --peers: there is no 'torch'; valid are pytorch, scikit-learn, djl, dl4j, openblas",
        "--fast                            | Unknown option: '--fast'",
    })
    void refusesWhatMakesNoSense(String options, String expected) {
        refused(2, options + " --out " + folder, expected);
    }

    @Test
    void wantsToKnowWhereTo() {
        refused(2, "", "Missing required option: '--out=DIR'");
    }

    @Test
    void refusesATestDouble() {
        refused(1, "--backends double --out " + folder, "a test double is no device to measure");
    }

    @Test
    void aPeerThatWasNamedMustBeThere() {
        refused(1, "--peers openblas --peers-dir " + folder + " --out " + folder, "openblas: there is no " + folder);
        refused(1, "--peers pytorch --python /no/such/python --peers-dir peers --out " + folder, "/no/such/python");
    }

    @Test
    void saysAtOnceThatItCannotWrite() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        refused(1, "--out " + file, "cannot make the folder " + file);
        Files.createDirectories(folder.resolve("out/report.html"));
        refused(1, "--out " + folder.resolve("out"), "report.html: it is a folder");
    }

    @Test
    void hasHelp() {
        StringWriter out = new StringWriter();
        assertEquals(0, Main.compare(new String[] {"--help"}, new PrintWriter(out, true), new PrintWriter(System.err)));
        assertTrue(out.toString().contains("--workloads"), out.toString());
        assertFalse(out.toString().contains("${"), out.toString());
    }
}
