package dev.norn.cpu;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a body as a body of its own, in which nothing folds: what comes before its folds, or what comes after.
 *
 * @param body the part
 * @param position where each of the original's instructions is in it, -1 for those it lacks
 */
record Excerpt(Body body, int... position) {

    /**
     * What is needed for some values.
     *
     * @param wanted the values, as instructions of {@code body}
     * @param dims which of the dimensions stay
     * @param after whether this is what comes after the folds: their results are then {@link Instr.Product}s, to be supplied
     *        by the caller, and the body's stores are the part's
     */
    static Excerpt of(Body body, int[] wanted, int[] dims, boolean after) {
        boolean[] needed = new boolean[body.instrs().size()];
        for (int w : wanted) {
            needed[w] = true;
        }
        for (int i = needed.length - 1; i >= 0; i--) {
            Instr instr = body.instrs().get(i);
            if (needed[i] && instr instanceof Instr.Compute c) {
                for (int arg : c.args()) {
                    needed[arg] = true;
                }
            } else if (needed[i] && instr instanceof Instr.Random r) {
                needed[r.counter()] = true;
            }
        }
        int[] position = new int[needed.length];
        Arrays.fill(position, -1);
        List<Instr> instrs = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            if (needed[i]) {
                position[i] = instrs.size();
                instrs.add(rewritten(body.instrs().get(i), position, dims));
            }
        }
        List<Body.Store> stores = !after ? List.of() : body.stores().stream()
                .map(s -> new Body.Store(position[s.value()], s.slot(), false)).toList();
        return new Excerpt(new Body(select(body.dims(), dims), instrs, new boolean[instrs.size()], stores), position);
    }

    private static Instr rewritten(Instr instr, int[] position, int[] dims) {
        if (instr instanceof Instr.Load load) {
            return new Instr.Load(load.dtype(), load.slot(), select(load.strides(), dims));
        }
        if (instr instanceof Instr.Index index) {
            return new Instr.Index(select(index.strides(), dims));
        }
        if (instr instanceof Instr.Random r) {
            return new Instr.Random(r.dtype(), r.seed(), r.stream(), position[r.counter()], select(r.strides(), dims));
        }
        if (instr instanceof Instr.Compute c) {
            return new Instr.Compute(c.dtype(), c.fn(), Arrays.stream(c.args()).map(a -> position[a]).toArray());
        }
        return instr instanceof Instr.Fold fold ? new Instr.Product(fold.dtype()) : instr;
    }

    private static int[] select(int[] values, int[] which) {
        return Arrays.stream(which).map(i -> values[i]).toArray();
    }

    /** Where an instruction of the original is; -1 if it is not needed. */
    int position(int instr) {
        return position[instr];
    }

    /** Where several are. */
    int[] positions(int[] instrs) {
        return Arrays.stream(instrs).map(i -> position[i]).toArray();
    }
}
