package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * The conformance suite: every operation, alone and in programs, on any backend against the reference.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
 *     for (Group group : Conformance.groups()) {
 *         System.out.println(group.name() + ": " + group.run(backend, DType.F32, 42).failures());
 *     }
 * }
 * }</pre>
 */
public final class Conformance {

    /** A run ends after so many. */
    private static final int MOST_FAILURES = 50;

    private static final List<Group> GROUPS = List.of(
            new Checks("elementwise", Elementwise::run),
            new Checks("broadcast", Broadcasting::run),
            new Checks("reductions", Reductions::run),
            new Checks("matmul", MatMuls::run),
            new Checks("rows", Rows::run),
            new Checks("gather", Gathers::run),
            new Checks("views", Views::run),
            new Checks("random", Randoms::run),
            new Checks("assignments", Assignments::run),
            new Checks("gradients", Derivatives::run),
            new Checks("optimizers", Optimizers::run),
            new Checks("layers", Layers::run),
            new Checks("random-graphs", Conformance::randomGraphs),
            new Checks("training", Trainings::run));

    private interface Body {
        void run(Check check);
    }

    private record Checks(String name, Body body) implements Group {

        @Override
        public Result run(Backend backend, DType dtype, long seed) {
            return Conformance.run(this, backend, dtype, seed, MOST_FAILURES);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Conformance() {}

    /** All groups of checks, simple ones first. */
    public static List<Group> groups() {
        return GROUPS;
    }

    /** Runs a group until so many failures are known. */
    static Result run(Group group, Backend backend, DType dtype, long seed, int mostFailures) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("the checks compute in F32 or F64, not " + dtype);
        }
        if (backend.lacks(dtype) != null) {
            return new Result(0, List.of(backend.lacks(dtype)));
        }
        Check check = new Check(group.name(), backend, dtype, seed, mostFailures);
        try {
            ((Checks) group).body.run(check);
        } catch (Check.Enough enough) {
            // The result has them.
        }
        return check.result();
    }

    private static void randomGraphs(Check check) {
        for (int i = 0; i < 40; i++) {
            int index = i;
            check.unfused(i % 8 == 0, () -> randomGraph(check, index));
        }
    }

    /** One graph; it depends on seed and index alone. */
    static void randomGraph(Check check, int index) {
        Data data = check.data(1 + index);
        RandomGraph graph = new RandomGraph(data, check.dtype, RandomGraph.otherThan(check.dtype, check.backend()),
                4 + index % 40);
        check.programs("graph " + index, graph.runs());
    }
}
