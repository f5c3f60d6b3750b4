package dev.norn.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.data.DataException;
import dev.norn.data.Runge;
import dev.norn.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsFileTest {

    private static final List<String> WHOLE = Sweeps.lasting(Sweeps.small().build().run());

    @TempDir
    private Path folder;
    private Path file;
    /** The indices of the runs that were done, not read. */
    private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void name() {
        file = folder.resolve("results.jsonl");
    }

    private Sweep.Builder sweep() {
        return Sweeps.small().resultsFile(file).workers(1).listener((row, progress) -> {
            if (row != null) {
                ran.add(row.trial().index());
            }
        });
    }

    private List<String> run() {
        ran.clear();
        return Sweeps.lasting(sweep().build().run());
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    @Test
    void whatIsThereIsNotDoneAgain() throws IOException {
        assertEquals(WHOLE, run());
        assertEquals(8, ran.size());
        assertEquals(9, lines().size());
        byte[] content = Files.readAllBytes(file);
        assertEquals(WHOLE, run());
        assertEquals(List.of(), ran);
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)));
    }

    @Test
    void rowsMayBeInAnyOrder() throws IOException {
        run();
        List<String> lines = lines();
        Collections.reverse(lines.subList(1, 9));
        Files.write(file, lines);
        assertEquals(WHOLE, run());
        assertEquals(List.of(), ran);
    }

    /** However much of the file a kill leaves, byte by byte near the ends of lines, the rest is done and the table is whole. */
    @Test
    void aTornLineIsDropped() throws IOException {
        run();
        byte[] content = Files.readAllBytes(file);
        int header = lines().get(0).length() + 1;
        int first = header + lines().get(1).length() + 1;
        int last = content.length - lines().get(8).length() - 1;
        for (int length : new int[] {0, 1, header / 2, header - 1, header, header + 1, first - 2, first - 1, first, first + 1,
            last, (last + content.length) / 2, content.length - 1}) {
            Files.write(file, Arrays.copyOf(content, length));
            assertEquals(WHOLE, run(), "cut at " + length);
            assertEquals(length < first ? 8 : length < last ? 7 : 1, ran.size(), "cut at " + length);
            assertEquals(9, lines().size());
        }
    }

    /** A process that is killed, again and again, at moments nobody chose. */
    @Test
    void killedAndResumed() throws Exception {
        Random random = new Random(1);
        for (int kill = 0; kill < 3; kill++) {
            long before = Files.exists(file) ? Files.size(file) : 0;
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), Sweeps.class.getName(), file.toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("out.txt").toFile()).start();
            while (process.isAlive() && (!Files.exists(file) || Files.size(file) == before)) {
                Thread.onSpinWait();
            }
            Thread.sleep(0, random.nextInt(1_000_000));
            Thread.sleep(random.nextInt(40));
            process.destroyForcibly();
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
            assertTrue(Files.size(file) > before, Files.readString(folder.resolve("out.txt")));
        }
        assertEquals(WHOLE, run());
        assertEquals(8, lines().stream().skip(1).map(line -> ((java.util.Map<?, ?>) Json.read(line)).get("run")).distinct().count());
        assertEquals(9, lines().size(), "a run that was done was done again");
    }

    @Test
    void aFailedRunIsTriedAgain() throws IOException {
        boolean[] broken = {true};
        Sweep flaky = Sweeps.of(Sweeps.POINTS, (point, seed, data) -> {
            if (broken[0] && point.integer("nodes") == 3) {
                throw new IllegalArgumentException("out of order");
            }
            return Sweeps.training(point, seed, data);
        }).resultsFile(file).build();
        assertEquals(4, flaky.run().done().size());
        broken[0] = false;
        assertEquals(WHOLE, Sweeps.lasting(flaky.run()));
        assertEquals(WHOLE, run());
        assertEquals(List.of(), ran);
        assertEquals(13, lines().size());
    }

    @Test
    void aDivergedRunIsNot() {
        UnaryOperator<Sweep.Builder> wild = builder -> builder.resultsFile(file).seeds(1);
        Recipe recipe = (point, seed, data) -> {
            Training training = Sweeps.training(Point.of("nodes", 3).with("rate", 1), seed, data);
            return new Training(training.trainer().optimizer(dev.norn.optim.Optimizer.sgd()).learningRate(1e200), data);
        };
        Table first = wild.apply(Sweeps.of(List.of(Point.of("x", 1)), recipe)).build().run();
        assertEquals(Row.Outcome.DIVERGED, first.rows().get(0).outcome());
        Table second = wild.apply(Sweeps.of(List.of(Point.of("x", 1)), (point, seed, data) -> {
            throw new AssertionError("it is done again");
        })).build().run();
        assertEquals(Sweeps.lasting(first), Sweeps.lasting(second));
    }

    /** Numbers and text that JSON has no plain form for come back as they were. */
    @Test
    void resultsComeBackBitForBit() {
        double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, Math.PI, 1e300, 5};
        List<Point> points = new Grid().axis("te\"xt\n\u0001", "ü€\ud83d\ude00\\").axis("flag", true).axis("i", Long.MAX_VALUE)
                .axis("d", 0.1, -1e-300).points();
        UnaryOperator<Sweep.Builder> odds = builder -> builder.resultsFile(file).seeds(Long.MIN_VALUE).measure((trained, results) -> {
            results.put("series", odd).put("none", new double[0]);
            for (int i = 0; i < odd.length; i++) {
                results.put("number \t" + i, odd[i]);
            }
        });
        Recipe recipe = (point, seed, data) -> Sweeps.training(Sweeps.POINTS.get(0), seed, data);
        Table first = odds.apply(Sweeps.of(points, recipe)).build().run();
        Table second = odds.apply(Sweeps.of(points, (point, seed, data) -> {
            throw new AssertionError("it is done again");
        })).build().run();
        assertEquals(first.rows(), second.rows());
        double[] series = second.rows().get(0).results().series("series");
        for (int i = 0; i < odd.length; i++) {
            assertEquals(Double.doubleToRawLongBits(odd[i]), Double.doubleToRawLongBits(series[i]));
            assertEquals(Double.doubleToRawLongBits(odd[i]),
                    Double.doubleToRawLongBits(second.rows().get(0).number("number \t" + i)));
        }
    }

    @Test
    void anotherSweepsFileIsRefused() throws IOException {
        run();
        byte[] content = Files.readAllBytes(file);
        List<Point> fewer = Sweeps.POINTS.subList(0, 3);
        refused("recipe", new Sweep.Builder("other", Sweeps.POINTS, Sweeps::training).data(Sweeps.DATA, 0.25).seeds(1, 2)
                .backend(Backends.provider("reference"), BackendOptions.DEFAULT));
        refused("version", Sweeps.small().version("2"));
        refused("points", Sweeps.of(fewer, Sweeps::training));
        refused("seeds", Sweeps.small().seeds(2, 1));
        refused("data", Sweeps.small().data(Sweeps.DATA, 0.26));
        refused("data", Sweeps.small().data(Runge.sample(60, -1, 1, 0.1, 2), 0.25));
        refused("data", Sweeps.small().data(Sweeps.DATA.split(0.25, 1)));
        refused("data", Sweeps.small().folds(Sweeps.DATA, 4));
        refused("backend", Sweeps.small().backend(new Renamed(), BackendOptions.DEFAULT));
        refused("backend", Sweeps.small().backend(Backends.provider("reference"), BackendOptions.DEFAULT.withTf32(true)));
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)), "the file was changed");
    }

    private void refused(String what, Sweep.Builder builder) {
        String message = assertThrows(DataException.class, () -> builder.resultsFile(file).build().run()).getMessage();
        assertTrue(message.startsWith(file + " cannot be continued: it is of another sweep: its " + what + " is "), message);
        assertEquals(1, message.lines().count());
    }

    private static final class Renamed implements BackendProvider {
        @Override
        public String name() {
            return "renamed";
        }

        @Override
        public Availability probe() {
            return Availability.of(0);
        }

        @Override
        public dev.norn.backend.Backend open(BackendOptions options) {
            return Backends.open("reference", options);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"my notes", "my notes\n", "{}\n", "{\"norn\":1}\n", "[1, 2]\n", "{\"norn_sweep\":\n", "\n", "\0"})
    void whatIsNoResultsFileIsLeftAlone(String content) throws IOException {
        Files.writeString(file, content);
        String message = assertThrows(DataException.class, () -> sweep().build().run()).getMessage();
        assertEquals(file + " cannot be continued: it is not a sweep's results file; name another file, or delete this one",
                message);
        assertEquals(content, Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "5", "{\"run\":99}", "{\"run\":-1}", "{\"run\":1.0}", "garbage", "\0\0\0"})
    void aDamagedLineIsNamed(String damage) throws IOException {
        run();
        List<String> lines = lines();
        lines.set(4, damage);
        Files.write(file, lines);
        assertEquals(file + ": line 5 is damaged; delete the line, and its run is done again",
                assertThrows(DataException.class, () -> sweep().build().run()).getMessage());
        lines.remove(4);
        Files.write(file, lines);
        assertEquals(WHOLE, run());
        assertEquals(List.of(3), ran);
    }

    /** A line that was moved here from another sweep. */
    @Test
    void aLineOfAnotherRunIsDamage() throws IOException {
        run();
        List<String> lines = lines();
        lines.set(4, lines.get(4).replace("\"seed\":2", "\"seed\":7"));
        Files.write(file, lines);
        assertTrue(assertThrows(DataException.class, () -> sweep().build().run()).getMessage().contains("line 5"));
    }

    @Test
    void twoSweepsDoNotShareAFile() {
        DataException[] thrown = new DataException[1];
        sweep().listener((row, progress) -> {
            if (row == null) {
                thrown[0] = assertThrows(DataException.class, () -> sweep().build().run());
            }
        }).build().run();
        assertEquals("cannot write " + file + ": another sweep is writing to it now", thrown[0].getMessage());
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidSo() {
        file = folder.resolve("none").resolve("results.jsonl");
        assertEquals("cannot write " + file + ": no such directory",
                assertThrows(DataException.class, () -> sweep().build().run()).getMessage());
        file = folder;
        assertTrue(assertThrows(DataException.class, () -> sweep().build().run()).getMessage().startsWith("cannot write " + folder));
    }

    /** A torn line need not be text. */
    @Test
    void aTornLineMayBeAnything() throws IOException {
        run();
        Files.write(file, new byte[] {0, 0, (byte) 0xff, '{'}, StandardOpenOption.APPEND);
        assertEquals(WHOLE, run());
        assertEquals(List.of(), ran);
        assertEquals(9, lines().size());
    }
}
