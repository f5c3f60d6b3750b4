package dev.norn.conformance;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Variable;
import dev.norn.schedule.BufferSpec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of programs that share variables, fused and unfused: first all is compiled, and later run and compared. */
final class Case {

    private final Check check;
    private final String what;
    private final List<Check.Run> runs;
    private final boolean signs;
    private final Check.Judge judge;
    private final List<Attempt> attempts = new ArrayList<>();

    /**
     * @param signs whether 0 and -0 are different
     * @param judge looks at the results too; may be null
     */
    Case(Check check, String what, List<Check.Run> runs, boolean signs, Check.Judge judge) {
        this.check = check;
        this.what = what;
        this.runs = runs;
        this.signs = signs;
        this.judge = judge;
    }

    /** Compiles the programs, fused and perhaps unfused too. What goes wrong is told when the case is judged. */
    void compile(boolean unfused) {
        attempts.add(new Attempt(true));
        if (unfused) {
            attempts.add(new Attempt(false));
        }
    }

    /** How many programs it has compiled. */
    int programs() {
        return attempts.stream().mapToInt(a -> a.steps.size()).sum();
    }

    /** How many elements of memory its programs have. */
    long elements() {
        return attempts.stream().flatMap(a -> a.steps.values().stream()).flatMap(s -> s.plan().buffers().stream())
                .mapToLong(BufferSpec::size).sum();
    }

    /** Runs everything and compares it with the reference. */
    void judge() {
        List<Map<String, Bounded>> outputs = new ArrayList<>();
        List<Map<Variable, Bounded>> states = new ArrayList<>();
        Oracle oracle = new Oracle();
        for (Check.Run run : runs) {
            outputs.add(oracle.run(run.program(), run.inputs()));
            Map<Variable, Bounded> state = new LinkedHashMap<>();
            runs.forEach(r -> r.program().variables().forEach(v -> state.put(v, oracle.read(v))));
            states.add(state);
        }
        for (Attempt attempt : attempts) {
            attempt.judge(outputs, states);
        }
    }

    /** Gives back what is still held, when no more is to be judged. */
    void abandon() {
        for (Attempt attempt : attempts) {
            try {
                attempt.session.close();
            } catch (RuntimeException | AssertionError e) {
                // What made the run end tells more.
            }
        }
    }

    /** The programs compiled in one way. */
    private final class Attempt {
        private final String how;
        private final Session session;
        private final Map<Program, Step> steps = new IdentityHashMap<>();
        private Throwable broken;

        Attempt(boolean fuse) {
            this.how = what + (fuse ? ", fused" : ", unfused");
            this.session = new Session(check.backend(), fuse);
            try {
                for (Check.Run run : runs) {
                    steps.computeIfAbsent(run.program(), session::compile);
                }
            } catch (RuntimeException | AssertionError e) {
                broken = e;
            }
        }

        void judge(List<Map<String, Bounded>> outputs, List<Map<Variable, Bounded>> states) {
            if (broken == null) {
                try (session) {
                    run(outputs, states);
                } catch (RuntimeException | AssertionError e) {
                    broken = e;
                }
            }
            if (broken != null) {
                check.fail(how, "threw " + broken);
            }
        }

        private void run(List<Map<String, Bounded>> outputs, List<Map<Variable, Bounded>> states) {
            for (int i = 0; i < runs.size(); i++) {
                Program program = runs.get(i).program();
                Step step = steps.get(program);
                runs.get(i).inputs().forEach(step::set);
                step.run();
                String at = runs.size() == 1 ? how : how + ", step " + (i + 1);
                outputs.get(i).forEach((name, want) -> check.compare(at,
                        "output " + name + " = " + program.outputs().get(name), step.get(name), want, signs));
                states.get(i).forEach((variable, want) ->
                        check.compare(at, "variable " + variable, session.read(variable), want, signs));
                if (judge != null) {
                    judge.judge(how, i, step, session);
                }
            }
        }
    }
}
