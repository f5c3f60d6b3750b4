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

    private static final List<Group> GROUPS = List.of(
            group("elementwise", Elementwise::run),
            group("broadcast", Broadcasting::run),
            group("reductions", Reductions::run),
            group("matmul", MatMuls::run),
            group("rows", Rows::run),
            group("gather", Gathers::run),
            group("views", Views::run),
            group("random", Randoms::run),
            group("assignments", Assignments::run),
            group("gradients", Derivatives::run),
            group("optimizers", Optimizers::run),
            group("layers", Layers::run),
            group("random-graphs", Conformance::randomGraphs),
            group("training", Trainings::run));

    private interface Body {
        void run(Check check);
    }

    private Conformance() {}

    /** All groups of checks, simple ones first. */
    public static List<Group> groups() {
        return GROUPS;
    }

    private static Group group(String name, Body body) {
        return new Group() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Result run(Backend backend, DType dtype, long seed) {
                if (!dtype.isFloating()) {
                    throw new IllegalArgumentException("the checks compute in F32 or F64, not " + dtype);
                }
                Check check = new Check(name, backend, dtype, seed);
                body.run(check);
                return check.result();
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    private static void randomGraphs(Check check) {
        for (int i = 0; i < 80; i++) {
            randomGraph(check, i);
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
