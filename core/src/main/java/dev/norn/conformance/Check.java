package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of a group: runs programs on the backend, fused and unfused, and notes where it differs from the reference.
 *
 * <p>Programs are compiled as they come, but run later, many together: a device whose compiler is slow can then build the
 * kernels of all of them at once. So operands must not be changed once they were handed over.
 */
final class Check {

    /** How many compiled programs wait at most, and how much memory they have, in elements. */
    private static final int MOST_WAITING = 128;
    private static final long MOST_ELEMENTS = 1 << 23;

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
    private List<Case> waiting = new ArrayList<>();
    private boolean unfused = true;
    private int programs;
    private long elements;

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

    /** What was found; first runs all that waits. */
    Result result() {
        try {
            flush();
        } catch (Enough enough) {
            // The failures are known.
        }
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

    /** The value of one expression for several inputs: compiled once, run as often as there are inputs. */
    void values(String what, Tensor t, List<Map<String, NdArray>> inputs) {
        Program program = new Program.Builder().output("y", t).build();
        programs(what, inputs.stream().map(in -> new Run(program, in)).toList());
    }

    /** The value of an expression; where it is 0 the sign counts. */
    void signedValue(String what, Tensor t, Map<String, NdArray> inputs) {
        add(new Case(this, what, List.of(new Run(new Program.Builder().output("y", t).build(), inputs)), true, null));
    }

    /** A program and what to set before it runs. */
    record Run(Program program, Map<String, NdArray> inputs) {
        Run {
            inputs = Map.copyOf(inputs);
        }
    }

    /** Programs that share variables, run one after another. After each run its outputs and all variables are compared. */
    void programs(String what, List<Run> runs) {
        add(new Case(this, what, runs, false, null));
    }

    /** What the programs computed is also judged by something else than the reference. */
    void programs(String what, List<Run> runs, Judge judge) {
        add(new Case(this, what, runs, false, judge));
    }

    /** Judges a case by something else than the reference; calls {@link Check#that} and {@link Check#fail}. */
    interface Judge {

        /**
         * Looks at the results of a run.
         *
         * @param how the case's name, and how it ran
         * @param run which of the runs this was, 0 for the first
         * @param step what ran
         * @param session where it ran
         */
        void judge(String how, int run, Step step, Session session);
    }

    /**
     * What {@code cases} adds runs fused only. For what would give the same kernels unfused, or kernels that others give: each
     * operation alone is everywhere the same, however it is combined.
     */
    void fusedOnly(Runnable cases) {
        unfused(false, cases);
    }

    /** What {@code cases} adds runs fused and, if {@code also}, unfused. */
    void unfused(boolean also, Runnable cases) {
        boolean before = unfused;
        unfused &= also;
        cases.run();
        unfused = before;
    }

    private void add(Case added) {
        waiting.add(added);
        added.compile(unfused);
        programs += added.programs();
        elements += added.elements();
        if (programs >= MOST_WAITING || elements >= MOST_ELEMENTS) {
            flush();
        }
    }

    /** Runs all that waits. */
    private void flush() {
        List<Case> cases = waiting;
        waiting = new ArrayList<>();
        programs = 0;
        elements = 0;
        try {
            cases.forEach(Case::judge);
        } finally {
            cases.forEach(Case::abandon);
        }
    }

    /**
     * Compares one array. One whose elements are all beyond judgement does not count as checked.
     *
     * @param signs whether 0 and -0 are different
     */
    void compare(String how, String what, NdArray got, Bounded want, boolean signs) {
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
