package dev.norn.device;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;

/** Which instructions others are computed of. */
final class Needs {

    private Needs() {}

    /** Marks all that {@code value} depends on, and itself. */
    static void mark(Body body, int value, boolean[] marked) {
        if (marked[value]) {
            return;
        }
        marked[value] = true;
        for (int arg : args(body.instrs().get(value))) {
            mark(body, arg, marked);
        }
    }

    static int[] args(Instr instr) {
        return instr instanceof Instr.Compute c ? c.args()
                : instr instanceof Instr.Fold f ? new int[] {f.arg()}
                : instr instanceof Instr.Random r ? new int[] {r.counter()} : new int[0];
    }

    /** The stored values and all they depend on. */
    static boolean[] ofStores(Body body) {
        boolean[] marked = new boolean[body.instrs().size()];
        body.stores().forEach(s -> mark(body, s.value(), marked));
        return marked;
    }
}
