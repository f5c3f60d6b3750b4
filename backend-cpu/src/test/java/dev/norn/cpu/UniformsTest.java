package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.random.RandomStream;
import dev.norn.random.Threefry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random numbers are the same bits whoever draws them, and nothing is written beside them. */
class UniformsTest {

    private static List<Uniforms> all() {
        List<Uniforms> all = new ArrayList<>(List.of(Uniforms.scalar()));
        if (Kernels.simdIsThere()) {
            all.add(Uniforms.simd());
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 1023, 1024, 1025})
    void areThoseOfThreefry(int n) {
        RandomStream random = new RandomStream(n, 1);
        for (int round = 0; round < 20; round++) {
            long seed = (long) random.nextInt(Integer.MAX_VALUE) * random.nextInt(Integer.MAX_VALUE) - 77;
            int counter = random.nextInt(Integer.MAX_VALUE) * 2 + round;
            int first = random.nextInt(Integer.MAX_VALUE) - (1 << 30);
            int stride = random.nextInt(5);
            for (Uniforms uniforms : all()) {
                float[] floats = new float[n + 7];
                double[] doubles = new double[n + 7];
                uniforms.fill(seed, counter, first, stride, floats, 3, n);
                uniforms.fill(seed, counter, first, stride, doubles, 3, n);
                for (int i = -3; i < n + 4; i++) {
                    long block = Threefry.block((int) seed, (int) (seed >>> 32), first + i * stride, counter);
                    boolean inside = i >= 0 && i < n;
                    assertEquals(inside ? Threefry.uniform24(block) : 0, floats[3 + i], "F32, element " + i);
                    assertEquals(inside ? Threefry.uniform53(block) : 0, doubles[3 + i], "F64, element " + i);
                }
            }
        }
    }
}
