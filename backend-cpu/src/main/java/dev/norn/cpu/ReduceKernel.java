package dev.norn.cpu;

import dev.norn.graph.Reduction;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link dev.norn.schedule.Kernel.Reduce}: what is folded is computed region by region and folded at once; each chunk of
 * the fold dimension has partial results of its own, which are put together in the order of the chunks, and the epilogue
 * follows. The chunks depend on the shape alone, so the result does not depend on the number of threads.
 */
final class ReduceKernel implements CpuKernel, Workers.Task {

    /** Elements of a chunk, at least. */
    private static final int CHUNK = 16_384;

    private static final int MOST_CHUNKS = 64;

    /** One fold: what of, how, and where its partial results are: [chunks, outer, inner]. */
    private record Part(int value, Reduction reduction, Lanes lanes, Object partial) {}

    private final Workers workers;
    private final int outer;
    private final int n;
    private final int inner;
    private final int chunkLength;
    private final int chunks;
    private final BlockProgram before;
    private final BlockProgram after;
    private final Part[] parts;
    /** The folds as the epilogue knows them; -1 for one that it does not use. */
    private final int[] foldValues;
    private final Region[] regions;
    private final Region afterRegion;
    private int run;

    ReduceKernel(Machine machine, Body body) {
        this.workers = machine.workers;
        this.outer = body.dims()[0];
        this.n = body.dims()[1];
        this.inner = body.dims()[2];
        int longest = Math.max(CHUNK / Math.max(1, inner), (n + MOST_CHUNKS - 1) / MOST_CHUNKS);
        this.chunkLength = Math.max(1, longest);
        this.chunks = Math.max(1, MapKernel.divideUp(n, chunkLength));

        List<Integer> folds = new ArrayList<>();
        for (int i = 0; i < body.instrs().size(); i++) {
            if (body.instrs().get(i) instanceof Instr.Fold) {
                folds.add(i);
            }
        }
        int[] folded = folds.stream().mapToInt(i -> ((Instr.Fold) body.instrs().get(i)).arg()).toArray();
        Excerpt first = Excerpt.of(body, folded, inner == 1 ? new int[] {0, 1} : new int[] {0, 1, 2}, false);
        this.before = new BlockProgram(machine, first.body(), first.positions(folded));
        int[] stored = body.stores().stream().mapToInt(Body.Store::value).toArray();
        Excerpt second = Excerpt.of(body, stored, new int[] {0, 2}, true);
        this.after = new BlockProgram(machine, second.body());
        this.afterRegion = after.newRegion();
        this.parts = new Part[folds.size()];
        for (int i = 0; i < parts.length; i++) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(folds.get(i));
            Lanes lanes = machine.lanes(fold.dtype());
            Object partial = lanes.newArray(chunks * outer * inner + FloatOps.PADDING);
            parts[i] = new Part(before.value(first.position(fold.arg())), fold.reduction(), lanes, partial);
        }
        this.foldValues = folds.stream().mapToInt(second::position).map(i -> i < 0 ? -1 : after.value(i)).toArray();
        this.regions = new Region[outer * chunks <= 1 ? 1 : workers.threads()];
        for (int i = 0; i < regions.length; i++) {
            regions[i] = before.newRegion();
        }
    }

    @Override
    public void run() {
        run++;
        int size = outer * inner;
        if (size == 0) {
            return;
        }
        workers.run(outer * chunks, this);
        for (Part part : parts) {
            for (int c = 1; c < chunks; c++) {
                part.lanes.reduceColumns(part.reduction, part.partial, c * size, 1, size, part.partial, 0);
            }
        }
        Geometry geometry = after.geometry();
        afterRegion.run = run;
        // The epilogue's region moves over the results; what it folds lies where the first chunk's partial results were.
        int step = geometry.wholeRows() ? geometry.rowCapacity : 1;
        for (int row = 0; row < outer; row += step) {
            int rows = Math.min(step, outer - row);
            for (int col = 0; col < inner; col += geometry.capacity) {
                afterRegion.set(row, rows, col, Math.min(geometry.capacity, inner - col));
                for (int i = 0; i < parts.length; i++) {
                    if (foldValues[i] >= 0) {
                        afterRegion.arrays[foldValues[i]] = parts[i].partial;
                        afterRegion.offsets[foldValues[i]] = row * inner + col;
                    }
                }
                after.run(afterRegion);
            }
        }
    }

    @Override
    public void run(int index, int worker) {
        Region r = regions[worker];
        r.run = run;
        int o = index / chunks;
        int chunk = index % chunks;
        int from = chunk * chunkLength;
        int to = Math.min(n, from + chunkLength);
        int at = (chunk * outer + o) * inner;
        for (Part part : parts) {
            part.lanes.fill(part.reduction.identity(), part.partial, at, inner);
        }
        if (inner == 1) {
            foldRow(r, o, from, to, at);
        } else {
            foldColumns(r, o * n + from, o * n + to, at);
        }
    }

    private void foldRow(Region r, int row, int from, int to, int at) {
        int capacity = before.geometry().capacity;
        for (int col = from; col < to; col += capacity) {
            r.set(row, 1, col, Math.min(capacity, to - col));
            before.run(r);
            for (Part part : parts) {
                part.lanes.fold(part.reduction, r.arrays[part.value], r.offsets[part.value], r.cols, part.partial, at);
            }
        }
    }

    private void foldColumns(Region r, int from, int to, int at) {
        Geometry geometry = before.geometry();
        int step = geometry.wholeRows() ? geometry.rowCapacity : 1;
        for (int row = from; row < to; row += step) {
            for (int col = 0; col < inner; col += geometry.capacity) {
                r.set(row, Math.min(step, to - row), col, Math.min(geometry.capacity, inner - col));
                before.run(r);
                for (Part part : parts) {
                    part.lanes.reduceColumns(part.reduction, r.arrays[part.value], r.offsets[part.value], r.rows, r.cols,
                            part.partial, at + col);
                }
            }
        }
    }
}
