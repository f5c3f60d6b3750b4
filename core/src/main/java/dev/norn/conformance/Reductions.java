package dev.norn.conformance;

import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Folds over every set of axes. Sums of whole numbers are exact in any order; those of others show a loss of digits. */
final class Reductions {

    /** All sets of axes, of each every fold, and everything (of rank 3 every other thing) composed of folds. */
    private static final int[][] THOROUGHLY = {{7}, {9, 17}, {3, 4, 5}, {2, 0, 3}};

    /** All sets of axes, of each a fold and something composed of folds, in turn. */
    private static final int[][] IN_TURN = {{1}, {5, 7}, {1, 9}, {9, 1}, {33, 17}, {2, 1, 33}, {16, 3, 1}, {2, 3, 4, 5},
            {0, 4}, {4, 0}};

    private static final int[] EXTENTS = {0, 1, 2, 7, 31, 64, 1023, 1025, 4097, 100003};

    private static final Reduction[] FOLDS = Reduction.values();

    private Reductions() {}

    static void run(Check check) {
        int turn = 0;
        for (int[] dims : THOROUGHLY) {
            int step = dims.length < 3 ? 1 : 2;
            for (int[] axes : sets(dims.length)) {
                int begin = turn++ % step;
                check.unfused(dims.length < 3, () -> {
                    for (Reduction fold : FOLDS) {
                        fold(check, fold, dims, axes);
                    }
                    for (int i = begin; i < COMPOSED; i += step) {
                        composed(check, i, dims, axes);
                    }
                });
            }
        }
        for (int[] dims : IN_TURN) {
            for (int[] axes : sets(dims.length)) {
                int i = turn++;
                check.fusedOnly(() -> {
                    fold(check, FOLDS[i % FOLDS.length], dims, axes);
                    composed(check, i % COMPOSED, dims, axes);
                });
            }
        }
        check.fusedOnly(() -> {
            for (int n : EXTENTS) {
                extent(check, n);
            }
            for (int[] dims : new int[][] {{400, 700}, {9000, 8}, {8, 9000}, {40, 50, 60}}) {
                large(check, dims);
            }
        });
        special(check);
        composed(check);
        check.fusedOnly(() -> integers(check));
    }

    /** The sets of axes of a rank, without the empty one. */
    private static List<int[]> sets(int rank) {
        return IntStream.range(1, 1 << rank)
                .mapToObj(set -> IntStream.range(0, rank).filter(a -> (set >> a & 1) == 1).toArray()).toList();
    }

    private static void fold(Check check, Reduction fold, int[] dims, int[] axes) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
        check.values(fold + " of " + x.shape() + " over " + Arrays.toString(axes), Ops.apply(fold, x, axes),
                List.of(Map.of("x", check.data.whole(50, dims)), Map.of("x", check.data.normal(dims))));
    }

    private static final int COMPOSED = 7;

    private static void composed(Check check, int which, int[] dims, int[] axes) {
        Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
        String where = " of " + x.shape() + " over " + Arrays.toString(axes);
        int size = x.shape().size();
        Map<String, NdArray> values = Map.of("x", check.data.normal(dims));
        switch (which) {
            // With something before, something after, and the operand again beside its fold.
            case 0 -> check.value("composed" + where, x.square().add(1).foldKeepingAxes(Reduction.SUM, axes).sqrt().mul(3), values);
            case 1 -> check.value("normalised" + where, x.sub(x.foldKeepingAxes(Reduction.MAX, axes)), values);
            case 2 -> check.program("several" + where, new Program.Builder()
                    .output("sum", x.sum(axes))
                    .output("max", x.max(axes))
                    .output("spread", x.max(axes).sub(x.min(axes)))
                    .build(), values);
            case 3 -> {
                if (size > 0) {
                    check.value("mean" + where, x.mean(axes), values);
                }
            }
            case 4 -> {
                Tensor deviation = x.sub(x.foldKeepingAxes(Reduction.SUM, axes).div(Math.max(1, size)));
                check.value("variance" + where, deviation.square().sum(axes), values);
            }
            case 5 -> check.value("kept" + where, x.foldKeepingAxes(Reduction.MIN, axes), values);
            default -> {
                if (dims.length >= 2) {
                    check.value("transposed" + where, x.transpose().foldKeepingAxes(Reduction.SUM, axes),
                            Map.of("x", check.data.whole(50, dims)));
                }
            }
        }
    }

    private static void extent(Check check, int n) {
        int turn = n;
        for (int[] dims : new int[][] {{n}, {3, n}, {n, 3}, {2, n, 2}}) {
            Tensor x = Tensor.input("x", check.dtype, Shape.of(dims));
            int axis = dims.length == 1 || dims[0] == n ? 0 : 1;
            // Few enough that no sum rounds, or so few terms that the bound is tight.
            List<Map<String, NdArray>> values = new ArrayList<>(List.of(Map.of("x", check.data.whole(80, dims))));
            if (n <= 4097) {
                values.add(Map.of("x", check.data.normal(dims)));
            }
            String where = " of " + x.shape() + " over " + axis;
            check.values("SUM" + where, x.sum(axis), values);
            switch (turn++ % 4) {
                case 0 -> check.values("MAX" + where, x.max(axis), values);
                case 1 -> check.values("MIN" + where, x.min(axis), values);
                case 2 -> check.value("SUM of all of " + x.shape(), x.sum(), Map.of("x", check.data.whole(20, dims)));
                default -> {
                    if (n <= 4097) {
                        check.value("SUM of exp" + where, x.exp().sum(axis), Map.of("x", check.data.normal(dims)));
                    }
                }
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
            int[][] sets = IntStream.rangeClosed(0, dims.length).mapToObj(axis ->
                    axis < dims.length ? new int[] {axis} : new int[0]).toArray(int[][]::new);
            for (int[] axes : sets) {
                List<Map<String, NdArray>> values = new ArrayList<>();
                for (double[] odd : new double[][] {{Double.NaN}, {Double.POSITIVE_INFINITY}, {Double.NEGATIVE_INFINITY},
                        {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}, {Double.NaN, Double.POSITIVE_INFINITY}}) {
                    NdArray value = check.data.normal(dims);
                    for (double v : odd) {
                        value.set(check.data.random().nextInt(value.size()), v);
                    }
                    values.add(Map.of("x", value));
                }
                for (Reduction fold : FOLDS) {
                    check.fusedOnly(() -> check.values(fold + " of " + x.shape() + " over "
                            + (axes.length == 0 ? "all" : axes[0]) + " with NaN or infinity", Ops.apply(fold, x, axes), values));
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
                for (Reduction fold : FOLDS) {
                    check.value(fold + " of I32 over " + axis, Ops.apply(fold, x, axis),
                            Map.of("x", check.data.integers(-1000, 1000, dims)));
                }
            }
            check.value("SUM of I32 that wraps around", x.sum(),
                    Map.of("x", check.data.integers(-(1 << 30), (1 << 30) - 2, dims)));
        }
        Tensor none = Tensor.input("x", DType.I32, Shape.of(0));
        for (Reduction fold : FOLDS) {
            check.value(fold + " of no I32", Ops.apply(fold, none), Map.of("x", NdArray.zeros(DType.I32, Shape.of(0))));
        }
    }
}
