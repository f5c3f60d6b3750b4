package dev.norn.opencl;

import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Kernel;
import java.util.ArrayList;
import java.util.List;

/** Chooses a kernel for each matrix product: by its shape, and among those that might be fastest by the tuner. */
final class Products {

    /** Additions below which whichever kernel does: 4 million take some 10 µs, and a launch about as much. */
    private static final long WORTH_TUNING = 1L << 22;

    /** Elements of a product that keep a GPU busy if each has an item of its own. */
    private static final int BUSY = 16_384;

    /** Items that share the terms of an element where there are few elements. */
    private static final int SLICES = 8;

    private final Device device;
    private final Tuner tuner;

    /** @param tuner null for none */
    Products(Device device, Tuner tuner) {
        this.device = device;
        this.tuner = tuner;
    }

    List<Source> render(Renderer renderer, String name, Kernel.MatMul p) {
        if (p.m() * p.n() == 0) {
            return List.of();
        }
        List<ProductKernel> candidates = candidates(p);
        boolean tuned = tuner != null && candidates.size() > 1 && (long) p.m() * p.n() * p.k() >= WORTH_TUNING;
        return (tuned ? tuner.fastest(candidates, p) : candidates.get(0)).render(renderer, name, p);
    }

    /** What might be fastest; the likeliest first. */
    List<ProductKernel> candidates(Kernel.MatMul p) {
        return p.k() == 0 ? List.of(new DirectProduct(1)) : device.isGpu() ? ofGpu(p) : ofProcessor(p);
    }

    private List<ProductKernel> ofGpu(Kernel.MatMul p) {
        if ((long) p.m() * p.n() <= BUSY || p.m() < 16 || p.n() < 16) {
            return List.of(new DirectProduct(p.k() >= 16 * SLICES && (long) p.m() * p.n() <= BUSY ? SLICES : 1));
        }
        TiledProduct small = TiledProduct.shared(32, 32, 16, 8, 8, 2);
        TiledProduct medium = TiledProduct.shared(64, 64, 16, 16, 16, 4);
        TiledProduct large = TiledProduct.shared(128, 64, 16, 16, 16, 4);
        List<TiledProduct> all = Math.min(p.m(), p.n()) >= 512 ? List.of(large, medium, small) : List.of(small, medium, large);
        List<ProductKernel> fitting = new ArrayList<>(all.stream().filter(t -> t.items() <= device.largestGroup()).toList());
        return fitting.isEmpty() ? List.of(new DirectProduct(1)) : fitting;
    }

    private List<ProductKernel> ofProcessor(Kernel.MatMul p) {
        int lanes = Math.max(2, device.vectorBytes() / p.dtype().bytes());
        boolean tiny = (long) p.m() * p.n() * p.k() < 1 << 14;
        if (tiny && p.transposeB()) {
            // One kernel, where packing would make two.
            return List.of(new DirectProduct(1));
        }
        // Vectors of sums that fit in registers: of 32 if they are as long as AVX-512's or as short as NEON's, else of 16.
        int registers = device.vectorBytes() == 32 ? 12 : 16;
        int vectors = Math.min((p.n() + lanes - 1) / lanes, p.m() <= registers / 4 ? 4 : 2);
        TiledProduct loose = tile(p, registers, vectors, lanes, false);
        TiledProduct packed = tile(p, registers, vectors, lanes, true);
        if (p.transposeB()) {
            return List.of(packed);
        }
        // Packing pays where columns of B are far apart and each is needed often.
        if (p.n() <= 2 * lanes || p.m() < 64) {
            return List.of(loose);
        }
        TiledProduct wide = tile(p, registers, 4, lanes, false);
        return p.n() >= 512 ? List.of(packed, loose, wide)
                : p.transposeA() ? List.of(wide, loose, packed) : List.of(loose, packed, wide);
    }

    private static TiledProduct tile(Kernel.MatMul p, int registers, int vectors, int lanes, boolean packed) {
        return TiledProduct.single(registers / vectors, vectors, lanes, packed);
    }
}
