package dev.norn.device;

import dev.norn.graph.Op;
import dev.norn.schedule.Body;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Slot;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the text of one kernel: its lines, and its arguments as they come to be used. The instructions of a body become
 * one declaration each, named v0, v1, …; coordinates are c0, c1, ….
 */
public final class KernelWriter {

    /** Enough of a hash for two kernels of the same name, which would not compile, never to be seen. */
    private static final int NAME_DIGITS = 10;

    private final List<BufferSpec> specs;
    private final Map<Integer, String> arguments = new LinkedHashMap<>();
    private final StringBuilder lines = new StringBuilder();
    private int depth = 1;

    /** @param specs the plan's buffers */
    public KernelWriter(List<BufferSpec> specs) {
        this.specs = specs;
    }

    /** Appends a line at the present depth; one that ends with an opening brace deepens it, a closing brace undoes that. */
    public KernelWriter line(String format, Object... args) {
        String text = args.length == 0 ? format : String.format(Locale.ROOT, format, args);
        if (text.startsWith("}")) {
            depth--;
        }
        lines.append("    ".repeat(depth)).append(text).append('\n');
        if (text.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /** The name of a buffer, which becomes an argument. */
    public String buffer(int index) {
        return arguments.computeIfAbsent(index, i -> {
            if (i >= Source.SCRATCH) {
                return "scratch_" + Dialect.type(DType.values()[i - Source.SCRATCH]);
            }
            String name = specs.get(i).name().replaceAll("[^A-Za-z0-9]", "_");
            boolean taken = arguments.containsValue("b_" + name);
            return "b_" + name + (taken ? "_" + i : "");
        });
    }

    private DType dtype(int buffer) {
        return buffer >= Source.SCRATCH ? DType.values()[buffer - Source.SCRATCH] : specs.get(buffer).dtype();
    }

    /** The element of a slot at an index. */
    public String element(Slot slot, String index) {
        String name = buffer(slot.buffer());
        return slot.offset() == 0 ? name + "[" + index + "]" : name + "[" + slot.offset() + " + " + index + "]";
    }

    /** Σ strides·coordinates, as an expression. */
    static String index(int[] strides, String[] coordinates) {
        StringBuilder sum = new StringBuilder();
        for (int d = 0; d < strides.length; d++) {
            if (strides[d] != 0) {
                sum.append(sum.isEmpty() ? "" : " + ")
                        .append(strides[d] == 1 ? coordinates[d] : strides[d] + " * " + coordinates[d]);
            }
        }
        return sum.isEmpty() ? "0" : sum.toString();
    }

    /** Declares an instruction's value at the coordinates given. */
    public void declare(Body body, int v, String[] coordinates) {
        Instr instr = body.instrs().get(v);
        String value;
        if (instr instanceof Instr.Load load) {
            value = element(load.slot(), index(load.strides(), coordinates));
        } else if (instr instanceof Instr.Const c) {
            value = Dialect.number(c.dtype(), c.value());
        } else if (instr instanceof Instr.Index i) {
            value = index(i.strides(), coordinates);
        } else if (instr instanceof Instr.Random r) {
            line("const norn_u64 u%d = norn_threefry(0x%Xu, 0x%Xu, (norn_u32) (%s), 0x%Xu | ((norn_u32) v%d & 0xFFFFFFu));",
                    v, (int) r.seed(), (int) (r.seed() >>> 32), index(r.strides(), coordinates), r.stream() << 24, r.counter());
            value = "N_UNIFORM_" + r.dtype() + "(u" + v + ")";
        } else if (instr instanceof Instr.Product) {
            value = "product";
        } else {
            Instr.Compute c = (Instr.Compute) instr;
            Op fn = c.fn();
            String[] args = new String[c.args().length];
            for (int i = 0; i < args.length; i++) {
                args[i] = "v" + c.args()[i];
            }
            DType operand = body.instrs().get(c.args()[args.length - 1]).dtype();
            value = Dialect.compute(fn, c.dtype(), operand, args);
        }
        line("const %s v%d = %s;", Dialect.type(instr.dtype()), v, value);
    }

    /**
     * The finished kernel, with a comment above it.
     *
     * @param kind what it does, in a word; with a hash of the text it makes the function's name, so that the same kernel has
     *        the same name in every program
     */
    public Source finish(String kind, String comment, int groups, int groupSize) {
        StringBuilder text = new StringBuilder();
        List<String> parameters = new ArrayList<>();
        arguments.forEach((buffer, argument) ->
                parameters.add("GLOBAL " + Dialect.type(dtype(buffer)) + " *" + argument));
        String rest = "(" + String.join(", ", parameters) + ") {\n" + lines + "}\n";
        String name = kind + "_" + DiskCache.hash(comment + rest).substring(0, NAME_DIGITS);
        comment.lines().forEach(l -> text.append("// ").append(l).append('\n'));
        text.append("KERNEL(").append(groupSize).append(") void ").append(name).append(rest);
        return new Source(name, text.toString(), List.copyOf(arguments.keySet()), groups, groupSize);
    }
}
