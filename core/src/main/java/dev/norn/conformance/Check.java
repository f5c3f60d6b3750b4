package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of a group: runs programs on the backend, fused and unfused, and notes where it differs from the reference. */
final class Check {

    /** Ends a run that has failed often enough: more would only hide the first. */
    static final class Enough extends Error {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough failures", null, false, false);
        }
    }

    final DType dtype;
    final Data data;
    private final Backend backend;
    private final String group;
    private final long seed;
    private final int mostFailures;
    private int checks;
    private final List<String> failures = new ArrayList<>();

    Check(String group, Backend backend, DType dtype, long seed, int mostFailures) {
        this.group = group;
        this.backend = backend;
        this.dtype = dtype;
        this.seed = seed;
        this.mostFailures = mostFailures;
        this.data = new Data(dtype, seed, group.hashCode() & 0xFFFF);
    }

    /** Another sequence of random operands, which does not depend on what was drawn before. */
    Data data(int stream) {
        return new Data(dtype, seed, (group.hashCode() & 0xFFFF) * 1000 + stream);
    }

    Backend backend() {
        return backend;
    }

    Result result() {
        return new Result(checks, List.copyOf(failures));
    }

    /** Notes a failure. */
    void fail(String what, String problem) {
        failures.add(group + ": " + what + ": " + problem + " [" + dtype + ", seed " + seed + "]");
        if (failures.size() >= mostFailures) {
            throw new Enough();
        }
    }

    /** Notes that something was compared, and a failure if it was wrong. */
    void that(boolean right, String what, String problem) {
        checks++;
        if (!right) {
            fail(what, problem);
        }
    }

    /** One program, run once. */
    void program(String what, Program program, Map<String, NdArray> inputs) {
        programs(what, List.of(new Run(program, inputs)));
    }

    /** The value of an expression whose inputs are named in {@code inputs}. */
    void value(String what, Tensor t, Map<String, NdArray> inputs) {
        program(what, new Program.Builder().output("y", t).build(), inputs);
    }

    /** The value of an expression; where it is 0 the sign counts. */
    void signedValue(String what, Tensor t, Map<String, NdArray> inputs) {
        programs(what, List.of(new Run(new Program.Builder().output("y", t).build(), inputs)), true);
    }

    /** A program and what to set before it runs. */
    record Run(Program program, Map<String, NdArray> inputs) {}

    /** Programs that share variables, run one after another. After each run its outputs and all variables are compared. */
    void programs(String what, List<Run> runs) {
        programs(what, runs, false);
    }

    private void programs(String what, List<Run> runs, boolean signs) {
        List<Map<String, Bounded>> outputs = new ArrayList<>();
        List<Map<Variable, Bounded>> states = new ArrayList<>();
        Oracle oracle = new Oracle();
        for (Run run : runs) {
            outputs.add(oracle.run(run.program, run.inputs));
            Map<Variable, Bounded> state = new LinkedHashMap<>();
            runs.forEach(r -> r.program.variables().forEach(v -> state.put(v, oracle.read(v))));
            states.add(state);
        }
        for (boolean fuse : new boolean[] {true, false}) {
            String how = what + (fuse ? ", fused" : ", unfused");
            try (Session session = new Session(backend, fuse)) {
                Map<Program, Step> steps = new IdentityHashMap<>();
                for (int i = 0; i < runs.size(); i++) {
                    Program program = runs.get(i).program;
                    Step step = steps.computeIfAbsent(program, session::compile);
                    runs.get(i).inputs.forEach(step::set);
                    step.run();
                    String at = runs.size() == 1 ? how : how + ", step " + (i + 1);
                    outputs.get(i).forEach((name, want) ->
                            compare(at, "output " + name + " = " + program.outputs().get(name), step.get(name), want, signs));
                    states.get(i).forEach((variable, want) ->
                            compare(at, "variable " + variable, session.read(variable), want, signs));
                }
            } catch (RuntimeException | AssertionError e) {
                fail(how, "threw " + e);
            }
        }
    }

    /**
     * Compares one array. One whose elements are all beyond judgement does not count as checked.
     *
     * @param signs whether 0 and -0 are different
     */
    private void compare(String how, String what, NdArray got, Bounded want, boolean signs) {
        int wrong = 0;
        int first = -1;
        boolean judged = got.size() == 0;
        for (int i = 0; i < got.size(); i++) {
            judged |= want.error(i) < Double.POSITIVE_INFINITY;
            boolean sameSign = !signs || got.get(i) != 0 || 1 / got.get(i) == 1 / want.value().get(i);
            if (!sameSign || !agrees(got.dtype(), got.get(i), want.value().get(i), want.error(i))) {
                first = wrong == 0 ? i : first;
                wrong++;
            }
        }
        checks += judged ? 1 : 0;
        if (wrong > 0) {
            fail(how, what + ", index " + first + ": expected " + want.value().get(first) + ", got " + got.get(first)
                    + ", tolerance " + want.error(first) + " (" + wrong + " of " + got.size() + " elements wrong)");
        }
    }

    private static boolean agrees(DType dtype, double got, double want, double error) {
        if (error == Double.POSITIVE_INFINITY) {
            return true;
        }
        if (Double.isNaN(want) || Double.isNaN(got)) {
            return Double.isNaN(want) && Double.isNaN(got);
        }
        if (got == want) {
            return true;
        }
        if (Double.isInfinite(got) || Double.isInfinite(want)) {
            // A finite result next to the greatest number may have been rounded beyond it.
            return Math.signum(got) == Math.signum(want) && error > 0
                    && Math.min(Math.abs(got), Math.abs(want)) + error >= Tolerance.greatest(dtype);
        }
        return Math.abs(got - want) <= error;
    }
}
