package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.backend.Buffer;
import dev.norn.tensor.DType;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How devices are found and chosen. Runs anywhere: where there is no device, that is what is tested. */
class OpenClProviderTest {

    @Test
    void probingSaysWhatThereIsOrWhatIsMissing() {
        BackendProvider.Availability found = new OpenClProvider().probe();
        assertFalse(found.description().isBlank());
        if (!found.available()) {
            assertTrue(found.description().contains("install") || found.description().contains("no OpenCL"), found.description());
            String message = assertThrows(BackendException.class, () -> Backends.open("opencl", BackendOptions.DEFAULT)).getMessage();
            assertEquals(found.description(), message);
        }
    }

    /** A processor does better with its own kernels. */
    @Test
    void onlyAGpuIsPreferred() {
        Device best = Devices.best();
        assertEquals(best.isGpu(), new OpenClProvider().probe().priority() > 10);
    }

    @Test
    void aDeviceIsChosenByIndexOrPartOfItsName() {
        Device best = Devices.best();
        String part = best.name().substring(0, Math.min(6, best.name().length())).toUpperCase(Locale.ROOT);
        for (String wanted : new String[] {"0", part}) {
            try (Backend backend = Backends.open("opencl", BackendOptions.DEFAULT.withDevice(wanted))) {
                assertEquals(best.name(), backend.device().name());
            }
        }
        String message = assertThrows(BackendException.class,
                () -> Backends.open("opencl", BackendOptions.DEFAULT.withDevice("no such thing"))).getMessage();
        assertTrue(message.contains("no such thing") && message.contains("0: " + best.name()), message);
    }

    @Test
    void toAskForTooMuchMemorySaysHowMuchThereIs() {
        Devices.best();
        try (Backend backend = Backends.open("opencl", BackendOptions.DEFAULT)) {
            String message = null;
            java.util.List<Buffer> taken = new java.util.ArrayList<>();
            // Until it is full; each is as large as an array can be.
            for (int i = 0; i < 1000 && message == null; i++) {
                try {
                    taken.add(backend.allocate(DType.F64, Integer.MAX_VALUE - 100));
                } catch (BackendException e) {
                    message = e.getMessage();
                }
            }
            assertNotNull(message);
            assertTrue(message.contains("16384.0 MiB") && message.contains("the device has"), message);
        }
    }
}
