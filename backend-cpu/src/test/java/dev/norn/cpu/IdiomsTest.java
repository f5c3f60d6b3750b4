package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Unary;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which instructions are computed together. */
class IdiomsTest {

    private final List<Instr> instrs = new ArrayList<>();

    private int add(Instr instr) {
        instrs.add(instr);
        return instrs.size() - 1;
    }

    private int load(DType dtype) {
        return add(new Instr.Load(dtype, new Slot(0, 0), new int[] {1}));
    }

    private int constant(DType dtype, double value) {
        return add(new Instr.Const(dtype, value));
    }

    private int compute(DType dtype, Op op, int... args) {
        return add(new Instr.Compute(dtype, op, args));
    }

    /** The instructions that are not by themselves: + for one that others end in, - for one of those. */
    private String found(boolean[] folded, int[] kept, int... stored) {
        List<Body.Store> stores = new ArrayList<>();
        for (int value : stored) {
            stores.add(new Body.Store(value, new Slot(1, 100 * stores.size()), false));
        }
        Idioms idioms = new Idioms(new Body(new int[] {100}, instrs, folded, stores), kept);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instrs.size(); i++) {
            text.append(idioms.endingAt(i) != null ? "+" : idioms.isAbsorbed(i) ? "-" : ".");
        }
        return text.toString();
    }

    private String found(int... stored) {
        return found(new boolean[instrs.size()], new int[0], stored);
    }

    private int weightedSum(DType dtype) {
        int x = load(dtype);
        int y = load(dtype);
        int first = compute(dtype, Binary.MUL, x, constant(dtype, 2));
        int second = compute(dtype, Binary.MUL, constant(dtype, 3), y);
        return compute(dtype, Binary.ADD, first, second);
    }

    @Test
    void weightedSums() {
        assertEquals("...-.-+", found(weightedSum(DType.F32)));
        instrs.clear();
        assertEquals("...-.-+", found(weightedSum(DType.F64)));
        instrs.clear();
        assertEquals(".......", found(weightedSum(DType.I32)));
    }

    @Test
    void aFactorCanBeMissing() {
        int x = load(DType.F32);
        int y = load(DType.F32);
        int product = compute(DType.F32, Binary.MUL, x, constant(DType.F32, 2));
        assertEquals("...-+", found(compute(DType.F32, Binary.ADD, y, product)));
    }

    @Test
    void sumsWithoutFactors() {
        int x = load(DType.F32);
        int y = load(DType.F32);
        compute(DType.F32, Binary.ADD, x, y);
        int product = compute(DType.F32, Binary.MUL, x, y);
        assertEquals(".....", found(compute(DType.F32, Binary.ADD, product, product)));
    }

    @Test
    void aProductThatIsAddedToItself() {
        int x = load(DType.F32);
        int product = compute(DType.F32, Binary.MUL, x, constant(DType.F32, 2));
        assertEquals("....", found(compute(DType.F32, Binary.ADD, product, product)));
    }

    @Test
    void whatIsNeededElsewhereIsComputed() {
        int sum = weightedSum(DType.F32);
        assertEquals(".....-+", found(3, sum), "stored");
        assertEquals("...-..+", found(new boolean[instrs.size()], new int[] {5}, sum), "kept");
        compute(DType.F32, Unary.NEG, 3);
        assertEquals(".....-+.", found(sum, instrs.size() - 1), "used");
    }

    @Test
    void whatIsFoldedIsComputedOncePerRow() {
        int sum = weightedSum(DType.F32);
        boolean[] folded = new boolean[instrs.size()];
        folded[0] = true;
        folded[3] = true;
        assertEquals(".....-+", found(folded, new int[0], sum));
        folded[sum] = true;
        assertEquals(".......", found(folded, new int[0], sum));
    }

    private int zeroBelow(DType dtype, double zero, boolean other) {
        int x = load(dtype);
        int y = load(dtype);
        int abs = compute(dtype, Unary.ABS, x);
        int less = compute(dtype, Binary.LESS, abs, constant(dtype, 0.5));
        return compute(dtype, new Op.Where(), less, constant(dtype, zero), other ? y : x);
    }

    @Test
    void zerosBelow() {
        assertEquals("..-.-.+", found(zeroBelow(DType.F32, 0, false)));
        instrs.clear();
        assertEquals(".......", found(zeroBelow(DType.F32, 0, true)), "of another value");
        instrs.clear();
        assertEquals(".......", found(zeroBelow(DType.F32, -0.0, false)), "-0");
        instrs.clear();
        assertEquals(".......", found(zeroBelow(DType.F32, 1, false)), "1");
        instrs.clear();
        int where = zeroBelow(DType.F32, 0, false);
        assertEquals(".......", found(2, where), "|x| is stored");
        assertEquals(".......", found(4, where), "the comparison is stored");
    }

    private int zerosBelow(int x) {
        int abs = compute(DType.F32, Unary.ABS, x);
        int less = compute(DType.F32, Binary.LESS, abs, constant(DType.F32, 0.5));
        return compute(DType.F32, new Op.Where(), less, constant(DType.F32, 0), x);
    }

    /** A moment as Adam remembers it: the sum, if it is not needed itself, and the zeros are one. */
    @Test
    void weightedSumsWithZerosBelow() {
        int sum = weightedSum(DType.F32);
        int where = zerosBelow(sum);
        assertEquals("...-.---.-.+", found(where));
        assertEquals("...-.-+-.-.+", found(sum, where), "the sum is stored");
    }

    private int slope(int y, boolean sigmoid, double one) {
        return sigmoid ? compute(DType.F32, Binary.MUL, y, compute(DType.F32, Binary.SUB, constant(DType.F32, one), y))
                : compute(DType.F32, Binary.SUB, constant(DType.F32, one), compute(DType.F32, Binary.MUL, y, y));
    }

    @Test
    void gradients() {
        for (boolean sigmoid : new boolean[] {false, true}) {
            for (boolean first : new boolean[] {false, true}) {
                instrs.clear();
                int g = load(DType.F32);
                int slope = slope(load(DType.F32), sigmoid, 1);
                int product = compute(DType.F32, Binary.MUL, first ? slope : g, first ? g : slope);
                assertEquals("...--+", found(product));
                assertEquals("......", found(slope, product), "the slope is stored");
                assertEquals("......", found(slope - 1, product), "a part of the slope is stored");
                int twice = compute(DType.F32, Binary.MUL, product, constant(DType.F32, 2));
                int sum = compute(DType.F32, Binary.ADD, twice, g);
                assertEquals("...--+.-+", found(sum), "in a weighted sum");
            }
            instrs.clear();
            int g = load(DType.F32);
            assertEquals("......", found(compute(DType.F32, Binary.MUL, g, slope(load(DType.F32), sigmoid, 2))), "2 - y");
        }
        instrs.clear();
        int g = load(DType.F32);
        int y = load(DType.F32);
        int rest = compute(DType.F32, Binary.SUB, constant(DType.F32, 1), g);
        int slope = compute(DType.F32, Binary.MUL, y, rest);
        assertEquals("......", found(compute(DType.F32, Binary.MUL, g, slope)), "1 - another");
    }

    /** A gradient by a number, in a sum: the number is not taken for a weight of what the gradient is made of. */
    @Test
    void aConstantGradientInASum() {
        int g = constant(DType.F32, 3);
        int y = load(DType.F32);
        int product = compute(DType.F32, Binary.MUL, g, slope(y, false, 1));
        assertEquals("...--+.", found(compute(DType.F32, Binary.ADD, product, y)));
    }

    private int stepOfAdam() {
        int w = load(DType.F32);
        int m = load(DType.F32);
        int v = load(DType.F32);
        int scalar = load(DType.F32);
        int root = compute(DType.F32, Unary.SQRT, v);
        int scaled = compute(DType.F32, Binary.MUL, root, scalar);
        int size = compute(DType.F32, Binary.ADD, scaled, constant(DType.F32, 1e-8));
        int direction = compute(DType.F32, Binary.MUL, scalar, m);
        int quotient = compute(DType.F32, Binary.DIV, direction, size);
        return compute(DType.F32, Binary.SUB, w, quotient);
    }

    @Test
    void stepsOfAdam() {
        int step = stepOfAdam();
        assertEquals("....--.---+", found(step));
        for (int part : new int[] {4, 5, 7, 8, 9}) {
            assertEquals("...........", found(part, step), "instruction " + part + " is stored");
        }
        boolean[] folded = new boolean[instrs.size()];
        folded[4] = true;
        assertEquals("...........", found(folded, new int[0], step), "a part is computed once per row");
        assertEquals("....--.-----.-.+", found(zerosBelow(step)));
    }
}
