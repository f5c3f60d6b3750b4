package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Unary;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the instructions of a body that one loop computes together, with the same bits: {@link FloatOps#zeroBelow} and
 * {@link FloatOps#weightedSum}. Optimizers are made of these, and an operation costs what its loads and stores do.
 */
final class Idioms {

    /** What the loop of an idiom is. */
    interface Loop {
        /** Computes {@code d} of {@code a} and, where there are two operands, {@code b}. */
        void run(Lanes lanes, Object a, int ao, Object b, int bo, Object d, int dO, int n);
    }

    /**
     * An instruction and others that only it needs.
     *
     * @param a the first operand, an instruction
     * @param b the second; the first again, if there is only one
     */
    record Idiom(Loop loop, int a, int b) {}

    private final List<Instr> instrs;
    private final boolean[] folded;
    private final int[] uses;
    private final boolean[] absorbed;
    private final Idiom[] idioms;

    /** @param kept instructions whose values are needed beside those that are stored */
    Idioms(Body body, int... kept) {
        instrs = body.instrs();
        folded = body.folded();
        uses = new int[instrs.size()];
        absorbed = new boolean[instrs.size()];
        idioms = new Idiom[instrs.size()];
        instrs.forEach(instr -> count(BlockProgram.args(instr)));
        count(body.stores().stream().mapToInt(Body.Store::value).toArray());
        count(kept);
        for (int i = 0; i < idioms.length; i++) {
            if (!folded[i] && instrs.get(i).dtype().isFloating()) {
                idioms[i] = isOp(i, Binary.ADD) ? weightedSum(i) : isOp(i, Op.Where.class) ? zeroBelow(i) : null;
            }
        }
    }

    private void count(int... values) {
        Arrays.stream(values).forEach(value -> uses[value]++);
    }

    /** p·x + q·y; one of the factors may be missing. */
    private Idiom weightedSum(int i) {
        int first = args(i)[0];
        int second = args(i)[1];
        int x = weighted(first);
        int y = weighted(second);
        if (first == second || x < 0 && y < 0) {
            return null;
        }
        double p = x < 0 ? 1 : factor(first, x);
        double q = y < 0 ? 1 : factor(second, y);
        absorbed[first] |= x >= 0;
        absorbed[second] |= y >= 0;
        return new Idiom((lanes, a, ao, b, bo, d, dO, n) -> lanes.weightedSum(p, a, ao, q, b, bo, d, dO, n),
                x < 0 ? first : x, y < 0 ? second : y);
    }

    /** The operand of an instruction that multiplies it by a number, and that nothing else needs; else -1. */
    private int weighted(int i) {
        if (!isOp(i, Binary.MUL) || !isOnlyHere(i)) {
            return -1;
        }
        int[] args = args(i);
        return isConst(args[0]) == isConst(args[1]) ? -1 : isConst(args[0]) ? args[1] : args[0];
    }

    private double factor(int product, int operand) {
        int[] args = args(product);
        return constant(args[0] == operand ? args[1] : args[0]);
    }

    /** where(|x| < least, 0, x). */
    private Idiom zeroBelow(int i) {
        int condition = args(i)[0];
        int zero = args(i)[1];
        int x = args(i)[2];
        if (!isConst(zero) || Double.compare(constant(zero), 0) != 0
                || !isOp(condition, Binary.LESS) || !isOnlyHere(condition) || !isConst(args(condition)[1])) {
            return null;
        }
        int abs = args(condition)[0];
        if (!isOp(abs, Unary.ABS) || !isOnlyHere(abs) || args(abs)[0] != x) {
            return null;
        }
        double least = constant(args(condition)[1]);
        absorbed[condition] = true;
        absorbed[abs] = true;
        return new Idiom((lanes, a, ao, b, bo, d, dO, n) -> lanes.zeroBelow(least, a, ao, d, dO, n), x, x);
    }

    private boolean isOp(int i, Op op) {
        return instrs.get(i) instanceof Instr.Compute c && c.fn() == op;
    }

    private boolean isOp(int i, Class<? extends Op> kind) {
        return instrs.get(i) instanceof Instr.Compute c && kind.isInstance(c.fn());
    }

    private int[] args(int i) {
        return ((Instr.Compute) instrs.get(i)).args();
    }

    private boolean isConst(int i) {
        return instrs.get(i) instanceof Instr.Const;
    }

    private double constant(int i) {
        return ((Instr.Const) instrs.get(i)).value();
    }

    /** Whether an instruction has one user, and is computed as often as that. */
    private boolean isOnlyHere(int i) {
        return uses[i] == 1 && !folded[i];
    }

    /** What an instruction ends; null if it is computed by itself. */
    Idiom endingAt(int instr) {
        return idioms[instr];
    }

    /** Whether an instruction is part of a later one. */
    boolean isAbsorbed(int instr) {
        return absorbed[instr];
    }
}
