package dev.norn.device;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Buffer;
import dev.norn.backend.CloseGuard;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A {@link Backend} over an {@link Accelerator}: plans are rendered at once, compiled and recorded when they first run, with
 * all others that wait for it, and then replayed.
 */
public final class AcceleratorBackend implements Backend {

    private final Accelerator accelerator;
    private final Functions functions;
    private final KernelDump dump;

    /** What is to be closed with the backend. */
    private final Set<Object> made = Collections.newSetFromMap(new IdentityHashMap<>());
    private final CloseGuard guard;
    private boolean closed;

    /**
     * @param accelerator closed with this backend, or where it cannot be made
     * @throws BackendException if kernels are to be written where they cannot be
     */
    public AcceleratorBackend(Accelerator accelerator, BackendOptions options) {
        this.accelerator = accelerator;
        this.functions = new Functions(accelerator);
        try {
            this.dump = options.dump() == null ? null : new KernelDump(options.dump(), accelerator.info().backend());
        } catch (BackendException e) {
            accelerator.close();
            throw e;
        }
        this.guard = new CloseGuard(this, "the " + accelerator.info().backend()
                + " backend was not closed; its memory is in use until the process ends");
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
        DeviceBuffer buffer = new DeviceBuffer(dtype, size, accelerator.allocate(dtype, size));
        made.add(buffer);
        return buffer;
    }

    @Override
    public Executable compile(Plan plan, List<Buffer> buffers) {
        checkOpen();
        Renderer renderer = new Renderer(plan.buffers(), accelerator.groupSize());
        List<Work> work = new ArrayList<>();
        for (Kernel kernel : plan.kernels()) {
            String kind = kernel.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            work.addAll(kernel instanceof Kernel.MatMul product
                    ? accelerator.renderProduct(renderer, kind, product) : renderer.render(kind, kernel));
        }
        if (dump != null) {
            dump.write(work);
        }
        DeviceExecutable executable = new DeviceExecutable(work);
        try {
            for (int i = 0; i < buffers.size(); i++) {
                BufferSpec spec = plan.buffers().get(i);
                if (buffers.get(i) == null) {
                    executable.allocate(i, spec.dtype(), spec.size());
                } else {
                    executable.memory.put(i, ((DeviceBuffer) buffers.get(i)).memory());
                }
            }
            for (DType dtype : DType.values()) {
                if (renderer.scratch(dtype) > 0) {
                    executable.allocate(Source.SCRATCH + dtype.ordinal(), dtype, renderer.scratch(dtype));
                }
            }
        } catch (RuntimeException e) {
            executable.close();
            throw e;
        }
        made.add(executable);
        return executable;
    }

    /** The kernels among some work. */
    static List<Source> sources(List<Work> work) {
        return work.stream().filter(Source.class::isInstance).map(Source.class::cast).toList();
    }

    @Override
    public void synchronize() {
        checkOpen();
        accelerator.synchronize();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        guard.close();
        for (Object one : List.copyOf(made)) {
            if (one instanceof DeviceExecutable executable) {
                executable.close();
            } else {
                ((DeviceBuffer) one).close();
            }
        }
        functions.close();
        accelerator.close();
        closed = true;
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
            if (memory != null) {
                accelerator.free(memory);
                made.remove(this);
            }
            memory = null;
        }
    }

    private final class DeviceExecutable implements Executable {
        private final List<Work> work;
        private final Map<Integer, Accelerator.Memory> memory = new HashMap<>();
        private final List<Accelerator.Memory> own = new ArrayList<>();
        private Accelerator.Recording recording;
        private boolean ended;

        DeviceExecutable(List<Work> work) {
            this.work = work;
            sources(work).forEach(functions::want);
        }

        void allocate(int buffer, DType dtype, int size) {
            Accelerator.Memory fresh = accelerator.allocate(dtype, size);
            own.add(fresh);
            memory.put(buffer, fresh);
        }

        @Override
        public void run() {
            checkOpen();
            if (ended) {
                throw new IllegalStateException("the executable is closed");
            }
            if (recording == null) {
                recording = record();
            }
            recording.replay();
        }

        private Accelerator.Recording record() {
            List<Accelerator.Command> commands = new ArrayList<>();
            for (Work one : work) {
                List<Accelerator.Memory> on = one.buffers().stream().map(memory::get).toList();
                commands.add(one instanceof Source source ? accelerator.launch(functions.get(source), source, on)
                        : accelerator.multiply((LibraryProduct) one, on.get(0), on.get(1), on.get(2)));
            }
            return accelerator.record(commands);
        }

        @Override
        public void close() {
            if (ended) {
                return;
            }
            ended = true;
            made.remove(this);
            if (recording != null) {
                recording.close();
            }
            own.forEach(accelerator::free);
            sources(work).forEach(functions::release);
        }
    }
}
