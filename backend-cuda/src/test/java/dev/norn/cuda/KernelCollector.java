package dev.norn.cuda;

import dev.norn.backend.DeviceInfo;
import dev.norn.device.Accelerator;
import dev.norn.device.LibraryProduct;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.device.Work;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A device that computes nothing and keeps the kernels that it is given. */
final class KernelCollector implements Accelerator {

    private record Words() implements Memory {}

    private record Named(String name) implements Function {}

    private record Nothing() implements Command, Recording {
        @Override
        public void replay() {}

        @Override
        public void close() {}
    }

    private final Map<String, Source> kernels = new LinkedHashMap<>();

    /** All kernels so far, each once. */
    List<Source> kernels() {
        return new ArrayList<>(kernels.values());
    }

    @Override
    public List<Function> compile(String text, List<String> names) {
        return names.stream().map(n -> (Function) new Named(n)).toList();
    }

    @Override
    public void release(Function function) {}

    @Override
    public List<Work> renderProduct(Renderer renderer, String name, Kernel.MatMul product) {
        return Products.render(renderer, name, product);
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
        return new Words();
    }

    @Override
    public void free(Memory memory) {}

    @Override
    public void write(Memory memory, int offset, Object source, int sourceOffset, int count) {}

    @Override
    public void read(Memory memory, int offset, Object target, int targetOffset, int count) {}

    @Override
    public Command launch(Function function, Source source, List<Memory> arguments) {
        kernels.put(source.name(), source);
        return new Nothing();
    }

    @Override
    public Command multiply(LibraryProduct product, Memory a, Memory b, Memory c) {
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
