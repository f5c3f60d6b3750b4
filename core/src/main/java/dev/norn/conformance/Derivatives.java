package dev.norn.conformance;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Binary;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Gradients: the differentiated graph on the backend, against the same graph on the reference, and against central
 * differences, which know nothing of any rule: (f(x + h) - f(x - h)) / 2h in float64 is within h² f'''/6 and 2⁻⁵³ |f| / h of
 * the derivative.
 */
final class Derivatives {

    private static final double STEP = 1e-5;

    /** What central differences are good for, relative to the greatest element of the gradient. */
    private static final double DIFFERENCES = 1e-7;

    private final Check check;

    Derivatives(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        Derivatives d = new Derivatives(check);
        check.fusedOnly(() -> {
            for (Unary fn : Unary.values()) {
                d.elementwise(fn);
            }
            for (Binary fn : Binary.values()) {
                d.function(fn + "", 0.6, 2.4, new int[][] {{3, 5}, {3, 5}}, x -> Ops.apply(fn, x.get(0), x.get(1)));
                d.function(fn + " broadcast", 0.6, 2.4, new int[][] {{3, 1}, {5}}, x -> Ops.apply(fn, x.get(0), x.get(1)));
            }
            d.movements();
            d.folds();
            d.products();
        });
        d.composed();
    }

    /** On both sides of every bend, but not at it. */
    private void elementwise(Unary fn) {
        double from = switch (fn) {
            case SQRT, LOG -> 0.5;
            case LOG1P -> -0.5;
            default -> 0.15;
        };
        int[][] dims = {{4, 5}};
        function(fn + "", from, 0.85, dims, x -> Ops.apply(fn, x.get(0)));
        if (from == 0.15) {
            function(fn + " of negative numbers", -0.85, -0.15, dims, x -> Ops.apply(fn, x.get(0)));
            function(fn + " of greater numbers", 2.15, 2.85, dims, x -> Ops.apply(fn, x.get(0)));
        }
    }

    private void movements() {
        int[][] one = {{4, 6}};
        function("where", -2, 2, new int[][] {{4, 6}, {6}, {4, 1}},
                x -> Tensor.where(x.get(0).sub(0.001).greater(x.get(1)), x.get(1).mul(2), x.get(2)));
        function("transpose", -2, 2, one, x -> x.get(0).transpose());
        function("reshape", -2, 2, one, x -> x.get(0).reshape(3, 8));
        for (int offset : new int[] {0, 1, 5, 12}) {
            function("view at " + offset, -2, 2, one, x -> x.get(0).view(offset, Shape.of(3, 4)));
        }
        function("broadcast", -2, 2, new int[][] {{6}}, x -> x.get(0).broadcast(Shape.of(3, 6)));
        function("concat", -2, 2, new int[][] {{4}, {2, 3}, {}}, x -> Tensor.concat(List.of(x.get(0), x.get(1), x.get(2), x.get(0))));
        function("gather", -2, 2, one, x -> x.get(0).gather(Tensor.of(NdArray.of(Shape.of(5), 3, 0, 3, 9, -1))));
        function("detached", -2, 2, one, x -> x.get(0).detached().mul(0).add(x.get(0)));
        function("copied", -2, 2, one, x -> x.get(0).copied());
        function("a type and back", -2, 2, one, x -> x.get(0).cast(x.get(0).dtype()).mul(x.get(0)));
    }

    private void folds() {
        int[][] deep = {{3, 4, 5}};
        for (Reduction fold : Reduction.values()) {
            function(fold + " of all", -2, 2, deep, x -> Ops.apply(fold, x.get(0)));
            for (int axis = 0; axis < 3; axis++) {
                int a = axis;
                function(fold + " over " + a, -2, 2, deep, x -> Ops.apply(fold, x.get(0), a));
            }
            function(fold + " over 0 and 2", -2, 2, deep, x -> Ops.apply(fold, x.get(0), 0, 2));
        }
        function("mean", -2, 2, deep, x -> x.get(0).mean(1));
        function("softmax", -2, 2, deep, x -> x.get(0).softmax());
        function("log-sum-exp", -2, 2, deep, x -> x.get(0).logSumExp());
        function("softplus", 0.1, 2, deep, x -> x.get(0).softplus());
    }

    private void products() {
        for (int transposed = 0; transposed < 4; transposed++) {
            boolean ta = (transposed & 1) != 0;
            boolean tb = (transposed & 2) != 0;
            function("matmul, transposed " + transposed, -2, 2, new int[][] {ta ? new int[] {4, 3} : new int[] {3, 4},
                    tb ? new int[] {5, 4} : new int[] {4, 5}}, x -> x.get(0).matmul(x.get(1), ta, tb));
        }
        function("a matrix by itself", -2, 2, new int[][] {{4, 4}}, x -> x.get(0).matmul(x.get(0).transpose()));
    }

    private void composed() {
        function("two layers", -1, 1, new int[][] {{5, 3}, {3, 4}, {4}, {4, 2}, {2}}, x ->
                x.get(0).matmul(x.get(1)).add(x.get(2)).tanh().matmul(x.get(3)).add(x.get(4)).sigmoid());
        check.fusedOnly(this::deeper);
    }

    private void deeper() {
        function("gradient of a gradient", 0.5, 1.5, new int[][] {{3, 4}, {4}}, x -> {
            Tensor inner = x.get(0).mul(x.get(1)).tanh().add(x.get(0).exp().log1p()).square().sum();
            return Gradients.of(inner, x).get(0).mul(0.25);
        });
        function("shared values", 0.5, 1.5, new int[][] {{6}}, x -> {
            Tensor y = x.get(0).exp();
            return y.mul(y).add(y.log()).div(y.add(1));
        });
    }

    /** f of random operands; its elements, squared and weighted, are added up and differentiated. */
    void function(String name, double from, double to, int[][] dims, Function<List<Tensor>, Tensor> f) {
        List<NdArray> operands = new ArrayList<>();
        for (int[] d : dims) {
            operands.add(check.data.uniform(from, to, d));
        }
        List<Variable> variables = new ArrayList<>();
        for (NdArray operand : operands) {
            variables.add(Variable.of("x" + variables.size(), operand));
        }
        List<Tensor> reads = variables.stream().map(Variable::read).toList();
        Tensor loss = loss(f.apply(reads));
        List<Tensor> gradients = Gradients.of(loss, reads);
        Program.Builder builder = new Program.Builder().output("loss", loss);
        for (int i = 0; i < gradients.size(); i++) {
            builder.output("gradient " + i, gradients.get(i));
        }
        Program program = builder.build();
        Differences differences = new Differences(program, operands, f);
        check.programs(name, List.of(new Check.Run(program, Map.of())), differences::judge);
    }

    private static Tensor loss(Tensor y) {
        Tensor weights = Tensor.iota(Math.max(1, y.shape().size())).cast(y.dtype()).mul(0.125).add(0.5);
        return y.reshape(-1).square().add(y.reshape(-1)).mul(weights).sum();
    }

    /** The gradient as central differences have it. */
    private final class Differences {
        private final Program program;
        private final List<NdArray> wide;
        private final Program value;
        private final Map<String, NdArray> point = new LinkedHashMap<>();
        private List<double[]> gradients;
        private Map<String, Bounded> reference;

        Differences(Program program, List<NdArray> operands, Function<List<Tensor>, Tensor> f) {
            this.program = program;
            this.wide = operands.stream().map(x -> x.dtype() == DType.F64 ? x.copy() : x.to(DType.F64)).toList();
            List<Tensor> inputs = new ArrayList<>();
            for (NdArray x : wide) {
                inputs.add(Tensor.input(Integer.toString(inputs.size()), DType.F64, x.shape()));
            }
            this.value = new Program.Builder().output("loss", loss(f.apply(inputs))).build();
            for (int i = 0; i < wide.size(); i++) {
                point.put(Integer.toString(i), wide.get(i));
            }
            point.keySet().retainAll(value.inputs().keySet());
        }

        /** Many evaluations: done when they are needed, and once. */
        private void compute() {
            if (gradients != null) {
                return;
            }
            reference = new Oracle().run(program, Map.of());
            gradients = new ArrayList<>();
            for (NdArray x : wide) {
                double[] gradient = new double[x.size()];
                Arrays.setAll(gradient, j -> difference(x, j));
                gradients.add(gradient);
            }
        }

        private double difference(NdArray x, int j) {
            double at = x.get(j);
            double[] f = new double[2];
            for (int side = 0; side < 2; side++) {
                x.set(j, at + (side == 0 ? -STEP : STEP));
                f[side] = Oracle.values(value, point).get("loss").item();
            }
            x.set(j, at);
            return (f[1] - f[0]) / (2 * STEP);
        }

        void judge(String how, int run, Step step, Session session) {
            compute();
            for (int i = 0; i < wide.size(); i++) {
                judge(how, i, step.get("gradient " + i));
            }
        }

        private void judge(String how, int i, NdArray got) {
            double[] want = gradients.get(i);
            double greatest = Math.max(1, Arrays.stream(want).map(Math::abs).max().orElse(1));
            String problem = "";
            for (int j = 0; j < want.length; j++) {
                double tolerance = DIFFERENCES * greatest + 2 * reference.get("gradient " + i).error(j)
                        + 64 * Tolerance.unit(check.dtype) * greatest;
                if (problem.isEmpty() && !(Math.abs(got.get(j) - want[j]) <= tolerance)) {
                    problem = "gradient " + i + " " + got.dtype() + got.shape() + ", index " + j + ": central difference "
                            + want[j] + ", got " + got.get(j) + ", tolerance " + tolerance;
                }
            }
            check.that(problem.isEmpty(), how, problem);
        }
    }
}
