package dev.norn.opencl;

import dev.norn.backend.BackendException;
import dev.norn.device.Accelerator;
import dev.norn.device.DiskCache;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Body;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries kernels for a matrix product once for each device and class of shapes, and remembers which was fastest: in memory,
 * and in the cache.
 */
final class Tuner {

    private static final System.Logger LOG = System.getLogger("dev.norn.opencl");

    /** To be raised when kernels change so much that what was fastest may no longer be. */
    private static final String FORMAT = "matrix product 1";

    /** Larger shapes are tried, and classed, as this. */
    private static final int LARGEST = 1024;

    private static final int ROUNDS = 7;
    private static final long ENOUGH_NANOS = 60_000_000;

    private final Accelerator accelerator;
    private final String device;
    private final DiskCache cache;
    private final Map<String, String> known = new HashMap<>();

    /** @param device what identifies the device and its driver */
    Tuner(Accelerator accelerator, String device, DiskCache cache) {
        this.accelerator = accelerator;
        this.device = device;
        this.cache = cache;
    }

    /** The fastest of some kernels for products of this class. */
    ProductKernel fastest(List<ProductKernel> candidates, Kernel.MatMul p) {
        String key = String.join("\n", FORMAT, device, p.dtype().name(), (p.transposeA() ? "T" : "N") + (p.transposeB() ? "T" : "N"),
                sizeClass(p.m()) + "x" + sizeClass(p.n()) + "x" + sizeClass(p.k()),
                String.join("; ", candidates.stream().map(ProductKernel::name).toList()));
        String name = known.computeIfAbsent(key, k -> {
            byte[] kept = cache.get(k);
            return kept == null ? null : new String(kept, StandardCharsets.UTF_8);
        });
        for (ProductKernel candidate : candidates) {
            if (candidate.name().equals(name)) {
                return candidate;
            }
        }
        ProductKernel best = candidates.get(0);
        try {
            best = measure(candidates, p);
            cache.put(key, best.name().getBytes(StandardCharsets.UTF_8));
        } catch (BackendException e) {
            LOG.log(System.Logger.Level.WARNING, "matrix products are not tuned: " + e.getMessage());
        }
        known.put(key, best.name());
        return best;
    }

    private static int sizeClass(int size) {
        return Math.min(LARGEST, size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1);
    }

    /** Runs the candidates, in turns so that what else the machine does meets all of them, and compares their best times. */
    private ProductKernel measure(List<ProductKernel> candidates, Kernel.MatMul asked) {
        int m = Math.min(asked.m(), LARGEST);
        int n = Math.min(asked.n(), LARGEST);
        int k = Math.min(asked.k(), LARGEST);
        DType dtype = asked.dtype();
        Body copy = new Body(new int[] {m, n}, List.of(new Instr.Product(dtype)), new boolean[1],
                List.of(new Body.Store(0, new Slot(2, 0), false)));
        Kernel.MatMul product = new Kernel.MatMul(dtype, m, n, k, asked.transposeA(), asked.transposeB(), new Slot(0, 0),
                new Slot(1, 0), copy);
        List<BufferSpec> specs = List.of(spec(dtype, "a", m * k), spec(dtype, "b", k * n), spec(dtype, "c", m * n));
        Renderer renderer = new Renderer(specs, accelerator.groupSize());
        List<Source> sources = new ArrayList<>();
        int[] ends = new int[candidates.size()];
        for (int i = 0; i < ends.length; i++) {
            sources.addAll(candidates.get(i).render(renderer, "tried" + i, product));
            ends[i] = sources.size();
        }
        Map<Integer, Accelerator.Memory> memory = new HashMap<>();
        List<Accelerator.Function> functions = List.of();
        List<Accelerator.Recording> recordings = new ArrayList<>();
        try {
            for (int i = 0; i < specs.size(); i++) {
                memory.put(i, accelerator.allocate(dtype, specs.get(i).size()));
            }
            if (renderer.scratch(dtype) > 0) {
                memory.put(Source.SCRATCH + dtype.ordinal(), accelerator.allocate(dtype, renderer.scratch(dtype)));
            }
            functions = accelerator.compile(Renderer.program(sources),
                    sources.stream().map(Source::name).toList());
            for (int i = 0; i < ends.length; i++) {
                List<Accelerator.Command> commands = new ArrayList<>();
                for (int s = i == 0 ? 0 : ends[i - 1]; s < ends[i]; s++) {
                    commands.add(accelerator.launch(functions.get(s), sources.get(s),
                            sources.get(s).buffers().stream().map(memory::get).toList()));
                }
                recordings.add(accelerator.record(commands));
            }
            long[] best = times(recordings);
            int fastest = 0;
            for (int i = 0; i < best.length; i++) {
                LOG.log(System.Logger.Level.DEBUG, dtype + " product " + m + "x" + n + "x" + k + ": " + candidates.get(i).name()
                        + " takes " + best[i] / 1000 + " us");
                fastest = best[i] < best[fastest] ? i : fastest;
            }
            return candidates.get(fastest);
        } finally {
            recordings.forEach(Accelerator.Recording::close);
            functions.forEach(accelerator::release);
            memory.values().forEach(accelerator::free);
        }
    }

    private static BufferSpec spec(DType dtype, String name, int size) {
        return new BufferSpec(BufferSpec.Role.ARENA, dtype, size, name, null, null);
    }

    private long[] times(List<Accelerator.Recording> recordings) {
        long[] best = new long[recordings.size()];
        Arrays.fill(best, Long.MAX_VALUE);
        long start = System.nanoTime();
        // The first round, which finishes compilation and brings memory into caches, does not count.
        for (int round = -1; round < 1 || round < ROUNDS && System.nanoTime() - start < ENOUGH_NANOS; round++) {
            for (int i = 0; i < best.length; i++) {
                accelerator.synchronize();
                long before = System.nanoTime();
                recordings.get(i).replay();
                accelerator.synchronize();
                best[i] = round < 0 ? best[i] : Math.min(best[i], System.nanoTime() - before);
            }
            start = round < 0 ? System.nanoTime() : start;
        }
        return best;
    }
}
