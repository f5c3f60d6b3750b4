package dev.norn.reference;

import dev.norn.backend.Backend;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@link Interpreter} as a backend. Slow, and right. */
final class ReferenceBackend implements Backend {

    private boolean closed;

    @Override
    public DeviceInfo device() {
        return new DeviceInfo("reference", "interpreter", "naive loops in float64");
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the reference backend is closed");
        }
    }

    @Override
    public Buffer allocate(DType dtype, int size) {
        checkOpen();
        return new HostBuffer(NdArray.zeros(dtype, Shape.of(size)));
    }

    @Override
    public Executable compile(Plan plan, List<Buffer> buffers) {
        checkOpen();
        return new ReferenceExecutable(plan, buffers);
    }

    @Override
    public void synchronize() {
        checkOpen();
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class HostBuffer implements Buffer {
        private final NdArray array;
        private boolean released;

        HostBuffer(NdArray array) {
            this.array = array;
        }

        @Override
        public DType dtype() {
            return array.dtype();
        }

        @Override
        public int size() {
            return array.size();
        }

        private void check() {
            checkOpen();
            if (released) {
                throw new IllegalStateException("the buffer is closed");
            }
        }

        @Override
        public void write(Object source, int sourceOffset, int offset, int count) {
            check();
            System.arraycopy(source, sourceOffset, array.data(), offset, count);
        }

        @Override
        public void read(int offset, Object target, int targetOffset, int count) {
            check();
            System.arraycopy(array.data(), offset, target, targetOffset, count);
        }

        @Override
        public void close() {
            released = true;
        }
    }

    private final class ReferenceExecutable implements Executable {
        private final Program program;
        private final Map<Object, NdArray> memory = new HashMap<>();
        private boolean released;

        ReferenceExecutable(Plan plan, List<Buffer> buffers) {
            this.program = plan.program();
            for (int i = 0; i < buffers.size(); i++) {
                BufferSpec spec = plan.buffers().get(i);
                if (spec.role() != BufferSpec.Role.ARENA) {
                    Object key = spec.role() == BufferSpec.Role.VARIABLE ? spec.variable() : spec.role() + spec.name();
                    memory.put(key, ((HostBuffer) buffers.get(i)).array);
                }
            }
        }

        private NdArray source(Tensor t) {
            return t.op() instanceof Op.Read read
                    ? memory.get(read.variable())
                    : memory.get(BufferSpec.Role.INPUT + ((Op.Input) t.op()).name());
        }

        @Override
        public void run() {
            checkOpen();
            if (released) {
                throw new IllegalStateException("the executable is closed");
            }
            Map<Tensor, double[]> values = Interpreter.evaluate(program, this::source);
            program.outputs().forEach((name, t) -> store(values.get(t), memory.get(BufferSpec.Role.OUTPUT + name)));
            for (Map.Entry<Variable, Tensor> e : program.assignments().entrySet()) {
                store(values.get(e.getValue()), memory.get(e.getKey()));
            }
        }

        private void store(double[] value, NdArray target) {
            for (int i = 0; i < value.length; i++) {
                target.set(i, value[i]);
            }
        }

        @Override
        public void close() {
            released = true;
        }
    }
}
