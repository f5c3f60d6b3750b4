package dev.norn.backend;

import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Plan;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program, ready to run. Closing its session closes it too; closing it earlier gives back its memory, but for the
 * variables.
 */
public final class Step implements AutoCloseable {

    private final Session session;
    private final Plan plan;
    private final Executable executable;
    private final List<Buffer> owned = new ArrayList<>();
    private final Map<String, Buffer> inputs = new LinkedHashMap<>();
    private final Map<String, Buffer> outputs = new LinkedHashMap<>();
    private boolean closed;

    Step(Session session, Plan plan) {
        this.session = session;
        this.plan = plan;
        try {
            this.executable = session.backend().compile(plan, plan.buffers().stream().map(this::buffer).toList());
        } catch (RuntimeException e) {
            owned.forEach(Buffer::close);
            throw e;
        }
    }

    private Buffer buffer(BufferSpec spec) {
        return switch (spec.role()) {
            case ARENA -> null;
            case VARIABLE -> session.buffer(spec.variable());
            case INPUT -> named(inputs, spec);
            case OUTPUT -> named(outputs, spec);
            case LITERAL -> literal(spec);
        };
    }

    private Buffer allocate(BufferSpec spec) {
        Buffer buffer = session.backend().allocate(spec.dtype(), spec.size());
        owned.add(buffer);
        return buffer;
    }

    private Buffer named(Map<String, Buffer> group, BufferSpec spec) {
        Buffer buffer = allocate(spec);
        group.put(spec.name(), buffer);
        return buffer;
    }

    private Buffer literal(BufferSpec spec) {
        Buffer buffer = allocate(spec);
        buffer.write(spec.literal().data(), 0, 0, spec.size());
        return buffer;
    }

    /** The kernels that a run issues, and their memory. */
    public Plan plan() {
        return plan;
    }

    /** Issues one step: reads, computes, assigns. Allocates nothing. */
    public void run() {
        executable.run();
    }

    /** Sets an input for the runs that follow. */
    public Step set(String input, NdArray value) {
        Buffer buffer = find(inputs, "input", input);
        Shape shape = plan.program().inputs().get(input).shape();
        if (value.dtype() != buffer.dtype() || !value.shape().equals(shape)) {
            throw new IllegalArgumentException("the input \"" + input + "\" is " + buffer.dtype() + shape + ", not "
                    + value.dtype() + value.shape());
        }
        buffer.write(value.data(), 0, 0, value.size());
        return this;
    }

    /**
     * Sets an input from the middle of a Java array of its type.
     *
     * @param offset first element of {@code source}
     */
    public void set(String input, Object source, int offset) {
        Buffer buffer = find(inputs, "input", input);
        buffer.write(source, offset, 0, buffer.size());
    }

    /**
     * Sets an input's first elements; the others stay as they are.
     *
     * @param offset first element of {@code source}
     * @param count how many
     */
    public void set(String input, Object source, int offset, int count) {
        find(inputs, "input", input).write(source, offset, 0, count);
    }

    /** A copy of an output of the last run. */
    public NdArray get(String output) {
        Buffer buffer = find(outputs, "output", output);
        NdArray value = NdArray.zeros(buffer.dtype(), plan.program().outputs().get(output).shape());
        buffer.read(0, value.data(), 0, value.size());
        return value;
    }

    /**
     * Copies an output of the last run into a Java array of its type.
     *
     * @param offset first element of {@code target}
     */
    public void get(String output, Object target, int offset) {
        Buffer buffer = find(outputs, "output", output);
        buffer.read(0, target, offset, buffer.size());
    }

    /**
     * Copies an output's first elements.
     *
     * @param offset first element of {@code target}
     * @param count how many
     */
    public void get(String output, Object target, int offset, int count) {
        find(outputs, "output", output).read(0, target, offset, count);
    }

    private Buffer find(Map<String, Buffer> buffers, String kind, String name) {
        if (closed) {
            throw new IllegalStateException("the step is closed");
        }
        Buffer buffer = buffers.get(name);
        if (buffer == null) {
            throw new IllegalArgumentException("there is no " + kind + " \"" + name + "\"; there are " + buffers.keySet());
        }
        return buffer;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            executable.close();
            owned.forEach(Buffer::close);
            session.forget(this);
        }
    }
}
