package dev.norn.backend;

import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.schedule.Plan;
import dev.norn.schedule.Scheduler;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Variables on one backend, and the programs that share them. Closing a session gives back all it made; the backend stays
 * open. Like a backend, a session is used by one thread at a time.
 *
 * <pre>{@code
 * Variable count = Variable.zeros("count", DType.I32, Shape.of());
 * Program program = new Program.Builder().assign(count, count.read().add(1)).build();
 * try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT);
 *         Session session = new Session(backend)) {
 *     Step step = session.compile(program);
 *     step.run();
 *     step.run();
 *     System.out.println(session.read(count).item()); // 2
 * }
 * }</pre>
 */
public final class Session implements AutoCloseable {

    private final Backend backend;
    private final boolean fuse;
    private final Map<Variable, Buffer> variables = new IdentityHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Expressions expressions = new Expressions(this);
    private final CloseGuard guard = new CloseGuard(this,
            "a session was not closed; its memory is in use until its backend is closed");
    private boolean closed;

    /** A session without variables yet. */
    public Session(Backend backend) {
        this(backend, true);
    }

    /** @param fuse false gives each operation a kernel of its own, see {@link Scheduler#plan} */
    public Session(Backend backend, boolean fuse) {
        this.backend = backend;
        this.fuse = fuse;
    }

    /** What it runs on. */
    public Backend backend() {
        return backend;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    /**
     * Makes a program ready to run here. Variables not seen before get memory, with their initial values.
     *
     * @throws BackendException if the device lacks a type that the program uses, or memory
     */
    public Step compile(Program program) {
        checkOpen();
        Plan plan = Scheduler.plan(program, fuse);
        plan.buffers().forEach(spec -> require(spec.dtype()));
        Step step = new Step(this, plan);
        steps.add(step);
        return step;
    }

    private void require(DType dtype) {
        String lack = backend.lacks(dtype);
        if (lack != null) {
            throw new BackendException(lack);
        }
    }

    /** A step was closed. */
    void forget(Step step) {
        steps.remove(step);
    }

    /** A variable's memory here. */
    Buffer buffer(Variable variable) {
        checkOpen();
        return variables.computeIfAbsent(variable, v -> {
            require(v.dtype());
            if (v.isConstant()) {
                return backend.constant(v.initial());
            }
            Buffer buffer = backend.allocate(v.dtype(), v.shape().size());
            if (v.initial() != null) {
                buffer.write(v.initial().data(), 0, 0, v.shape().size());
            }
            return buffer;
        });
    }

    /** A copy of what a variable holds now. */
    public NdArray read(Variable variable) {
        NdArray value = NdArray.zeros(variable.dtype(), variable.shape());
        read(variable, value.data());
        return value;
    }

    /** Copies what a variable holds now into a Java array of its type. */
    public void read(Variable variable, Object target) {
        buffer(variable).read(0, target, 0, variable.shape().size());
    }

    /** Sets a variable. */
    public void write(Variable variable, NdArray value) {
        if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
            throw new IllegalArgumentException("the variable " + variable + " cannot hold " + value.dtype() + value.shape());
        }
        write(variable, value.data());
    }

    /** Sets a variable from a Java array of its type, of at least its size. */
    public void write(Variable variable, Object source) {
        if (variable.isConstant()) {
            throw new IllegalArgumentException("the variable " + variable + " is constant");
        }
        buffer(variable).write(source, 0, 0, variable.shape().size());
    }

    /**
     * The value of one expression without inputs. Expressions that differ only in their literal numbers are compiled once.
     *
     * <pre>{@code
     * try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT);
     *         Session session = new Session(backend)) {
     *     Tensor x = Tensor.of(NdArray.vector(1, 2, 3));
     *     System.out.println(session.evaluate(x.mul(x).sum()).item()); // 14
     * }
     * }</pre>
     */
    public NdArray evaluate(Tensor tensor) {
        return evaluate(List.of(tensor)).get(0);
    }

    /** The values of several expressions without inputs, computed together. */
    public List<NdArray> evaluate(List<Tensor> tensors) {
        checkOpen();
        return expressions.evaluate(tensors);
    }

    @Override
    public void close() {
        if (!closed) {
            guard.close();
            closed = true;
            List.copyOf(steps).forEach(Step::close);
            variables.values().forEach(Buffer::close);
            variables.clear();
        }
    }
}
