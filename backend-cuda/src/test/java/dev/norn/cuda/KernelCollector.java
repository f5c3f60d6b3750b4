package dev.norn.cuda;

import dev.norn.backend.DeviceInfo;
import dev.norn.device.Accelerator;
import dev.norn.device.KernelWriter;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Body;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes nothing, and keeps every kernel that it was given, each text once. */
class KernelCollector implements Accelerator {

    private static final Pattern KERNEL = Pattern.compile("(?m)^KERNEL void (\\w+)\\(");

    private record Words(int size) implements Memory {}

    private record Named(String name) implements Function {}

    private record Nothing() implements Command, Recording {
        @Override
        public void replay() {}

        @Override
        public void close() {}
    }

    private String prelude;
    private final Map<String, String> kernels = new LinkedHashMap<>();
    private int programs;

    /** What goes before every kernel. */
    String prelude() {
        return prelude;
    }

    /** The kernels, from the one called {@code $name} in each. */
    List<String> kernels() {
        return new ArrayList<>(kernels.keySet());
    }

    /** How many programs there were. */
    int programs() {
        return programs;
    }

    /** One program of some of the kernels. */
    String program(List<String> some) {
        StringBuilder text = new StringBuilder(prelude);
        for (int i = 0; i < some.size(); i++) {
            text.append('\n').append(some.get(i).replace("$name", "k" + i));
        }
        return text.toString();
    }

    @Override
    public List<Function> compile(String text, List<String> names) {
        programs++;
        Matcher m = KERNEL.matcher(text);
        List<Integer> starts = new ArrayList<>();
        while (m.find()) {
            starts.add(m.start());
        }
        prelude = text.substring(0, comment(text, starts.get(0)));
        starts.add(text.length());
        for (int i = 0; i + 1 < starts.size(); i++) {
            String kernel = text.substring(starts.get(i), i + 2 < starts.size() ? comment(text, starts.get(i + 1)) : text.length());
            kernels.putIfAbsent(KERNEL.matcher(kernel).replaceFirst("KERNEL void \\$name("), "");
        }
        return names.stream().map(n -> (Function) new Named(n)).toList();
    }

    /** Where the comment above a kernel begins. */
    private static int comment(String text, int kernel) {
        int at = kernel;
        while (at > 0) {
            int line = text.lastIndexOf('\n', at - 2) + 1;
            if (!text.startsWith("//", line)) {
                break;
            }
            at = line;
        }
        return at;
    }

    /** An item for each element. */
    @Override
    public List<Source> renderProduct(Renderer renderer, String name, Kernel.MatMul p) {
        if (p.m() * p.n() == 0) {
            return List.of();
        }
        KernelWriter w = renderer.writer();
        w.line("const int i = GROUP * GROUP_SIZE + ITEM;").line("if (i >= %d) return;", p.m() * p.n())
                .line("const int c1 = i %% %d, c0 = i / %d;", p.n(), p.n())
                .line("%s product = 0;", p.dtype() == DType.F32 ? "float" : "double")
                .line("for (int p = 0; p < %d; p++) {", p.k())
                .line("product += %s * %s;",
                        w.element(p.a(), p.transposeA() ? "p * " + p.m() + " + c0" : "c0 * " + p.k() + " + p"),
                        w.element(p.b(), p.transposeB() ? "c1 * " + p.k() + " + p" : "p * " + p.n() + " + c1"))
                .line("}");
        for (int v = 0; v < p.body().instrs().size(); v++) {
            w.declare(p.body(), v, new String[] {"c0", "c1"});
        }
        for (Body.Store s : p.body().stores()) {
            w.line("%s = v%d;", w.element(s.slot(), "i"), s.value());
        }
        return List.of(w.finish(name, "product", renderer.groups(p.m() * p.n()), renderer.groupSize()));
    }

    @Override
    public DeviceInfo info() {
        return new DeviceInfo("collector", "keeps kernels", "");
    }

    @Override
    public String lacks(DType dtype) {
        return null;
    }

    @Override
    public int groupSize() {
        return 256;
    }

    @Override
    public Memory allocate(DType dtype, int size) {
        return new Words(size);
    }

    @Override
    public void free(Memory memory) {}

    @Override
    public void write(Memory memory, int offset, Object source, int sourceOffset, int count) {}

    @Override
    public void read(Memory memory, int offset, Object target, int targetOffset, int count) {}

    @Override
    public Command launch(Function function, Source source, List<Memory> arguments) {
        return new Nothing();
    }

    @Override
    public Recording record(List<Command> commands) {
        return new Nothing();
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {}
}
