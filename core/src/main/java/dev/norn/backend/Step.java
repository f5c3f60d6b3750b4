package dev.norn.backend;

import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Plan;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A program, ready to run. */
public final class Step {

    private final Plan plan;
    private final Executable executable;
    private final Map<String, Buffer> inputs = new LinkedHashMap<>();
    private final Map<String, Buffer> outputs = new LinkedHashMap<>();

    Step(Plan plan, List<Buffer> buffers, Executable executable) {
        this.plan = plan;
        this.executable = executable;
        for (int i = 0; i < buffers.size(); i++) {
            BufferSpec spec = plan.buffers().get(i);
            if (spec.role() == BufferSpec.Role.INPUT) {
                inputs.put(spec.name(), buffers.get(i));
            } else if (spec.role() == BufferSpec.Role.OUTPUT) {
                outputs.put(spec.name(), buffers.get(i));
            }
        }
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
        Buffer buffer = named(inputs, "input", input);
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
        Buffer buffer = named(inputs, "input", input);
        buffer.write(source, offset, 0, buffer.size());
    }

    /** A copy of an output of the last run. */
    public NdArray get(String output) {
        Buffer buffer = named(outputs, "output", output);
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
        Buffer buffer = named(outputs, "output", output);
        buffer.read(0, target, offset, buffer.size());
    }

    private static Buffer named(Map<String, Buffer> buffers, String kind, String name) {
        Buffer buffer = buffers.get(name);
        if (buffer == null) {
            throw new IllegalArgumentException("there is no " + kind + " \"" + name + "\"; there are " + buffers.keySet());
        }
        return buffer;
    }
}
