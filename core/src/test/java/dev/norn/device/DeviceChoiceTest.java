package dev.norn.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.backend.BackendException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {

    private static final List<String> NAMES = List.of("GeForce GTX 1080", "Radeon Pro", "Radeon VII", "PoCL processor");

    @ParameterizedTest
    @CsvSource({"'', 0", "0, 0", "1, 1", "3, 3", "1080, 0", "radeon, 1", "vii, 2", "PROCESSOR, 3", "80, 0"})
    void byIndexOrElseByPartOfTheName(String wanted, int index) {
        assertEquals(index, DeviceChoice.index("OpenCL", NAMES, wanted));
    }

    @ParameterizedTest
    @CsvSource({"4", "-1", "Arc", "radeon vega"})
    void anUnknownOneIsToldWhatThereIs(String wanted) {
        assertEquals("there is no OpenCL device \"" + wanted + "\"; there are: 0: GeForce GTX 1080, 1: Radeon Pro, "
                        + "2: Radeon VII, 3: PoCL processor",
                assertThrows(BackendException.class, () -> DeviceChoice.index("OpenCL", NAMES, wanted)).getMessage());
    }

    @Test
    void one() {
        assertEquals("there is no CUDA device \"1\"; there are: 0: A40",
                assertThrows(BackendException.class, () -> DeviceChoice.index("CUDA", List.of("A40"), "1")).getMessage());
    }
}
