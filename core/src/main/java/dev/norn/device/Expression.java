package dev.norn.device;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;

/** A body as formulas, for people who read kernels. */
final class Expression {

    private static final int LONGEST = 300;

    private Expression() {}

    /** One line for each store. */
    static String of(Body body) {
        StringBuilder text = new StringBuilder();
        for (Body.Store store : body.stores()) {
            String formula = of(body, store.value());
            text.append(text.isEmpty() ? "" : "\n")
                    .append(formula.length() > LONGEST ? formula.substring(0, LONGEST) + "…" : formula);
        }
        return text.toString();
    }

    private static String of(Body body, int value) {
        StringBuilder out = new StringBuilder();
        write(body, value, out);
        return out.toString();
    }

    private static void write(Body body, int v, StringBuilder out) {
        if (out.length() > LONGEST) {
            return;
        }
        Instr instr = body.instrs().get(v);
        if (instr instanceof Instr.Const c) {
            out.append(c.dtype() == dev.norn.tensor.DType.F32 ? Float.toString((float) c.value()) : c.value());
        } else if (instr instanceof Instr.Load load) {
            out.append('b').append(load.slot().buffer()).append('@').append(load.slot().offset());
        } else if (instr instanceof Instr.Index) {
            out.append("index");
        } else if (instr instanceof Instr.Product) {
            out.append("A·B");
        } else if (instr instanceof Instr.Random) {
            out.append("uniform");
        } else if (instr instanceof Instr.Fold fold) {
            out.append(fold.reduction().name().toLowerCase(java.util.Locale.ROOT)).append('(');
            write(body, fold.arg(), out);
            out.append(')');
        } else {
            Instr.Compute c = (Instr.Compute) instr;
            String name = c.fn() instanceof Enum<?> e ? e.name() : c.fn().getClass().getSimpleName();
            out.append(name.toLowerCase(java.util.Locale.ROOT)).append('(');
            for (int i = 0; i < c.args().length; i++) {
                out.append(i == 0 ? "" : ", ");
                write(body, c.args()[i], out);
            }
            out.append(')');
        }
    }
}
