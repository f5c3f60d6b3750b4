package dev.norn.backend;

import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Plan;
import dev.norn.schedule.Scheduler;
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
    private final List<AutoCloseable> owned = new ArrayList<>();
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
        List<Buffer> buffers = new ArrayList<>();
        for (BufferSpec spec : plan.buffers()) {
            String lack = backend.lacks(spec.dtype());
            if (lack != null) {
                throw new BackendException(lack);
            }
            buffers.add(switch (spec.role()) {
                case ARENA -> null;
                case VARIABLE -> buffer(spec.variable());
                case INPUT, OUTPUT -> own(backend.allocate(spec.dtype(), spec.size()));
                case LITERAL -> filled(own(backend.allocate(spec.dtype(), spec.size())), spec.literal());
            });
        }
        Executable executable = own(backend.compile(plan, buffers));
        return new Step(plan, buffers, executable);
    }

    private <T extends AutoCloseable> T own(T made) {
        owned.add(made);
        return made;
    }

    private static Buffer filled(Buffer buffer, NdArray value) {
        buffer.write(value.data(), 0, 0, value.size());
        return buffer;
    }

    private Buffer buffer(Variable variable) {
        checkOpen();
        Buffer known = variables.get(variable);
        if (known == null) {
            known = own(backend.allocate(variable.dtype(), variable.shape().size()));
            if (variable.initial() != null) {
                filled(known, variable.initial());
            }
            variables.put(variable, known);
        }
        return known;
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
        buffer(variable).write(source, 0, 0, variable.shape().size());
    }

    /** The value of one expression without inputs. */
    public NdArray evaluate(Tensor tensor) {
        return evaluate(List.of(tensor)).get(0);
    }

    /** The values of several expressions without inputs, computed together. */
    public List<NdArray> evaluate(List<Tensor> tensors) {
        Program.Builder builder = new Program.Builder();
        for (int i = 0; i < tensors.size(); i++) {
            builder.output(Integer.toString(i), tensors.get(i));
        }
        Program program = builder.build();
        if (!program.inputs().isEmpty()) {
            throw new IllegalArgumentException("evaluate: the expression has inputs " + program.inputs().keySet()
                    + "; compile it as a program and set them");
        }
        int mark = owned.size();
        Step step = compile(program);
        step.run();
        List<NdArray> values = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            values.add(step.get(Integer.toString(i)));
        }
        closeDownTo(mark);
        return values;
    }

    private void closeDownTo(int mark) {
        for (int i = owned.size() - 1; i >= mark; i--) {
            AutoCloseable last = owned.get(i);
            if (last instanceof Buffer buffer && variables.containsValue(buffer) && !closed) {
                continue;
            }
            owned.remove(i);
            try {
                last.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new BackendException("could not close " + last + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeDownTo(0);
            variables.clear();
        }
    }
}
