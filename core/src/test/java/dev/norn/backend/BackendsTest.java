package dev.norn.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** In core there is the reference alone. */
class BackendsTest {

    @Test
    void anUnknownNameIsToldWhatThereIs() {
        String message = assertThrows(BackendException.class, () -> Backends.open("cuad", BackendOptions.DEFAULT)).getMessage();
        assertTrue(message.contains("\"cuad\"") && message.contains("reference"), message);
        assertEquals(1, message.lines().count());
        assertThrows(BackendException.class, () -> Backends.provider("Reference"));
    }

    /** The reference is never chosen: who does not ask for it wants to compute, not to wait. */
    @Test
    void autoHasNothingToChooseHere() {
        String message = assertThrows(BackendException.class, () -> Backends.open(Backends.AUTO, BackendOptions.DEFAULT)).getMessage();
        assertTrue(message.contains("no backend can run here") && message.contains("class path"), message);
        assertEquals(message, assertThrows(BackendException.class, Backends::choose).getMessage());
    }

    /** The property comes first, then the variable; what is wrong is named with its origin. */
    @Test
    void whereTheNameComesFrom() {
        assertEquals("auto", Backends.preferred(null, null));
        assertEquals("auto", Backends.preferred("", ""));
        assertEquals("auto", Backends.preferred("auto", "reference"));
        assertEquals("reference", Backends.preferred("reference", "cuad"), "what does not count is not looked at");
        assertEquals("reference", Backends.preferred("", "reference"));
        assertEquals("the system property norn.backend is \"cuad\"; valid here: auto, reference",
                assertThrows(BackendException.class, () -> Backends.preferred("cuad", "reference")).getMessage());
        assertEquals("the environment variable NORN_BACKEND is \"Reference\"; valid here: auto, reference",
                assertThrows(BackendException.class, () -> Backends.preferred(null, "Reference")).getMessage());
    }

    @Test
    void withoutANameThePropertyDecides() {
        System.setProperty(Backends.PROPERTY, "reference");
        try (Backend plain = Backends.open(); Backend threads = Backends.open(BackendOptions.DEFAULT.withThreads(1))) {
            assertEquals("reference", plain.device().backend());
            assertEquals("reference", threads.device().backend());
            assertEquals("reference", Backends.provider().name());
            System.setProperty(Backends.PROPERTY, "cuad");
            for (Executable use : List.<Executable>of(Backends::open, Backends::provider, Backends::preferred)) {
                assertTrue(assertThrows(BackendException.class, use).getMessage().contains("norn.backend"));
            }
        } finally {
            System.clearProperty(Backends.PROPERTY);
        }
    }

    @Test
    void providers() {
        List<BackendProvider> all = Backends.providers();
        assertEquals(List.of("reference"), all.stream().map(BackendProvider::name).toList());
        assertTrue(all.get(0).probe().priority() < 0);
        assertTrue(all.get(0).probe().available());
        assertFalse(all.get(0).probe().description().contains("\n"));
        assertEquals(1, all.get(0).probe().devices().size());
    }

    @Test
    void availability() {
        BackendProvider.Availability two = BackendProvider.Availability.of(5, "big", "small");
        assertEquals(List.of("big", "small"), two.devices());
        assertEquals("big; small", two.description());
        BackendProvider.Availability none = BackendProvider.Availability.missing("plug one in");
        assertEquals(List.of(), none.devices());
        assertEquals("plug one in", none.description());
    }

    @Test
    void whatTheReferenceHasNot() {
        for (BackendOptions options : List.of(
                BackendOptions.DEFAULT.withDevice("0"), BackendOptions.DEFAULT.withDump(Path.of("kernels")))) {
            String message = assertThrows(BackendException.class, () -> Backends.open("reference", options)).getMessage();
            assertTrue(message.startsWith("the reference backend has "), message);
        }
    }

    @Test
    void useAfterCloseSaysSo() {
        Backend backend = Backends.open("reference", BackendOptions.DEFAULT);
        Buffer buffer = backend.allocate(DType.F32, 3);
        backend.close();
        backend.close();
        for (Runnable use : List.<Runnable>of(() -> backend.allocate(DType.F32, 1), backend::synchronize,
                () -> buffer.write(new float[3], 0, 0, 3), () -> buffer.read(0, new float[3], 0, 3))) {
            assertTrue(assertThrows(IllegalStateException.class, use::run).getMessage().contains("closed"));
        }
    }

    @Test
    void options() {
        assertEquals(3, BackendOptions.DEFAULT.withThreads(3).threads());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> BackendOptions.DEFAULT.withThreads(-1)).getMessage()
                .contains("-1"));
        assertEquals("cpu: Some CPU (2 threads)", new DeviceInfo("cpu", "Some CPU", "2 threads").toString());
        assertEquals("cpu: Some CPU", new DeviceInfo("cpu", "Some CPU", "").toString());
    }
}
