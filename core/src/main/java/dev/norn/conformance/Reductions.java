package dev.norn.conformance;

import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Folds over every set of axes. Sums of whole numbers are exact in any order; those of others show a loss of digits. */
final class Reductions {

    private static final int[][] SHAPES = {{7}, {1}, {5, 7}, {1, 9}, {9, 1}, {33, 17}, {3, 4, 5}, {2, 1, 33}, {16, 3, 1},
            {2, 3, 4, 5}, {3, 1, 5, 2}, {1, 2, 1, 17}, {2, 0, 3}, {0, 4}, {4, 0}};

    private static final int[] EXTENTS = {0, 1, 2, 3, 7, 13, 31, 64, 1023, 1024, 1025, 4095, 4096, 4097, 100003};

    private Reductions() {}

    static void run(Check check) {
        for (int[] dims : SHAPES) {
            for (int set = 1; set < 1 << dims.length; set++) {
                int chosen = set;
                axes(check, dims, IntStream.range(0, dims.length).filter(a -> (chosen >> a & 1) == 1).toArray());
            }
        }
        for (int n : EXTENTS) {
            extent(check, n);
        }
        for (int[] dims : new int[][] {{400, 700}, {9000, 8}, {8, 9000}, {40, 50, 60}}) {
            large(check, dims);
        }
        special(check);
        composed(check);
        integers(check);
    }

    private static void axes(Check check, int[] dims, int[] axes) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
        String where = " of " + x.shape() + " over " + Arrays.toString(axes);
        for (Reduction fold : Reduction.values()) {
            check.value(fold + where, Ops.apply(fold, x, axes), Map.of("x", check.data.whole(50, dims)));
            check.value(fold + where + ", kept", x.foldKeepingAxes(fold, axes), Map.of("x", check.data.normal(dims)));
        }
        Map<String, NdArray> values = Map.of("x", check.data.normal(dims));
        // With something before, something after, and the operand again beside its fold.
        check.value("composed" + where, x.square().add(1).foldKeepingAxes(Reduction.SUM, axes).sqrt().mul(3), values);
        check.value("normalised" + where, x.sub(x.foldKeepingAxes(Reduction.MAX, axes)), values);
        check.program("several" + where, new Program.Builder()
                .output("sum", x.sum(axes))
                .output("max", x.max(axes))
                .output("spread", x.max(axes).sub(x.min(axes)))
                .build(), values);
        if (Shape.of(dims).size() > 0) {
            check.value("mean" + where, x.mean(axes), values);
            Tensor deviation = x.sub(x.foldKeepingAxes(Reduction.SUM, axes).div(Shape.of(dims).size()));
            check.value("variance" + where, deviation.square().sum(axes), values);
        }
        if (dims.length >= 2) {
            check.value("transposed" + where, x.transpose().foldKeepingAxes(Reduction.SUM, axes),
                    Map.of("x", check.data.whole(50, dims)));
        }
    }

    private static void extent(Check check, int n) {
        // Few enough that no sum rounds, or so few terms that the bound is tight.
        for (int[] dims : new int[][] {{n}, {3, n}, {n, 3}, {2, n, 2}}) {
            Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
            int axis = dims.length == 1 || dims[0] == n ? 0 : 1;
            for (Reduction fold : Reduction.values()) {
                check.value(fold + " of " + x.shape() + " over " + axis, Ops.apply(fold, x, axis),
                        Map.of("x", check.data.whole(80, dims)));
            }
            check.value("SUM of all of " + x.shape(), x.sum(), Map.of("x", check.data.whole(20, dims)));
            if (n <= 4097) {
                check.value("SUM of " + x.shape() + " over " + axis, x.sum(axis), Map.of("x", check.data.normal(dims)));
                check.value("SUM of exp of " + x.shape(), x.exp().sum(axis), Map.of("x", check.data.normal(dims)));
            }
        }
    }

    /** Enough for every thread to have a part. */
    private static void large(Check check, int... dims) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
        Map<String, NdArray> whole = Map.of("x", check.data.whole(20, dims));
        for (int axis = 0; axis < dims.length; axis++) {
            String where = " of " + x.shape() + " over " + axis;
            check.value("SUM" + where, x.mul(2).sub(1).sum(axis), whole);
            check.value("MAX and SUM" + where, x.max(axis).mul(x.sum(axis)), whole);
            check.value("less its mean" + where, x.sub(x.foldKeepingAxes(Reduction.MIN, axis)).sum(axis), whole);
        }
        check.value("SUM of all of " + x.shape(), x.neg().sum(), whole);
    }

    private static void special(Check check) {
        for (int[] dims : new int[][] {{33}, {5, 33}, {33, 5}, {4, 17, 3}}) {
            Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
            for (double[] odd : new double[][] {{Double.NaN}, {Double.POSITIVE_INFINITY}, {Double.NEGATIVE_INFINITY},
                    {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}, {Double.NaN, Double.POSITIVE_INFINITY}}) {
                for (int axis = 0; axis < dims.length; axis++) {
                    NdArray value = check.data.normal(dims);
                    for (double v : odd) {
                        value.set(check.data.random().nextInt(value.size()), v);
                    }
                    for (Reduction fold : Reduction.values()) {
                        check.value(fold + " of " + x.shape() + " over " + axis + " with " + Arrays.toString(odd),
                                Ops.apply(fold, x, axis), Map.of("x", value));
                        check.value(fold + " of all of " + x.shape() + " with " + Arrays.toString(odd),
                                Ops.apply(fold, x), Map.of("x", value));
                    }
                }
            }
            NdArray negative = check.data.uniform(-3, -1, dims);
            check.value("MAX of negative numbers", x.max(), Map.of("x", negative));
            check.value("MIN of positive numbers", x.neg().min(), Map.of("x", negative));
        }
    }

    private static void composed(Check check) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(17, 33));
        Tensor row = Tensor.input("row", check.dtype, Shape.of(33));
        Tensor column = Tensor.input("column", check.dtype, Shape.of(17, 1));
        Map<String, NdArray> values = Map.of("x", check.data.normal(17, 33), "row", check.data.normal(33),
                "column", check.data.normal(17, 1));
        for (int axis = 0; axis < 2; axis++) {
            check.value("SUM of a product over " + axis, x.mul(row).mul(column).sum(axis), values);
            check.value("SUM of a repeated row over " + axis, row.broadcast(Shape.of(17, 33)).mul(column).sum(axis),
                    Map.of("row", values.get("row"), "column", values.get("column")));
            Tensor folded = x.foldKeepingAxes(Reduction.SUM, axis);
            check.value("a fold of a fold over " + axis, x.sub(folded.mul(0.03125)).square().sum(axis).mul(row.sum()),
                    Map.of("x", values.get("x"), "row", values.get("row")));
        }
        check.value("sum of sums", x.sum(1).add(column.reshape(17)).sum(), Map.of("x", values.get("x"), "column", values.get("column")));
        check.value("both ways", x.sum(0).mul(row).sum().mul(x.foldKeepingAxes(Reduction.MAX, 1)),
                Map.of("x", values.get("x"), "row", values.get("row")));
        Tensor constant = Tensor.full(check.dtype, Shape.of(7, 9), 0.1);
        check.value("of a constant", constant.sum(0).add(constant.max(0)).mul(x.sum()), Map.of("x", values.get("x")));
    }

    private static void integers(Check check) {
        for (int[] dims : new int[][] {{1025}, {33, 17}, {3, 4, 5}, {70_001}, {300, 200}}) {
            Tensor x = Tensor.input("x", DType.I32, Shape.of(dims));
            for (int axis = 0; axis < dims.length; axis++) {
                for (Reduction fold : Reduction.values()) {
                    check.value(fold + " of I32 over " + axis, Ops.apply(fold, x, axis),
                            Map.of("x", check.data.integers(-1000, 1000, dims)));
                }
            }
            check.value("SUM of I32 that wraps around", x.sum(),
                    Map.of("x", check.data.integers(-(1 << 30), (1 << 30) - 2, dims)));
        }
        Tensor none = Tensor.input("x", DType.I32, Shape.of(0));
        for (Reduction fold : Reduction.values()) {
            check.value(fold + " of no I32", Ops.apply(fold, none), Map.of("x", NdArray.zeros(DType.I32, Shape.of(0))));
        }
    }
}
