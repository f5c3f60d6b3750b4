package dev.norn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Buffer;
import dev.norn.backend.Executable;
import dev.norn.graph.Binary;
import dev.norn.graph.Op;
import dev.norn.graph.Reduction;
import dev.norn.graph.Unary;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Plan;
import dev.norn.schedule.PlanInterpreter;
import dev.norn.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite itself: it passes what is right, and finds what is wrong. */
class ConformanceTest {

    private static final List<String> NAMES = List.of("elementwise", "broadcast", "reductions", "matmul", "rows", "gather",
            "views", "random", "assignments", "gradients", "optimizers", "layers", "random-graphs", "training");

    private static Group group(String name) {
        return Conformance.groups().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void groups() {
        assertEquals(NAMES, Conformance.groups().stream().map(Group::name).toList());
        assertThrows(IllegalArgumentException.class, () -> group("views").run(new PlanInterpreter(), DType.I32, 1));
        PlanInterpreter single = new PlanInterpreter() {
            @Override
            public String lacks(DType dtype) {
                return dtype == DType.F64 ? "no F64 here" : null;
            }
        };
        assertEquals(new Result(0, List.of("no F64 here")), group("views").run(single, DType.F64, 1));
        Stream.of("elementwise", "random", "random-graphs").forEach(name -> assertPassed(group(name).run(single, DType.F32, 1)));
    }

    /** The reference judged by itself, through its plain interface; what is left is how the suite uses a backend. */
    @TestFactory
    Stream<DynamicTest> theReferencePasses() {
        return Stream.of("elementwise", "rows", "views", "assignments", "optimizers", "layers", "training").map(name ->
                DynamicTest.dynamicTest(name, () -> {
                    try (Backend reference = Backends.open("reference", BackendOptions.DEFAULT)) {
                        assertPassed(group(name).run(reference, DType.F32, 7));
                    }
                }));
    }

    private static void assertPassed(Result result) {
        assertTrue(result.passed(), () -> result.checks() + " checks\n" + String.join("\n", result.failures()));
    }

    /** One seed, the same checks, and the same failures word by word. */
    @Test
    void runsAreReproducible() {
        Fault fault = new Fault("", List.of(), (instr, value) ->
                instr instanceof Instr.Compute c && c.fn() == Unary.TANH ? value * 1.001 : value);
        Result first = group("random-graphs").run(new PlanInterpreter(fault.change), DType.F32, 3);
        Result second = group("random-graphs").run(new PlanInterpreter(fault.change), DType.F32, 3);
        assertFalse(first.passed());
        assertEquals(first, second);
        Result other = group("random-graphs").run(new PlanInterpreter(fault.change), DType.F32, 4);
        assertFalse(first.failures().equals(other.failures()));
    }

    /** A failure says all that is needed to see it again. */
    @Test
    void failuresSayWhatWhereAndHow() {
        Result result = group("elementwise").run(new PlanInterpreter((instr, value) ->
                instr instanceof Instr.Compute c && c.fn() == Unary.EXP ? value + 0.5 : value), DType.F32, 42);
        String first = result.failures().get(0);
        for (String part : List.of("elementwise: EXP, fused: ", "EXP F32[1009], index ", "expected ", "got ", "tolerance ",
                "elements wrong", "[F32, seed 42]")) {
            assertTrue(first.contains(part), first);
        }
        assertTrue(result.failures().stream().anyMatch(f -> f.contains(", unfused: ")));
    }

    /** A backend that throws fails; it does not end the suite. */
    @Test
    void exceptionsAreFailures() {
        Result result = group("views").run(new PlanInterpreter((instr, value) -> {
            throw new IllegalStateException("broken");
        }), DType.F64, 1);
        assertFalse(result.failures().isEmpty());
        assertTrue(result.failures().get(0).contains("broken"));
    }

    /** Programs are compiled and run many together; what fails is named, and what does not is judged. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureLosesNoOtherCase(boolean atCompilation) {
        int all = group("views").run(new PlanInterpreter(), DType.F32, 1).checks();
        int[] broken = new int[1];
        int[] lost = new int[1];
        Result result = group("views").run(new PlanInterpreter() {
            @Override
            public Executable compile(Plan plan, List<Buffer> buffers) {
                if (!plan.program().outputs().containsKey("both")) {
                    return super.compile(plan, buffers);
                }
                broken[0]++;
                lost[0] += 1 + plan.program().variables().size();
                if (atCompilation) {
                    throw new IllegalStateException("broken");
                }
                return new Executable() {
                    @Override
                    public void run() {
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    public void close() {}
                };
            }
        }, DType.F32, 1);
        assertEquals(16, broken[0]);
        assertEquals(broken[0], result.failures().size());
        assertTrue(result.failures().get(0).startsWith("views: joined gradient through reshape, fused: threw "), result.failures().get(0));
        assertTrue(result.failures().get(1).startsWith("views: joined gradient through reshape, unfused: threw "), result.failures().get(1));
        // An output each, and what variables there are.
        assertEquals(all - lost[0], result.checks());
    }

    /** Everything that a run of a group opened is closed again, though it ended early. */
    @ParameterizedTest
    @ValueSource(ints = {1, Integer.MAX_VALUE})
    void nothingStaysOpen(int mostFailures) {
        int[] open = new int[1];
        Conformance.run(group("views"), new PlanInterpreter((instr, value) -> value + 1) {
            @Override
            public Executable compile(Plan plan, List<Buffer> buffers) {
                Executable executable = super.compile(plan, buffers);
                open[0]++;
                return new Executable() {
                    @Override
                    public void run() {
                        executable.run();
                    }

                    @Override
                    public void close() {
                        open[0]--;
                    }
                };
            }
        }, DType.F32, 1, mostFailures);
        assertEquals(0, open[0]);
    }

    /** A backend whose functions are off by all that is granted to them is right: the bounds carry every error through. */
    @TestFactory
    Stream<DynamicTest> aBackendAsInexactAsAllowedPasses() {
        return Stream.of("rows", "gradients", "layers", "random-graphs", "optimizers").flatMap(name -> Stream.of(1, -1).map(sign ->
                DynamicTest.dynamicTest(name + ", " + (sign > 0 ? "away from 0" : "towards 0"), () ->
                        assertPassed(group(name).run(new PlanInterpreter((instr, value) -> inexact(instr, value, sign)), DType.F32, 11)))));
    }

    /** Not at infinity, as the elementwise group would want it. */
    private static double inexact(Instr instr, double value, int sign) {
        if (!(instr instanceof Instr.Compute c) || !c.dtype().isFloating()) {
            return value;
        }
        int ulps = c.fn() instanceof Unary u ? Tolerance.ulps(u, c.dtype())
                : c.fn() instanceof Binary b ? Tolerance.ulps(b, c.dtype()) : 0;
        // One is left for the rounding.
        boolean special = !Double.isFinite(value) || c.fn() == Binary.POW && value == 1;
        return ulps == 0 || special ? value : value * (1 + sign * (ulps - 1) * 2 * Tolerance.unit(c.dtype()));
    }

    /** One way of being wrong, and groups that must notice. */
    private record Fault(String name, List<String> noticedBy, PlanInterpreter.Change change) {}

    private static boolean is(Instr instr, Op fn) {
        return instr instanceof Instr.Compute c && c.fn() == fn;
    }

    /** {@code value}, so many units in the last place of F32 off. */
    private static double off(double value, int ulps) {
        return value * (1 + ulps * 0x1p-23);
    }

    private static final List<Fault> FAULTS = List.of(
            new Fault("exp is 10 ulp off", List.of("elementwise", "rows"), (i, v) -> is(i, Unary.EXP) ? off(v, 10) : v),
            new Fault("tanh is 10 ulp off", List.of("elementwise"), (i, v) -> is(i, Unary.TANH) ? off(v, 10) : v),
            new Fault("log is 10 ulp off", List.of("elementwise"), (i, v) -> is(i, Unary.LOG) ? off(v, 10) : v),
            new Fault("an addition is 1 ulp off", List.of("elementwise", "broadcast"), (i, v) -> is(i, Binary.ADD) ? off(v, 1) : v),
            new Fault("a product of matrices is 1 ulp off", List.of("matmul"), (i, v) -> i instanceof Instr.Product ? off(v, 1) : v),
            new Fault("a sum is 1 ulp off", List.of("reductions"),
                    (i, v) -> i instanceof Instr.Fold f && f.reduction() == Reduction.SUM ? off(v, 1) : v),
            new Fault("max ignores NaN", List.of("elementwise"), (i, v) -> is(i, Binary.MAX) && Double.isNaN(v) ? 0 : v),
            new Fault("a maximum ignores NaN", List.of("reductions", "rows"),
                    (i, v) -> i instanceof Instr.Fold f && f.reduction() == Reduction.MAX && Double.isNaN(v) ? 0 : v),
            new Fault("the maximum of nothing is 0", List.of("reductions"),
                    (i, v) -> i instanceof Instr.Fold f && f.reduction() == Reduction.MAX && v == Double.NEGATIVE_INFINITY ? 0 : v),
            new Fault("negation forgets the zero's sign", List.of("elementwise"), (i, v) -> is(i, Unary.NEG) && v == 0 ? 0 : v),
            new Fault("subnormal products become 0", List.of("elementwise"),
                    (i, v) -> is(i, Binary.MUL) && Math.abs(v) < Float.MIN_NORMAL ? 0 : v),
            new Fault("random numbers are a bit off", List.of("random"), (i, v) -> i instanceof Instr.Random ? v + 0x1p-24 : v),
            new Fault("indices count from 1", List.of("views", "rows"), (i, v) -> i instanceof Instr.Index ? v + 1 : v),
            new Fault("a conversion rounds to nearest", List.of("elementwise"),
                    (i, v) -> i instanceof Instr.Compute c && c.fn() instanceof Op.Cast && i.dtype() == DType.I32 ? v + (v > 0 ? 1 : 0) : v),
            new Fault("square roots are off", List.of("optimizers"), (i, v) -> is(i, Unary.SQRT) ? v * 1.001 : v),
            new Fault("a derivative is off", List.of("gradients", "layers", "training"),
                    (i, v) -> is(i, Binary.MUL) ? v * 1.0002 : v),
            new Fault("subtraction is off", List.of("assignments", "random-graphs"), (i, v) -> is(i, Binary.SUB) ? v * 1.0002 : v),
            new Fault("loads of I32 are off", List.of("gather"),
                    (i, v) -> i instanceof Instr.Load && i.dtype() == DType.I32 ? v + 1 : v));

    @TestFactory
    Stream<DynamicTest> faultsAreNoticed() {
        return FAULTS.stream().flatMap(fault -> fault.noticedBy.stream().map(name ->
                DynamicTest.dynamicTest(fault.name + ": " + name, () ->
                        assertEquals(1, Conformance.run(group(name), new PlanInterpreter(fault.change), DType.F32, 5, 1)
                                .failures().size()))));
    }
}
