package dev.norn.device;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes what happens to one row: a loop over its columns for each fold, or for several that do not need each other, and a
 * last one for what is stored in full. Full values are computed again in each loop that needs them: cheaper than memory.
 */
final class RowWriter {

    private final KernelWriter w;
    private final Body body;
    private final int cols;
    private final boolean byGroup;
    private final List<Integer> pending = new ArrayList<>();

    RowWriter(KernelWriter w, Body body, boolean byGroup) {
        this.w = w;
        this.body = body;
        this.cols = body.dims()[1];
        this.byGroup = byGroup;
    }

    void write() {
        boolean[] used = Needs.ofStores(body);
        for (int v = 0; v < body.instrs().size(); v++) {
            if (!used[v] || !body.folded()[v]) {
                continue;
            }
            if (pendingUnder(v)) {
                flush();
            }
            if (body.instrs().get(v) instanceof Instr.Fold) {
                pending.add(v);
            } else {
                w.declare(body, v, new String[] {"row", "0"});
            }
        }
        flush();
        List<Body.Store> full = body.stores().stream().filter(s -> !s.folded()).toList();
        if (!full.isEmpty()) {
            loop(full.stream().mapToInt(Body.Store::value).toArray());
            for (Body.Store s : full) {
                w.line("%s = v%d;", w.element(s.slot(), "row * " + cols + " + col"), s.value());
            }
            w.line("}");
        }
        List<Body.Store> folded = body.stores().stream().filter(Body.Store::folded).toList();
        if (!folded.isEmpty()) {
            if (byGroup) {
                w.line("if (ITEM > 0) return;");
            }
            folded.forEach(s -> w.line("%s = v%d;", w.element(s.slot(), "row"), s.value()));
        }
    }

    /** Whether a fold not yet computed is needed for {@code v}. */
    private boolean pendingUnder(int v) {
        boolean[] marked = new boolean[body.instrs().size()];
        Needs.mark(body, v, marked);
        return pending.stream().anyMatch(f -> marked[f]);
    }

    /** Opens a loop over the columns with all the full values that some values need. */
    private void loop(int... values) {
        w.line(byGroup ? "for (int col = ITEM; col < %d; col += GROUP_SIZE) {" : "for (int col = 0; col < %d; col++) {", cols);
        boolean[] marked = new boolean[body.instrs().size()];
        Arrays.stream(values).forEach(v -> Needs.mark(body, v, marked));
        for (int v = 0; v < marked.length; v++) {
            if (marked[v] && !body.folded()[v]) {
                w.declare(body, v, new String[] {"row", "col"});
            }
        }
    }

    /** Computes the pending folds. */
    private void flush() {
        if (pending.isEmpty()) {
            return;
        }
        for (int f : pending) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(f);
            w.line("%s v%d = %s;", Dialect.type(fold.dtype()), f, Dialect.number(fold.dtype(), Renderer.identity(fold)));
        }
        loop(pending.stream().mapToInt(f -> ((Instr.Fold) body.instrs().get(f)).arg()).toArray());
        for (int f : pending) {
            Instr.Fold fold = (Instr.Fold) body.instrs().get(f);
            w.line("v%d = %s;", f, Dialect.fold(fold.reduction(), "v" + f, "v" + fold.arg()));
        }
        w.line("}");
        if (byGroup) {
            pending.forEach(f -> foldGroup(w, (Instr.Fold) body.instrs().get(f), "v" + f));
        }
        pending.clear();
    }

    /** Folds the items' values {@code name} into one that all of them have. */
    static void foldGroup(KernelWriter w, Instr.Fold fold, String name) {
        String shared = "shared_" + fold.dtype();
        w.line("%s[ITEM] = %s;", shared, name).line("BARRIER;")
                .line("for (int span = GROUP_SIZE / 2; span > 0; span /= 2) {")
                .line("if (ITEM < span) %s[ITEM] = %s;", shared,
                        Dialect.fold(fold.reduction(), shared + "[ITEM]", shared + "[ITEM + span]"))
                .line("BARRIER;").line("}").line("%s = %s[0];", name, shared).line("BARRIER;");
    }
}
