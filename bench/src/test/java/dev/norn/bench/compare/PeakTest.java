package dev.norn.bench.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeakTest {

    @TempDir
    private Path folder;

    /** Bounds that any machine of these years is far within. */
    @Test
    @Tag("slow")
    void isPlausible() throws Exception {
        assumeTrue(Processes.hasVectors());
        Peak peak = new Peak();
        peak.measure(1, folder.resolve("log"));
        double gflops = peak.gflops().get(1);
        double bandwidth = peak.bandwidth().get(1);
        assertTrue(gflops > 0.1 && gflops < 2000, gflops + " GFLOP/s");
        assertTrue(bandwidth > 0.1 && bandwidth < 1000, bandwidth + " GB/s");
    }
}
