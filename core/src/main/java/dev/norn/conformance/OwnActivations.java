package dev.norn.conformance;

import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Activation;
import dev.norn.tensor.NdArray;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Activations as users add them: one formula in tensors, and no more. What they compute, and the gradients that follow, are
 * compared with formulas written by hand, with central differences, and, in {@link Layers}, in models like all others.
 */
final class OwnActivations {

    /** ln(1 + eᶻ). */
    static final Activation SOFTPLUS = Activation.of("softplus", z -> z.maximum(0).add(z.abs().neg().exp().log1p()));

    /** z tanh(softplus(z)) (Misra 2020). */
    static final Activation MISH = Activation.of("mish", z -> z.mul(SOFTPLUS.apply(z).tanh()));

    static final List<Activation> ALL = List.of(SOFTPLUS, MISH);

    private OwnActivations() {}

    static void run(Check check) {
        formulas(check, SOFTPLUS, OwnActivations::softplus, OwnActivations::sigmoid);
        formulas(check, MISH, x -> x * Math.tanh(softplus(x)), x -> {
            double t = Math.tanh(softplus(x));
            return t + x * (1 - t * t) * sigmoid(x);
        });
        Derivatives derivatives = new Derivatives(check);
        for (Activation activation : ALL) {
            // Not at 0, where softplus as it is written has a bend that cancels out.
            check.fusedOnly(() -> {
                derivatives.function(activation + "", 0.15, 2.5, new int[][] {{4, 5}}, x -> activation.apply(x.get(0)));
                derivatives.function(activation + " of negative numbers", -2.5, -0.15, new int[][] {{4, 5}},
                        x -> activation.apply(x.get(0)));
            });
        }
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Each element, and its derivative. */
    private static void formulas(Check check, Activation activation, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
        NdArray values = check.data.normal(33, 17);
        for (int i = 0; i < 40; i++) {
            // Far out, where a formula less careful would overflow.
            values.set(i, (i - 20) * 10 + 5);
        }
        Variable z = Variable.of("z", values);
        Tensor y = activation.apply(z.read());
        Program program = new Program.Builder()
                .output("y", y)
                .output("gradient", Gradients.of(y.sum(), List.of(z.read())).get(0))
                .build();
        check.programs(activation + " and its formulas", List.of(new Check.Run(program, Map.of())), (how, run, step, session) -> {
            compare(check, how, values, step.get("y"), f);
            compare(check, how + ", gradient", values, step.get("gradient"), derivative);
        });
    }

    private static void compare(Check check, String how, NdArray z, NdArray got, DoubleUnaryOperator formula) {
        String problem = "";
        for (int i = 0; i < z.size(); i++) {
            double want = formula.applyAsDouble(z.get(i));
            // A derivative of functions of z may carry an error in them on with a factor z.
            double tolerance = Tolerance.formula(check.dtype) * Math.max(1, Math.abs(z.get(i)));
            if (problem.isEmpty() && !(Math.abs(got.get(i) - want) <= tolerance)) {
                problem = "of " + z.get(i) + ": by the formula " + want + ", got " + got.get(i) + ", tolerance " + tolerance;
            }
        }
        check.that(problem.isEmpty(), how, problem);
    }
}
