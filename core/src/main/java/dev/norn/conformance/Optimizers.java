package dev.norn.conformance;

import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.optim.Update;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Optimizers and schedules against their formulas, written out for one number at a time. */
final class Optimizers {

    private static final int SIZE = 37;
    private static final int PENALIZED = 20;
    private static final int STEPS = 6;
    private static final double RATE = 0.05;

    /** One parameter's way. */
    private interface Formula {

        /**
         * A step.
         *
         * @param memory two numbers that are kept, 0 at first
         * @param t 1 in the first step
         * @return θ after it
         */
        double step(double theta, double g, double eta, double[] memory, int t, boolean penalized);
    }

    private final Check check;

    private Optimizers(Check check) {
        this.check = check;
    }

    static void run(Check check) {
        Optimizers o = new Optimizers(check);
        o.optimizer("sgd", Optimizer.sgd(), (theta, g, eta, s, t, p) -> theta - eta * g);
        o.optimizer("momentum", Optimizer.momentum(0.9), (theta, g, eta, s, t, p) -> {
            s[0] = 0.9 * s[0] + g;
            return theta - eta * s[0];
        });
        o.optimizer("rmsprop", Optimizer.rmsProp(0.9, 1e-8), (theta, g, eta, s, t, p) -> {
            s[0] = 0.9 * s[0] + 0.1 * g * g;
            return theta - eta * g / (Math.sqrt(s[0]) + 1e-8);
        });
        o.optimizer("adam", Optimizer.adam(0.9, 0.999, 1e-8),
                (theta, g, eta, s, t, p) -> theta - adam(g, eta, s, t, 0.9, 0.999));
        o.optimizer("adam without momentum", Optimizer.adam(0, 0.99, 1e-8),
                (theta, g, eta, s, t, p) -> theta - adam(g, eta, s, t, 0, 0.99));
        o.optimizer("adamw", Optimizer.adamW(0.9, 0.999, 1e-8, 0.1),
                (theta, g, eta, s, t, p) -> theta - adam(g, eta, s, t, 0.9, 0.999) - (p ? eta * 0.1 * theta : 0));
        o.optimizer("one of your own", u -> u.parameters().sub(u.rate().mul(u.gradient().sign())),
                (theta, g, eta, s, t, p) -> theta - eta * Math.signum(g));
        o.schedule("constant", Schedule.constant(), t -> 1);
        o.schedule("step", Schedule.step(10, 0.5), t -> Math.pow(0.5, Math.floor(t / 10)));
        o.schedule("step of 3", Schedule.step(3, 0.9), t -> Math.pow(0.9, Math.floor(t / 3)));
        o.schedule("exponential", Schedule.exponential(20), t -> Math.pow(2, -t / 20));
        o.schedule("cosine", Schedule.cosine(50, 0.1),
                t -> 0.1 + 0.9 * (1 + Math.cos(Math.PI * Math.min(1, t / 50))) / 2);
        o.schedule("warm-up", Schedule.warmUp(5, Schedule.cosine(20, 0)),
                t -> t < 5 ? (t + 1) / 5 : (1 + Math.cos(Math.PI * Math.min(1, (t - 5) / 20))) / 2);
    }

    private static double adam(double g, double eta, double[] s, int t, double beta1, double beta2) {
        s[0] = beta1 * s[0] + (1 - beta1) * g;
        s[1] = beta2 * s[1] + (1 - beta2) * g * g;
        double m = s[0] / (1 - Math.pow(beta1, t));
        double v = s[1] / (1 - Math.pow(beta2, t));
        return eta * m / (Math.sqrt(v) + 1e-8);
    }

    private void optimizer(String name, Optimizer optimizer, Formula formula) {
        Variable theta = Variable.of("θ", check.data.normal(SIZE));
        Variable count = Variable.zeros("steps", DType.I32, Shape.SCALAR);
        Tensor gradient = Tensor.input("g", check.dtype, Shape.of(SIZE));
        Tensor done = count.read().cast(check.dtype);
        Program program = new Program.Builder()
                .assign(new Update(new Update.State(theta, PENALIZED), gradient, Tensor.scalar(check.dtype, RATE), done.add(1))
                        .by(optimizer))
                .assign(count, count.read().add(1))
                .build();
        List<Check.Run> runs = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            runs.add(new Check.Run(program, Map.of("g", check.data.normal(SIZE))));
        }
        double[] want = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            want[i] = theta.initial().get(i);
            double[] memory = new double[2];
            for (int t = 1; t <= STEPS; t++) {
                want[i] = formula.step(want[i], runs.get(t - 1).inputs().get("g").get(i), RATE, memory, t, i < PENALIZED);
            }
        }
        check.programs(name, runs, (how, run, step, session) -> {
            if (run == STEPS - 1) {
                compare(how, want, session.read(theta));
            }
        });
    }

    private void schedule(String name, Schedule schedule, DoubleUnaryOperator formula) {
        Program program = new Program.Builder()
                .output("factor", schedule.factor(Tensor.input("t", check.dtype, Shape.SCALAR))).build();
        List<Check.Run> runs = new ArrayList<>();
        for (int t = 0; t < 100; t++) {
            NdArray at = NdArray.zeros(check.dtype, Shape.SCALAR);
            at.set(0, t);
            runs.add(new Check.Run(program, program.inputs().isEmpty() ? Map.of() : Map.of("t", at)));
        }
        check.programs("schedule " + name, runs, (how, run, step, session) ->
                compare(how + ", step " + run, new double[] {formula.applyAsDouble(run)}, step.get("factor")));
    }

    private void compare(String name, double[] want, NdArray got) {
        String problem = "";
        for (int i = 0; i < want.length; i++) {
            double tolerance = Tolerance.formula(check.dtype) * Math.max(1, Math.abs(want[i]));
            if (problem.isEmpty() && !(Math.abs(got.get(i) - want[i]) <= tolerance)) {
                problem = "index " + i + ": by the formula " + want[i] + ", got " + got.get(i) + ", tolerance " + tolerance;
            }
        }
        check.that(problem.isEmpty(), name, problem);
    }
}
