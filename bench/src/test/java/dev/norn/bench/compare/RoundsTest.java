package dev.norn.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.bench.DataSet;
import dev.norn.bench.Product;
import dev.norn.bench.Training;
import dev.norn.bench.protocol.FakeContender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class RoundsTest {

    static final Task TINY = new Task.Fit("W0", new Training(DataSet.RUNGE, 40, List.of(5), "tanh", 0.01, 0.999, 1e-4, 8, 20));
    static final Task PRODUCT = new Task.Multiply("W6", new Product(3, 5, 7, true));

    @TempDir
    private Path folder;

    static Contestant fake(String name, String behaviour, String first, Map<String, Object> job) {
        Map<String, Object> fields = new java.util.HashMap<>(job);
        fields.put("fake", behaviour);
        return new Contestant(name, true, 1, "", FakeContender.command(first), Map.of(), fields);
    }

    private Rounds rounds(int count) {
        return new Rounds(count, 0, line -> { });
    }

    @Test
    void measuresNorn() throws Exception {
        Rounds rounds = rounds(1);
        rounds.run(TINY, List.of(Contestant.norn("cpu", 1), Contestant.norn("reference", 0)), folder);
        rounds.run(PRODUCT, List.of(Contestant.norn("cpu", 2)), folder);
        assertEquals(List.of(), rounds.failures());
        List<Result> results = rounds.results();
        assertEquals(List.of("cpu, 1 thread", "reference", "cpu, 2 threads"),
                results.stream().map(result -> result.contestant().label()).toList());
        for (Result result : results) {
            assertEquals(1, result.samples().size());
            assertTrue(result.median() > 0);
            assertTrue(result.about().get("name").toString().startsWith("Norn "), result.about().toString());
        }
        // A line through the curve leaves 0.05 and more.
        assertTrue(results.get(0).score() < 0.2, "test MSE " + results.get(0).score());
        assertEquals(results.get(0).score(), results.get(1).score(), 1e-3);
    }

    /** The mean square of a product that anyone can check. */
    @Test
    void productsAreRight() throws Exception {
        Product product = ((Task.Multiply) PRODUCT).product();
        float[] a = product.a(dev.norn.tensor.DType.F32).floats();
        float[] b = product.b(dev.norn.tensor.DType.F32).floats();
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 7; j++) {
                double sum = 0;
                for (int k = 0; k < 5; k++) {
                    sum += a[k * 3 + i] * b[k * 7 + j];
                }
                squares += sum * sum;
            }
        }
        Rounds rounds = rounds(1);
        rounds.run(PRODUCT, List.of(Contestant.norn("cpu", 1)), folder);
        assertEquals(squares / 21, rounds.results().get(0).score(), 1e-4);
    }

    @Test
    void alternates() throws Exception {
        Map<String, Object> notes = Map.of("notes", folder.resolve("notes").toString());
        Rounds rounds = rounds(3);
        rounds.run(PRODUCT, List.of(fake("a", "a", null, notes), fake("b", "b", null, notes)), folder);
        assertEquals("ar br br ar ar br", Files.readString(folder.resolve("notes")).replaceAll("[ab]w ", "").strip());
        assertEquals(List.of("a", "b"), rounds.results().stream().map(result -> result.contestant().name()).toList());
    }

    @Test
    void theOthersGoOnWhereOneFails() throws Exception {
        Rounds rounds = rounds(2);
        rounds.run(PRODUCT, List.of(
                fake("dies", "dies in a round", null, Map.of()),
                fake("well", "well", null, Map.of()),
                fake("babbles", "well", "Hello!", Map.of()),
                Contestant.norn("double", 0),
                fake("throws", "throws", null, Map.of())), folder);
        assertEquals(List.of("well"), rounds.results().stream().map(result -> result.contestant().name()).toList());
        assertEquals(2, rounds.results().get(0).samples().size());
        List<String> failures = rounds.failures().stream().map(Result.Missing::toString).toList();
        assertEquals(4, failures.size());
        assertTrue(failures.contains("W6 T3x5x7, babbles, 1 thread: printed no answer but 'Hello!'"), failures.toString());
        assertTrue(failures.contains("W6 T3x5x7, double: a test double is no device to measure: double: CUDA test double"),
                failures.toString());
        assertTrue(failures.contains("W6 T3x5x7, throws, 1 thread: no more paper"), failures.toString());
        assertTrue(failures.stream().anyMatch(line -> line.startsWith("W6 T3x5x7, dies, 1 thread: ended unasked")),
                failures.toString());
        assertFalse(ProcessHandle.current().children().anyMatch(ProcessHandle::isAlive));
    }
}
