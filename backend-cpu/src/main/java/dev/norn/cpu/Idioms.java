package dev.norn.cpu;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Unary;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * Finds the instructions of a body that one loop computes together, with the same bits: {@link FloatOps#zeroBelow},
 * {@link FloatOps#weightedSum}, {@link FloatOps#tanhGradient}, {@link FloatOps#sigmoidGradient} and {@link FloatOps#adam}.
 * Training is made of these, and an operation costs what its loads and stores do.
 */
final class Idioms {

    /** What the loop of an idiom is. */
    interface Loop {
        /** Computes the n elements of a region's value {@code d} of those of other values. */
        void run(Lanes lanes, Region r, int[] of, int d, int n);
    }

    /**
     * An instruction and others that only it needs.
     *
     * @param args the instructions that it is computed of
     */
    record Idiom(Loop loop, int... args) {}

    private final List<Instr> instrs;
    private final boolean[] folded;
    private final int[] uses;
    private final boolean[] absorbed;
    private final Idiom[] idioms;

    /** The idioms that can have zeros instead of what is less in size than a number. */
    private final Map<Integer, DoubleFunction<Idiom>> zeroing = new HashMap<>();

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
                idioms[i] = isOp(i, Binary.ADD) ? weightedSum(i)
                        : isOp(i, Op.Where.class) ? zeroBelow(i)
                        : isOp(i, Binary.MUL) ? gradient(i)
                        : isOp(i, Binary.SUB) ? adam(i) : null;
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
        zeroing.put(i, least -> new Idiom((lanes, r, of, d, n) -> lanes.weightedSum(p, r.arrays[of[0]], r.offsets[of[0]],
                q, r.arrays[of[1]], r.offsets[of[1]], least, r.arrays[d], r.offsets[d], n),
                x < 0 ? first : x, y < 0 ? second : y));
        return zeroing.get(i).apply(0);
    }

    /** The operand of an instruction that multiplies it by a number, and that nothing else needs; else -1. */
    private int weighted(int i) {
        if (!isPart(i, Binary.MUL)) {
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
        if (!isConst(zero, 0) || !isPart(condition, Binary.LESS) || !isConst(args(condition)[1])) {
            return null;
        }
        int abs = args(condition)[0];
        if (!isPart(abs, Unary.ABS) || args(abs)[0] != x) {
            return null;
        }
        double least = constant(args(condition)[1]);
        absorb(condition, abs);
        if (zeroing.containsKey(x) && uses[x] == 2) { // by this and the absolute value
            idioms[x] = null;
            absorb(x);
            return zeroing.get(x).apply(least);
        }
        return new Idiom((lanes, r, of, d, n) ->
                lanes.zeroBelow(least, r.arrays[of[0]], r.offsets[of[0]], r.arrays[d], r.offsets[d], n), x);
    }

    /** g·(1 - y·y) and g·(y·(1 - y)), the factors of each product in any order. */
    private Idiom gradient(int i) {
        for (int k = 0; k < 2; k++) {
            int g = args(i)[k];
            int slope = args(i)[1 - k];
            int square = oneMinus(slope);
            if (square >= 0 && isPart(square, Binary.MUL) && args(square)[0] == args(square)[1]) {
                absorb(slope, square);
                return new Idiom((lanes, r, of, d, n) -> lanes.tanhGradient(r.arrays[of[0]], r.offsets[of[0]],
                        r.arrays[of[1]], r.offsets[of[1]], r.arrays[d], r.offsets[d], n), g, args(square)[0]);
            }
            for (int j = 0; j < 2 && isPart(slope, Binary.MUL); j++) {
                int y = args(slope)[j];
                int rest = args(slope)[1 - j];
                if (oneMinus(rest) == y) {
                    absorb(slope, rest);
                    return new Idiom((lanes, r, of, d, n) -> lanes.sigmoidGradient(r.arrays[of[0]], r.offsets[of[0]],
                            r.arrays[of[1]], r.offsets[of[1]], r.arrays[d], r.offsets[d], n), g, y);
                }
            }
        }
        return null;
    }

    /** The y of a part 1 - y; else -1. */
    private int oneMinus(int i) {
        return isPart(i, Binary.SUB) && isConst(args(i)[0], 1) ? args(i)[1] : -1;
    }

    /** w - m·s / (√v·t + e). */
    private Idiom adam(int i) {
        int w = args(i)[0];
        int quotient = args(i)[1];
        if (!isPart(quotient, Binary.DIV)) {
            return null;
        }
        int direction = args(quotient)[0];
        int size = args(quotient)[1];
        if (!isPart(direction, Binary.MUL) || !isPart(size, Binary.ADD)) {
            return null;
        }
        int scaled = args(size)[0];
        if (!isPart(scaled, Binary.MUL) || !isPart(args(scaled)[0], Unary.SQRT)) {
            return null;
        }
        int root = args(scaled)[0];
        absorb(quotient, direction, size, scaled, root);
        zeroing.put(i, least -> new Idiom((lanes, r, of, d, n) -> lanes.adam(
                r.arrays[of[0]], r.offsets[of[0]], r.arrays[of[1]], r.offsets[of[1]], r.arrays[of[2]], r.offsets[of[2]],
                r.arrays[of[3]], r.offsets[of[3]], r.arrays[of[4]], r.offsets[of[4]], r.arrays[of[5]], r.offsets[of[5]],
                least, r.arrays[d], r.offsets[d], n),
                w, args(direction)[0], args(direction)[1], args(root)[0], args(scaled)[1], args(size)[1]));
        return zeroing.get(i).apply(0);
    }

    private void absorb(int... parts) {
        for (int part : parts) {
            absorbed[part] = true;
        }
    }

    /** Whether an instruction is this operation, by itself, and one other needs it. */
    private boolean isPart(int i, Op op) {
        return isOp(i, op) && isOnlyHere(i) && idioms[i] == null;
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

    private boolean isConst(int i, double value) {
        return isConst(i) && Double.compare(constant(i), value) == 0;
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
