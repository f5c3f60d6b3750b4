package dev.norn.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.norn.backend.BackendOptions;
import dev.norn.device.Accelerator;
import dev.norn.device.DiskCache;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.graph.Binary;
import dev.norn.graph.Unary;
import dev.norn.schedule.Body;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel for matrix products, on shapes that do not suit it, against the three loops in float64; and, where it promises
 * that, to the last bit against the terms added one after another, each with one rounding.
 */
class ProductsTest {

    /** {m, n, k}: nothing, ones, primes, just over a tile, many terms. */
    private static final int[][] SHAPES = {{1, 1, 1}, {7, 13, 5}, {9, 33, 17}, {65, 67, 31}, {131, 10, 3}, {2, 129, 1031}};

    /** What lies around the operands: if it is used, the result tells. */
    private static final double BEYOND = Double.NaN;

    private static final int OFFSET = 3;

    private static OpenClAccelerator accelerator;
    private static Device device;

    @BeforeAll
    static void open() {
        String missing = Library.load();
        assumeTrue(missing == null, missing);
        List<Device> devices = Device.all();
        assumeTrue(!devices.isEmpty(), "there is no OpenCL device");
        device = devices.get(0);
        accelerator = new OpenClAccelerator(device, BackendOptions.DEFAULT.withTuning(false));
    }

    @AfterAll
    static void close() {
        if (accelerator != null) {
            accelerator.close();
        }
    }

    static List<ProductKernel> kernels() {
        return List.of(new DirectProduct(1), new DirectProduct(8),
                TiledProduct.shared(32, 32, 16, 8, 8, 2), TiledProduct.shared(64, 64, 16, 16, 16, 4),
                TiledProduct.shared(128, 64, 16, 16, 16, 4), TiledProduct.single(8, 2, 16, false),
                TiledProduct.single(8, 2, 16, true), TiledProduct.single(4, 4, 16, false), TiledProduct.single(6, 2, 8, true),
                TiledProduct.single(1, 4, 2, false));
    }

    /**
     * A product, and what it is made of. Buffers: A, B, bias, the sigmoid of product and bias, and what the product is added
     * to in place: zeros, so that adding it twice would show.
     */
    private record Case(Kernel.MatMul product, double[] a, double[] b, double[] bias) {

        static Case random(Random random, DType dtype, int m, int n, int k, boolean transposeA, boolean transposeB) {
            Body body = new Body(new int[] {m, n}, List.of(new Instr.Product(dtype),
                    new Instr.Load(dtype, new Slot(2, OFFSET), new int[] {0, 1}), new Instr.Compute(dtype, Binary.ADD, 0, 1),
                    new Instr.Compute(dtype, Unary.SIGMOID, 2), new Instr.Load(dtype, new Slot(4, OFFSET), new int[] {n, 1}),
                    new Instr.Compute(dtype, Binary.ADD, 0, 4)), new boolean[6],
                    List.of(new Body.Store(3, new Slot(3, OFFSET), false), new Body.Store(5, new Slot(4, OFFSET), false)));
            return new Case(new Kernel.MatMul(dtype, m, n, k, transposeA, transposeB, new Slot(0, OFFSET), new Slot(1, OFFSET), body),
                    random.doubles(m * k).map(x -> (float) x - 0.5f).toArray(),
                    random.doubles(k * n).map(x -> (float) x - 0.5f).toArray(),
                    random.doubles(n).map(x -> (float) x - 0.5f).toArray());
        }

        List<BufferSpec> specs() {
            int[] sizes = {a.length, b.length, bias.length, product.m() * product.n(), product.m() * product.n()};
            List<BufferSpec> specs = new ArrayList<>();
            for (int size : sizes) {
                specs.add(new BufferSpec(BufferSpec.Role.ARENA, product.dtype(), size + 2 * OFFSET, "b" + specs.size(), null, null));
            }
            return specs;
        }

        void check(double[] results, double[] products, ProductKernel kernel) {
            Kernel.MatMul p = product;
            boolean single = p.dtype() == DType.F32;
            boolean inOrder = !(kernel instanceof DirectProduct direct) || direct.slices() == 1;
            double unit = single ? 0x1p-24 : 0x1p-53;
            for (int i = 0; i < p.m(); i++) {
                for (int j = 0; j < p.n(); j++) {
                    double sum = 0;
                    double rounded = 0;
                    double scale = 0;
                    for (int t = 0; t < p.k(); t++) {
                        double x = a[p.transposeA() ? t * p.m() + i : i * p.k() + t];
                        double y = b[p.transposeB() ? j * p.k() + t : t * p.n() + j];
                        sum += x * y;
                        rounded = single ? Math.fma((float) x, (float) y, (float) rounded) : Math.fma(x, y, rounded);
                        scale += Math.abs(x * y);
                    }
                    int at = OFFSET + i * p.n() + j;
                    double bound = (p.k() + 2) * unit * scale;
                    if (Math.abs(products[at] - sum) <= bound && (!inOrder || products[at] == rounded)
                            && Math.abs(results[at] - 1 / (1 + Math.exp(-sum - bias[j]))) <= bound + 16 * unit) {
                        continue;
                    }
                    fail(kernel.name() + ", " + p.dtype() + " " + p.m() + "x" + p.n() + "x" + p.k() + (p.transposeA() ? "T" : "N")
                            + (p.transposeB() ? "T" : "N") + " at [" + i + ", " + j + "]: " + products[at] + " and, with the epilogue, "
                            + results[at] + "; the sum is " + sum + ", in order " + rounded);
                }
            }
            for (double[] whole : List.of(results, products)) {
                for (int e = 0; e < OFFSET; e++) {
                    assertTrue(Double.isNaN(whole[e]) && Double.isNaN(whole[whole.length - 1 - e]), kernel.name() + " writes outside");
                }
            }
        }
    }

    /** Renders each case with a kernel, compiles all as one program, runs and checks them. */
    private static void run(ProductKernel kernel, List<Case> cases) {
        List<Source> sources = new ArrayList<>();
        List<Accelerator.Memory> all = new ArrayList<>();
        List<List<Accelerator.Memory>> arguments = new ArrayList<>();
        List<Map<Integer, Accelerator.Memory>> memories = new ArrayList<>();
        for (Case c : cases) {
            Renderer renderer = new Renderer(c.specs(), accelerator.groupSize());
            List<Source> made = kernel.render(renderer, "case" + memories.size(), c.product);
            Map<Integer, Accelerator.Memory> memory = new HashMap<>();
            double[][] contents = {c.a, c.b, c.bias, {}, new double[c.product.m() * c.product.n()]};
            for (int i = 0; i < contents.length; i++) {
                memory.put(i, accelerator.allocate(c.product.dtype(), c.specs().get(i).size()));
                double[] whole = new double[c.specs().get(i).size()];
                Arrays.fill(whole, BEYOND);
                System.arraycopy(contents[i], 0, whole, OFFSET, contents[i].length);
                write(memory.get(i), c.product.dtype(), whole);
            }
            if (renderer.scratch(c.product.dtype()) > 0) {
                double[] whole = new double[renderer.scratch(c.product.dtype())];
                Arrays.fill(whole, BEYOND);
                Accelerator.Memory scratch = accelerator.allocate(c.product.dtype(), whole.length);
                write(scratch, c.product.dtype(), whole);
                memory.put(Source.SCRATCH + c.product.dtype().ordinal(), scratch);
            }
            made.forEach(s -> arguments.add(s.buffers().stream().map(memory::get).toList()));
            sources.addAll(made);
            memories.add(memory);
            all.addAll(memory.values());
        }
        List<Accelerator.Function> functions = accelerator.compile(Renderer.program(sources), sources.stream().map(Source::name).toList());
        List<Accelerator.Command> commands = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            commands.add(accelerator.launch(functions.get(i), sources.get(i), arguments.get(i)));
        }
        try (Accelerator.Recording recording = accelerator.record(commands)) {
            recording.replay();
            for (int i = 0; i < cases.size(); i++) {
                Case c = cases.get(i);
                double[] results = read(memories.get(i).get(3), c.product.dtype(), c.specs().get(3).size());
                c.check(results, read(memories.get(i).get(4), c.product.dtype(), c.specs().get(4).size()), kernel);
            }
        }
        all.forEach(accelerator::free);
    }

    private static void write(Accelerator.Memory memory, DType dtype, double[] values) {
        Object array = values;
        if (dtype == DType.F32) {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            array = floats;
        }
        accelerator.write(memory, 0, array, 0, values.length);
    }

    private static double[] read(Accelerator.Memory memory, DType dtype, int size) {
        double[] values = new double[size];
        if (dtype == DType.F64) {
            accelerator.read(memory, 0, values, 0, size);
        } else {
            float[] floats = new float[size];
            accelerator.read(memory, 0, floats, 0, size);
            for (int i = 0; i < size; i++) {
                values[i] = floats[i];
            }
        }
        return values;
    }

    /** Shapes in one of the four forms each; what is the same in both types is compiled for one. */
    private static List<Case> cases(DType dtype) {
        Random random = new Random(1);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < SHAPES.length; i += dtype == DType.F32 ? 1 : 2) {
            int form = dtype == DType.F32 ? i % 4 : 3 - i / 2;
            cases.add(Case.random(random, dtype, SHAPES[i][0], SHAPES[i][1], SHAPES[i][2], (form & 1) != 0, (form & 2) != 0));
        }
        return cases;
    }

    private static boolean takes(ProductKernel kernel, Kernel.MatMul p) {
        return !(kernel instanceof TiledProduct t) || t.packed() || t.kwg() > 0 || !p.transposeB();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyKernelOnAwkwardShapes(ProductKernel kernel) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            if (accelerator.lacks(dtype) == null) {
                run(kernel, cases(dtype).stream().filter(c -> takes(kernel, c.product)).toList());
            }
        }
    }

    /** An empty sum is zero; an empty product is nothing to do. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void noTermsOrNoElements(DType dtype) {
        assumeTrue(accelerator.lacks(dtype) == null, "the device has no float64");
        Products products = new Products(device, null);
        Random random = new Random(3);
        Case noTerms = Case.random(random, dtype, 5, 3, 0, false, false);
        assertEquals(List.of(new DirectProduct(1)), products.candidates(noTerms.product));
        run(new DirectProduct(1), List.of(noTerms));
        for (int[] s : new int[][] {{0, 3, 4}, {3, 0, 4}, {0, 0, 0}}) {
            Case empty = Case.random(random, dtype, s[0], s[1], s[2], false, true);
            assertEquals(List.of(), products.render(new Renderer(empty.specs(), 64), "empty", empty.product));
        }
    }

    /** What would be chosen for a shape, on this device. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void chosenKernels(DType dtype) {
        assumeTrue(accelerator.lacks(dtype) == null, "the device has no float64");
        Products products = new Products(device, null);
        int[][] shapes = {{1, 128, 50}, {50, 1, 128}, {20, 10, 20}, {100, 128, 84}, {67, 530, 20}, {128, 10, 1000}};
        Map<ProductKernel, List<Case>> cases = new HashMap<>();
        Random random = new Random(4);
        for (int i = 0; i < shapes.length; i++) {
            for (int form = 0; form < 4; form++) {
                Case c = Case.random(random, dtype, shapes[i][0], shapes[i][1], shapes[i][2], (form & 1) != 0, (form & 2) != 0);
                List<ProductKernel> candidates = products.candidates(c.product);
                candidates.forEach(kernel -> assertTrue(takes(kernel, c.product), kernel.name()));
                if (form == (dtype == DType.F32 ? i : i + 2) % 4) {
                    cases.computeIfAbsent(candidates.get(0), x -> new ArrayList<>()).add(c);
                }
            }
        }
        cases.forEach(ProductsTest::run);
    }

    @Test
    void theTunerRemembers(@TempDir Path folder) {
        List<ProductKernel> candidates = List.of(new DirectProduct(1), TiledProduct.single(4, 2, 8, false));
        Kernel.MatMul product = Case.random(new Random(5), DType.F32, 60, 50, 40, false, false).product;
        Kernel.MatMul sameClass = Case.random(new Random(5), DType.F32, 64, 33, 39, false, false).product;
        ProductKernel first = new Tuner(accelerator, "here", DiskCache.in(folder)).fastest(candidates, product);
        // A tuner that would try anything would find that there is nothing to try it on.
        Tuner second = new Tuner(null, "here", DiskCache.in(folder));
        assertSame(first, second.fastest(candidates, product));
        assertSame(first, second.fastest(candidates, sameClass));
    }
}
