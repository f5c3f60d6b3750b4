package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.DiskCache;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are built once and then read from disk; what is damaged there is built again. */
class ProgramsTest {

    private static float[] exp(Path folder) {
        try (Backend backend = new AcceleratorBackend(
                        new OpenClAccelerator(Devices.best(), BackendOptions.DEFAULT, DiskCache.in(folder)), BackendOptions.DEFAULT);
                Session session = new Session(backend)) {
            var x = dev.norn.graph.Tensor.input("x", DType.F32, Shape.of(3));
            var step = session.compile(new dev.norn.graph.Program.Builder().output("y", x.exp()).build());
            step.set("x", NdArray.of(Shape.of(3), new float[] {0, 1, -1}));
            step.run();
            return (float[]) step.get("y").data();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void secondTimeFromDisk(@TempDir Path temp) throws IOException {
        Devices.best();
        Path folder = temp.resolve("cache");
        float[] first = exp(folder);
        List<Path> files = files(folder);
        assertFalse(files.isEmpty());
        byte[] kept = Files.readAllBytes(files.get(0));
        assertArrayEquals(first, exp(folder));
        assertEquals(files, files(folder));
        assertArrayEquals(kept, Files.readAllBytes(files.get(0)), "read, not written again");
    }

    @Test
    void aDamagedEntryIsBuiltAgain(@TempDir Path temp) throws IOException {
        Devices.best();
        Path folder = temp.resolve("cache");
        float[] first = exp(folder);
        for (Path file : files(folder)) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertArrayEquals(first, exp(folder));
            assertNotEquals(bytes[bytes.length / 2], Files.readAllBytes(file)[bytes.length / 2]);
        }
    }

    /** It is whole, but no binary of this driver's. */
    @Test
    void whatTheDriverDoesNotTakeIsBuiltAgain(@TempDir Path temp) throws IOException {
        Devices.best();
        Path folder = temp.resolve("cache");
        Programs programs;
        OpenClAccelerator accelerator = new OpenClAccelerator(Devices.best(), BackendOptions.DEFAULT, DiskCache.in(folder));
        try {
            programs = accelerator.programs();
            String text = "__kernel void f(__global float *x) { x[get_global_id(0)] += 1; }";
            DiskCache.in(folder).put(programs.key(text), new byte[] {1, 2, 3});
            long program = programs.build(text);
            assertNotEquals(0, program);
            assertTrue(DiskCache.in(folder).get(programs.key(text)).length > 3);
            org.lwjgl.opencl.CL10.clReleaseProgram(program);
        } finally {
            accelerator.close();
        }
    }

    @Test
    void aKernelThatDoesNotBuildComesWithItsLog() {
        OpenClAccelerator accelerator = Devices.accelerator();
        try {
            String message = assertThrows(BackendException.class, () -> accelerator.compile(
                    "__kernel void broken(__global float *x) { x[0] = no_such_thing; }", List.of("broken"))).getMessage();
            assertTrue(message.contains("CL_BUILD_PROGRAM_FAILURE") && message.contains("no_such_thing"), message);
        } finally {
            accelerator.close();
        }
    }
}
