package dev.norn.conformance;

import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operands of different shapes, and operands that are transposed. */
final class Broadcasting {

    private Broadcasting() {}

    /** Of which operand an axis is: the other has extent 1 there. */
    private static final int A = 1;
    private static final int B = 2;
    private static final int BOTH = 3;

    private static final int[][] EXTENTS = {{2, 3, 5, 7}, {3, 2, 33, 65}, {2, 3, 17, 16}};

    static void run(Check check) {
        patterns(check, new ArrayList<>());
        for (int[] e : new int[][] {{2, 3, 5, 7}, {1, 2, 33, 65}, {3, 1, 17, 16}}) {
            pairs(check, e);
        }
        three(check);
        transposed(check);
        check.fusedOnly(() -> large(check));
        empty(check);
    }

    /**
     * All ways in which two shapes can meet along up to four axes, but for neighbours of one kind, which are as good as one
     * axis: few axes with all extents, many with some.
     */
    private static void patterns(Check check, List<Integer> kinds) {
        int rank = kinds.size();
        for (int[] extents : EXTENTS) {
            if (rank > 0 && (rank <= 2 || extents == EXTENTS[kinds.hashCode() % EXTENTS.length])) {
                int[] a = new int[rank];
                int[] b = new int[rank];
                for (int i = 0; i < rank; i++) {
                    int extent = extents[4 - rank + i];
                    a[i] = kinds.get(i) == B ? 1 : extent;
                    b[i] = kinds.get(i) == A ? 1 : extent;
                }
                check.unfused(rank == 2 && extents == EXTENTS[0], () -> {
                    difference(check, a, b);
                    composed(check, a, b);
                });
            }
        }
        for (int kind : new int[] {A, B, BOTH}) {
            if (rank < 4 && (rank == 0 || kinds.get(rank - 1) != kind)) {
                List<Integer> longer = new ArrayList<>(kinds);
                longer.add(kind);
                patterns(check, longer);
            }
        }
    }

    /** A sample of every shape against every other whose axes are those of one tensor of rank 4, left out or of extent 1. */
    private static void pairs(Check check, int[] extents) {
        for (int rankA = 0; rankA <= 4; rankA++) {
            for (int onesA = 0; onesA < 1 << rankA; onesA++) {
                int[] a = shape(extents, rankA, onesA);
                for (int rankB = 0; rankB <= 4; rankB++) {
                    for (int onesB = 0; onesB < 1 << rankB; onesB++) {
                        int[] b = shape(extents, rankB, onesB);
                        check.fusedOnly(() -> {
                            switch (check.data.random().nextInt(80)) {
                                case 0 -> difference(check, a, b);
                                case 1 -> composed(check, a, b);
                                default -> { }
                            }
                        });
                    }
                }
            }
        }
    }

    private static int[] shape(int[] extents, int rank, int ones) {
        int[] dims = Arrays.copyOfRange(extents, 4 - rank, 4);
        for (int i = 0; i < rank; i++) {
            dims[i] = (ones >> i & 1) == 1 ? 1 : dims[i];
        }
        return dims;
    }

    private static void difference(Check check, int[] dimsA, int[] dimsB) {
        Tensor a = Tensor.input("a", check.dtype, Shape.of(dimsA));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(dimsB));
        check.value("SUB of " + a.shape() + " and " + b.shape(), a.sub(b), operands(check, dimsA, dimsB));
    }

    /** A computed operand is repeated, and the result is repeated again. */
    private static void composed(Check check, int[] dimsA, int[] dimsB) {
        Tensor a = Tensor.input("a", check.dtype, Shape.of(dimsA));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(dimsB));
        check.value("composed of " + a.shape() + " and " + b.shape(), a.mul(2).sub(1).mul(b.add(a)).sub(b.mul(b)),
                operands(check, dimsA, dimsB));
    }

    private static Map<String, NdArray> operands(Check check, int[] dimsA, int[] dimsB) {
        return Map.of("a", check.data.whole(9, dimsA), "b", check.data.whole(9, dimsB));
    }

    private static void three(Check check) {
        int[][] shapes = {{5, 1, 7}, {3, 1}, {7}, {}, {5, 3, 7}, {1, 3, 7}, {5, 3, 1}, {1}};
        for (int[] c : shapes) {
            for (int i = 0; i < 3; i++) {
                int[] x = check.data.pick(shapes);
                int[] y = check.data.pick(shapes);
                Map<String, NdArray> inputs = new LinkedHashMap<>();
                inputs.put("c", check.data.whole(1, c));
                inputs.put("x", check.data.normal(x));
                inputs.put("y", check.data.normal(y));
                check.value("where", Tensor.where(Tensor.input("c", check.dtype, Shape.of(c)),
                        Tensor.input("x", check.dtype, Shape.of(x)), Tensor.input("y", check.dtype, Shape.of(y))), inputs);
            }
        }
        Tensor i = Tensor.input("i", DType.I32, Shape.of(4, 1));
        Tensor j = Tensor.input("j", DType.I32, Shape.of(9));
        check.value("I32", i.mul(10).add(j).minimum(i.neg()),
                Map.of("i", check.data.integers(-9, 9, 4, 1), "j", check.data.integers(-9, 9, 9)));
    }

    private static void transposed(Check check) {
        for (int[] size : new int[][] {{1, 1}, {1, 7}, {7, 1}, {3, 5}, {16, 16}, {17, 33}, {65, 64}}) {
            check.unfused(size[0] == 3, () -> transposed(check, size[0], size[1]));
        }
        Tensor deep = Tensor.input("d", check.dtype, Shape.of(2, 3, 4, 5));
        check.value("rank 4", deep.transpose().reshape(6, 5, 4).transpose().add(1), Map.of("d", check.data.normal(2, 3, 4, 5)));
        Tensor square = Tensor.input("q", check.dtype, Shape.of(9, 9));
        check.value("a matrix and its transposed", square.sub(square.transpose()).mul(square.transpose().exp()),
                Map.of("q", check.data.normal(9, 9)));
    }

    private static void transposed(Check check, int m, int n) {
        Tensor a = Tensor.input("a", check.dtype, Shape.of(m, n));
        Tensor b = Tensor.input("b", check.dtype, Shape.of(n, m));
        Tensor row = Tensor.input("row", check.dtype, Shape.of(m));
        Tensor column = Tensor.input("column", check.dtype, Shape.of(n, 1));
        Map<String, NdArray> ab = Map.of("a", check.data.whole(9, m, n), "b", check.data.whole(9, n, m));
        check.value("transpose", a.transpose(), Map.of("a", ab.get("a")));
        check.value("transpose twice", a.transpose().mul(2).transpose().sub(a), Map.of("a", ab.get("a")));
        check.value("SUB of a transposed", a.transpose().sub(b), ab);
        check.value("transposed sum", a.transpose().add(b).transpose().mul(a), ab);
        Map<String, NdArray> all = new LinkedHashMap<>(ab);
        all.put("row", check.data.whole(9, m));
        all.put("column", check.data.whole(9, n, 1));
        check.value("transposed with row and column", a.transpose().sub(row).mul(b.sub(column)), all);
        check.value("row repeated and transposed", row.broadcast(Shape.of(n, m)).transpose().sub(a),
                Map.of("row", all.get("row"), "a", ab.get("a")));
        Tensor stack = Tensor.input("s", check.dtype, Shape.of(3, m, n));
        check.value("stack of transposed", stack.transpose().sub(b),
                Map.of("s", check.data.whole(9, 3, m, n), "b", ab.get("b")));
    }

    /** Enough for every thread to have a part. */
    private static void large(Check check) {
        Map<String, NdArray> in = new LinkedHashMap<>();
        in.put("x", check.data.whole(9, 300, 500));
        in.put("turned", check.data.whole(9, 500, 300));
        in.put("row", check.data.whole(9, 500));
        in.put("column", check.data.whole(9, 300, 1));
        Tensor x = Tensor.input("x", check.dtype, Shape.of(300, 500));
        Tensor turned = Tensor.input("turned", check.dtype, Shape.of(500, 300));
        Tensor row = Tensor.input("row", check.dtype, Shape.of(500));
        Tensor column = Tensor.input("column", check.dtype, Shape.of(300, 1));
        check.value("large", x.sub(turned.transpose()).mul(row).add(column), in);
        check.value("large, folded", x.sub(turned.transpose()).mul(row).add(column).sum(0), in);
        check.value("large, folded by rows", x.sub(turned.transpose()).mul(row).add(column).sum(1), in);
        in.keySet().retainAll(Set.of("row", "column"));
        check.value("outer difference", row.sub(column), in);
        check.value("outer difference, transposed", row.sub(column).transpose().mul(row.reshape(500, 1)), in);
        Tensor deep = Tensor.input("x", check.dtype, Shape.of(60, 50, 40));
        Tensor plane = Tensor.input("plane", check.dtype, Shape.of(60, 1, 40));
        check.value("rank 3", deep.sub(plane).mul(deep.sum(2).reshape(60, 50, 1)),
                Map.of("x", check.data.whole(9, 60, 50, 40), "plane", check.data.whole(9, 60, 1, 40)));
    }

    private static void empty(Check check) {
        Tensor none = Tensor.input("x", check.dtype, Shape.of(0, 5));
        Map<String, NdArray> inputs = Map.of("x", NdArray.zeros(check.dtype, Shape.of(0, 5)));
        check.value("nothing", none.add(1).exp(), inputs);
        check.value("nothing transposed", none.transpose().mul(2), inputs);
        check.value("nothing and a row", none.sub(Tensor.of(check.data.normal(5))), inputs);
        check.value("nothing and one", none.sub(Tensor.of(check.data.normal(1, 1))), inputs);
    }
}
