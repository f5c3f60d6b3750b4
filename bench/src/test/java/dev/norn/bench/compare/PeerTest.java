package dev.norn.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerTest {

    /** Where Maven runs the tests of this module, it is the module's folder. */
    private static final Path PEERS = Path.of("peers");

    @TempDir
    private Path folder;

    @Test
    void triesCoreTypesThatTheProcessorMayBe() {
        assertEquals(List.of(""), Peer.PYTORCH.coreTypes(List.of("sse2")));
        assertEquals(List.of("", "Haswell"), Peer.OPENBLAS.coreTypes(List.of("avx2", "fma")));
        assertEquals(List.of("", "Haswell", "SkylakeX"), Peer.DL4J.coreTypes(List.of("avx2", "fma", "avx512f", "avx512dq")));
        assertEquals(List.of(""), Peer.DJL.coreTypes(List.of("avx2", "fma", "avx512f", "avx512dq")));
    }

    @Test
    void triesThreadsOfItsOwnAndOfBlas() {
        assertEquals(List.of(new Peer.Setting(1, 1, "X"), new Peer.Setting(2, 2, "X"), new Peer.Setting(2, 1, "X"),
                new Peer.Setting(1, 2, "X")), Peer.PYTORCH.settings(List.of(1, 2), "X"));
        assertEquals(List.of(new Peer.Setting(1, 1, ""), new Peer.Setting(2, 2, "")), Peer.DJL.settings(List.of(1, 2), ""));
        Contestant contestant = Peer.PYTORCH.contestant(List.of("run"), new Peer.Setting(1, 2, "SkylakeX"));
        assertEquals("pytorch, 2 threads", contestant.label());
        assertEquals("1 of its own, 2 of BLAS; SkylakeX", contestant.configuration());
        assertEquals(Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "2", "MKL_NUM_THREADS", "2", "OPENBLAS_CORETYPE",
                "SkylakeX"), contestant.environment());
    }

    /** The tests' own environment has one of them: see the pom. */
    @Test
    void processesDoNotInheritTuning() {
        assertEquals("Haswell", System.getenv("OPENBLAS_CORETYPE"));
        Map<String, String> variables = Processes.builder(List.of("run"), Map.of("OMP_NUM_THREADS", "3")).environment();
        assertFalse(variables.containsKey("OPENBLAS_CORETYPE"));
        assertEquals("3", variables.get("OMP_NUM_THREADS"));
        assertEquals(System.getenv("PATH"), variables.get("PATH"));
    }

    @Test
    void onlyOpenBlasCannotTrain() {
        for (Peer peer : Peer.values()) {
            assertEquals(peer != Peer.OPENBLAS, peer.does(RoundsTest.TINY));
            assertTrue(peer.does(RoundsTest.PRODUCT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatIsMissing(Peer peer) {
        assertNull(peer.command(folder, null));
        String absence = peer.absence(folder, null);
        assertTrue(absence.startsWith("there is no " + folder), absence);
        assertEquals(1, absence.lines().count());
    }

    @Test
    void saysWhatPythonLacks() {
        assertNull(Peer.PYTORCH.command(PEERS, "/no/such/python"));
        assertEquals("/no/such/python has not the module torch (Debian: apt install python3-torch); --python names another",
                Peer.PYTORCH.absence(PEERS, "/no/such/python"));
    }

    /** Where Python has them, they learn what Norn learns. */
    @ParameterizedTest
    @EnumSource(names = {"PYTORCH", "SCIKIT_LEARN"})
    @Timeout(600)
    void pythonPeers(Peer peer) throws Exception {
        List<String> command = peer.command(PEERS, null);
        assumeTrue(command != null, () -> peer.absence(PEERS, null));
        Contestant contestant = peer.contestant(command, new Peer.Setting(1, 1, ""));
        Rounds rounds = new Rounds(1, 0, line -> { });
        RoundsTest.TINY.write(folder);
        RoundsTest.PRODUCT.write(folder);
        rounds.run(RoundsTest.TINY, List.of(contestant), folder);
        rounds.run(RoundsTest.PRODUCT, List.of(contestant, Contestant.norn("cpu", 1)), folder);
        assertEquals(List.of(), rounds.failures());
        assertNotNull(rounds.results().get(0).about().get("name"));
        assertTrue(rounds.results().get(0).score() < 0.2, "test MSE " + rounds.results().get(0).score());
        assertEquals(rounds.results().get(2).score(), rounds.results().get(1).score(), 1e-4);
    }
}
