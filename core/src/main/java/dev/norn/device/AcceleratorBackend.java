package dev.norn.device;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A {@link Backend} over an {@link Accelerator}: plans are rendered, compiled as one program, recorded, and replayed. */
public final class AcceleratorBackend implements Backend {

    private final Accelerator accelerator;
    private final KernelDump dump;
    private boolean closed;

    /**
     * @param accelerator closed with this backend, or where it cannot be made
     * @throws BackendException if kernels are to be written where they cannot be
     */
    public AcceleratorBackend(Accelerator accelerator, BackendOptions options) {
        this.accelerator = accelerator;
        try {
            this.dump = options.dump() == null ? null : new KernelDump(options.dump(), accelerator.info().backend());
        } catch (BackendException e) {
            accelerator.close();
            throw e;
        }
    }

    @Override
    public DeviceInfo device() {
        return accelerator.info();
    }

    @Override
    public String lacks(DType dtype) {
        return accelerator.lacks(dtype);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the " + accelerator.info().backend() + " backend is closed");
        }
    }

    @Override
    public Buffer allocate(DType dtype, int size) {
        checkOpen();
        return new DeviceBuffer(dtype, size, accelerator.allocate(dtype, size));
    }

    @Override
    public Executable compile(Plan plan, List<Buffer> buffers) {
        checkOpen();
        Renderer renderer = new Renderer(plan.buffers(), accelerator.groupSize());
        List<Source> sources = new ArrayList<>();
        for (Kernel kernel : plan.kernels()) {
            String name = "k" + sources.size() + "_" + kernel.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            sources.addAll(kernel instanceof Kernel.MatMul product
                    ? accelerator.renderProduct(renderer, name, product) : renderer.render(name, kernel));
        }
        String text = program(sources);
        if (dump != null) {
            dump.write(text, sources);
        }
        List<Accelerator.Memory> own = new ArrayList<>();
        try {
            Map<Integer, Accelerator.Memory> memory = new LinkedHashMap<>();
            for (int i = 0; i < buffers.size(); i++) {
                BufferSpec spec = plan.buffers().get(i);
                memory.put(i, buffers.get(i) != null ? ((DeviceBuffer) buffers.get(i)).memory()
                        : own(own, accelerator.allocate(spec.dtype(), spec.size())));
            }
            for (DType dtype : DType.values()) {
                if (renderer.scratch(dtype) > 0) {
                    memory.put(Source.SCRATCH + dtype.ordinal(),
                            own(own, accelerator.allocate(dtype, renderer.scratch(dtype))));
                }
            }
            List<Accelerator.Function> functions = sources.isEmpty() ? List.of()
                    : accelerator.compile(text, sources.stream().map(Source::name).toList());
            List<Accelerator.Command> commands = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                Source source = sources.get(i);
                commands.add(accelerator.launch(functions.get(i), source, source.buffers().stream().map(memory::get).toList()));
            }
            return new DeviceExecutable(accelerator.record(commands), own);
        } catch (RuntimeException e) {
            own.forEach(accelerator::free);
            throw e;
        }
    }

    private static Accelerator.Memory own(List<Accelerator.Memory> own, Accelerator.Memory memory) {
        own.add(memory);
        return memory;
    }

    private static String program(List<Source> sources) {
        StringBuilder text = new StringBuilder(Dialect.PRELUDE);
        sources.forEach(s -> text.append('\n').append(s.text()));
        return text.toString();
    }

    @Override
    public void synchronize() {
        checkOpen();
        accelerator.synchronize();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            accelerator.close();
        }
    }

    private final class DeviceBuffer implements Buffer {
        private final DType dtype;
        private final int size;
        private Accelerator.Memory memory;

        DeviceBuffer(DType dtype, int size, Accelerator.Memory memory) {
            this.dtype = dtype;
            this.size = size;
            this.memory = memory;
        }

        @Override
        public DType dtype() {
            return dtype;
        }

        @Override
        public int size() {
            return size;
        }

        Accelerator.Memory memory() {
            checkOpen();
            if (memory == null) {
                throw new IllegalStateException("the buffer is closed");
            }
            return memory;
        }

        @Override
        public void write(Object source, int sourceOffset, int offset, int count) {
            Objects.checkFromIndexSize(offset, count, size);
            accelerator.write(memory(), offset, source, sourceOffset, count);
        }

        @Override
        public void read(int offset, Object target, int targetOffset, int count) {
            Objects.checkFromIndexSize(offset, count, size);
            accelerator.read(memory(), offset, target, targetOffset, count);
        }

        @Override
        public void close() {
            if (memory != null && !closed) {
                accelerator.free(memory);
            }
            memory = null;
        }
    }

    private final class DeviceExecutable implements Executable {
        private final List<Accelerator.Memory> own;
        private Accelerator.Recording recording;

        DeviceExecutable(Accelerator.Recording recording, List<Accelerator.Memory> own) {
            this.recording = recording;
            this.own = own;
        }

        @Override
        public void run() {
            checkOpen();
            if (recording == null) {
                throw new IllegalStateException("the executable is closed");
            }
            recording.replay();
        }

        @Override
        public void close() {
            if (recording != null && !closed) {
                recording.close();
                own.forEach(accelerator::free);
            }
            recording = null;
        }
    }
}
