package dev.norn.opencl;

import dev.norn.device.KernelWriter;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Slot;
import java.util.List;

/**
 * Tiles within tiles. A group computes a tile of the product, MWG by NWG; of that, each of its MDIMC by NDIMC items has
 * MWI = MWG / MDIMC rows and NWI = NWG / NDIMC columns in its registers while it goes through all K terms. So a number read
 * from A serves NWI times, one from B MWI times.
 *
 * <pre>
 *                      B    NWG              for (c0 &lt; M)
 *                    ┌────┬──────┬──┐            for (c1 &lt; N) {
 *                  K │    │      │  │                product = 0;
 *                    │    │▒▒▒▒▒▒│ KWG               for (p &lt; K) product += A[c0][p] * B[p][c1];
 *          K         └────┴──────┴──┘                epilogue
 *     ┌──┬─────┐     ┌────┬──────┬──┐            }
 *     ├──┼─────┤     ├────┼──────┼──┤
 * MWG │  │▒▒   │     │    │ tile │  │
 *     ├──┴─────┤     ├────┼──────┼──┤
 *   A │  KWG   │   C │    │      │  │
 *     └────────┘     └────┴──────┴──┘
 * </pre>
 *
 * <p>On a GPU the items of a group share what they read: KWG columns of A's rows and KWG rows of B's columns at a time go to
 * local memory (▒), zeros in place of what lies beyond an edge.
 *
 * <p>On a processor a group is one item, whose registers are whole vectors; A and B come straight from the cache. There B
 * may be <em>packed</em> first, into panels of NWG columns: then a term's row of a panel is next to the row before, where in
 * B itself it may be a page away or, transposed, no run of elements at all. The last tile of rows begins early enough to end
 * with A's last row, and does not store what its neighbour has: so rows lie at fixed distances, and take one register to
 * address. Beyond B's last column, what happens to be there is read: it only meets sums that nobody stores.
 *
 * @param mwg rows of a group's tile; without local memory, all there are if they are fewer
 * @param nwg columns of it; without local memory at most as many as may be read beyond the end of a buffer
 * @param kwg terms in local memory at a time; 0 does without local memory
 * @param mdimc items along the rows of a tile
 * @param ndimc items along its columns
 * @param vwn elements of a vector, along a row: 2, 4, 8 or 16
 * @param packed whether B is packed first
 */
record TiledProduct(int mwg, int nwg, int kwg, int mdimc, int ndimc, int vwn, boolean packed) implements ProductKernel {

    /** Terms that one group packs. */
    private static final int PACK = 64;

    /** Bytes of B that stay in a processor's second cache besides what else is there. */
    private static final int CACHED = 1 << 20;

    /** For a GPU: items share local memory. */
    static TiledProduct shared(int mwg, int nwg, int kwg, int mdimc, int ndimc, int vwn) {
        return new TiledProduct(mwg, nwg, kwg, mdimc, ndimc, vwn, false);
    }

    /** For a processor: an item with {@code rows} rows of {@code vectors} vectors. */
    static TiledProduct single(int rows, int vectors, int vwn, boolean packed) {
        return new TiledProduct(rows, vectors * vwn, 0, 1, 1, vwn, packed);
    }

    private boolean local() {
        return kwg > 0;
    }

    @Override
    public String name() {
        return mwg + "x" + nwg + (local() ? "x" + kwg : "") + " by " + mdimc + "x" + ndimc + ", vectors of " + vwn
                + (packed ? ", packed" : "");
    }

    /** Items in a group. */
    int items() {
        return mdimc * ndimc;
    }

    @Override
    public List<Source> render(Renderer renderer, String name, Kernel.MatMul p) {
        assert local() || packed || !p.transposeB() : "columns of B are no vectors";
        if (!packed) {
            return List.of(product(renderer, name, p, p.b()));
        }
        Slot panels = renderer.reserve(p.dtype(), tiles(p.n(), nwg) * nwg * p.k());
        return List.of(pack(renderer, name + "_pack", p, panels), product(renderer, name, p, panels));
    }

    private static int tiles(int size, int tile) {
        return (size + tile - 1) / tile;
    }

    /** B to panels: [panel][p][column of the panel]. */
    private Source pack(Renderer renderer, String name, Kernel.MatMul p, Slot panels) {
        KernelWriter w = renderer.writer();
        int parts = tiles(p.k(), PACK);
        w.line("enum { N = %d, K = %d, NWG = %d, PACK = %d, PARTS = %d };", p.n(), p.k(), nwg, PACK, parts)
                .line("const int col0 = GROUP / PARTS * NWG, p0 = GROUP % PARTS * PACK;")
                .line("for (int p = p0; p < min(p0 + PACK, K); p++) {")
                .line("for (int j = 0; j < NWG; j++) {")
                .line("const int c1 = col0 + j;")
                .line("%s = c1 < N ? %s : 0;", w.element(panels, "col0 * K + p * NWG + j"),
                        w.element(p.b(), p.transposeB() ? "c1 * K + p" : "p * N + c1"))
                .line("}").line("}");
        return w.finish(name, "the right factor of a product to panels of NWG columns", tiles(p.n(), nwg) * parts, 1);
    }

    private Source product(Renderer renderer, String name, Kernel.MatMul p, Slot b) {
        KernelWriter w = renderer.writer();
        String type = ProductKernel.type(p.dtype());
        w.line("enum { M = %d, N = %d, K = %d };", p.m(), p.n(), p.k())
                .line("enum { MWG = %d, NWG = %d, MDIMC = %d, NDIMC = %d, VWN = %d };", local() ? mwg : Math.min(mwg, p.m()), nwg,
                        mdimc, ndimc, vwn)
                .line("enum { MWI = MWG / MDIMC, NWI = NWG / NDIMC };");
        if (local()) {
            w.line("enum { KWG = %d };", kwg).line("LOCAL %s tileA[KWG * (MWG + 1)];", type)
                    .line("LOCAL %s tileB[KWG * NWG];", type);
        }
        int rows = tiles(p.m(), local() ? mwg : Math.min(mwg, p.m()));
        int cols = tiles(p.n(), nwg);
        // Neighbouring groups share columns of B, unless all of B stays in the cache: then they share rows of A.
        boolean alongRows = !local() && (long) p.n() * p.k() * p.dtype().bytes() <= CACHED;
        w.line(alongRows ? "const int first = GROUP / %d * MWG, col0 = GROUP %% %d * NWG;"
                : "const int first = GROUP %% %d * MWG, col0 = GROUP / %d * NWG;", alongRows ? cols : rows, alongRows ? cols : rows)
                .line(local() ? "const int row0 = first;" : "const int row0 = min(first, M - MWG);")
                .line(items() == 1 ? "const int tm = 0, tn = 0;" : "const int tm = ITEM / NDIMC, tn = ITEM % NDIMC;")
                .line("%s sum[MWI][NWI / VWN];", type + vwn);
        each(w, "i", "MWI");
        each(w, "j", "NWI / VWN").line("sum[i][j] = 0;").line("}").line("}");
        if (local()) {
            termsThroughLocalMemory(w, p, type);
        } else {
            terms(w, p, type, b);
        }
        stores(w, p, type);
        String comment = "product " + p.m() + "x" + p.n() + "x" + p.k() + " in tiles: a group has MWG x NWG elements of it, each of its\n"
                + "MDIMC x NDIMC items MWI x NWI of them in registers"
                + (local() ? "; KWG terms at a time are in local memory" : packed ? "; B is packed into panels" : "") + "\n" + LOOPS;
        return w.finish(name, comment, rows * cols, items());
    }

    /** A loop that the compiler is to unroll: its index then selects registers. */
    private static KernelWriter each(KernelWriter w, String index, String count) {
        return w.line("#pragma unroll").line("for (int %s = 0; %s < %s; %s++) {", index, index, count, index);
    }

    /** Adds all terms, straight from memory. */
    private void terms(KernelWriter w, Kernel.MatMul p, String type, Slot b) {
        w.line("for (int p = 0; p < K; p++) {").line("%s b[NWI / VWN];", type + vwn);
        each(w, "j", "NWI / VWN").line("b[j] = vload%d(0, &%s);", vwn,
                w.element(b, packed ? "col0 * K + p * NWG + j * VWN" : "p * N + col0 + j * VWN")).line("}");
        each(w, "i", "MWI").line("const %s a = %s;", type, w.element(p.a(), p.transposeA() ? "p * M + row0 + i" : "(row0 + i) * K + p"));
        multiply(w, type);
        w.line("}").line("}");
    }

    private void multiply(KernelWriter w, String type) {
        each(w, "j", "NWI / VWN").line("sum[i][j] = fma((%s) (a), b[j], sum[i][j]);", type + vwn).line("}");
    }

    /** Adds all terms, KWG of them at a time through local memory. */
    private void termsThroughLocalMemory(KernelWriter w, Kernel.MatMul p, String type) {
        // Neighbouring items read neighbouring elements of memory, whichever way the matrix lies.
        w.line("for (int p0 = 0; p0 < K; p0 += KWG) {")
                .line("for (int e = ITEM; e < MWG * KWG; e += MDIMC * NDIMC) {")
                .line(p.transposeA() ? "const int c = e % MWG, p = e / MWG;" : "const int c = e / KWG, p = e % KWG;")
                .line("tileA[p * (MWG + 1) + c] = row0 + c < M && p0 + p < K ? %s : 0;",
                        w.element(p.a(), p.transposeA() ? "(p0 + p) * M + row0 + c" : "(row0 + c) * K + p0 + p"))
                .line("}")
                .line("for (int e = ITEM; e < NWG * KWG; e += MDIMC * NDIMC) {")
                .line(p.transposeB() ? "const int c = e / KWG, p = e % KWG;" : "const int c = e % NWG, p = e / NWG;")
                .line("tileB[p * NWG + c] = col0 + c < N && p0 + p < K ? %s : 0;",
                        w.element(p.b(), p.transposeB() ? "(col0 + c) * K + p0 + p" : "(p0 + p) * N + col0 + c"))
                .line("}")
                .line("BARRIER;")
                .line("for (int p = 0; p < KWG; p++) {").line("%s b[NWI / VWN];", type + vwn);
        each(w, "j", "NWI / VWN").line("b[j] = vload%d(0, &tileB[p * NWG + (j * NDIMC + tn) * VWN]);", vwn).line("}");
        each(w, "i", "MWI").line("const %s a = tileA[p * (MWG + 1) + i * MDIMC + tm];", type);
        multiply(w, type);
        w.line("}").line("}").line("BARRIER;").line("}");
    }

    /** The epilogue, at each element of the item's tile that lies inside the product. */
    private void stores(KernelWriter w, Kernel.MatMul p, String type) {
        each(w, "i", "MWI").line("const int c0 = row0 + i * MDIMC + tm;").line("%s products[NWI];", type);
        each(w, "j", "NWI / VWN").line("vstore%d(sum[i][j], 0, &products[j * VWN]);", vwn).line("}");
        w.line(local() ? "if (c0 < M) {" : "if (c0 >= first) {");
        if (items() == 1) {
            // The columns of an item are neighbours: a loop for the compiler to turn into vectors.
            w.line("for (int l = 0; l < %s; l++) {", p.n() % nwg == 0 ? "NWI" : "min(NWI, N - col0)")
                    .line("const int c1 = col0 + l;").line("const %s product = products[l];", type);
            ProductKernel.epilogue(w, p.body());
            w.line("}");
        } else {
            each(w, "l", "NWI").line("const int c1 = col0 + (l / VWN * NDIMC + tn) * VWN + l % VWN;")
                    .line("const %s product = products[l];", type).line("if (c1 < N) {");
            ProductKernel.epilogue(w, p.body());
            w.line("}").line("}");
        }
        w.line("}").line("}");
    }
}
