package dev.norn.cpu;

import dev.norn.backend.Backend;
import dev.norn.backend.Buffer;
import dev.norn.backend.CloseGuard;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.schedule.BufferSpec;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.lang.reflect.Array;
import java.util.List;

/** Runs plans on this machine's processor, in Java. */
final class CpuBackend implements Backend {

    private final Kernels kernels;
    private final Workers workers;
    private final CloseGuard guard;
    private boolean closed;

    CpuBackend(Kernels kernels, int threads) {
        this.kernels = kernels;
        this.workers = new Workers(threads);
        this.guard = new CloseGuard(this, "the cpu backend was not closed; its threads have been ended", workers::close);
    }

    @Override
    public DeviceInfo device() {
        int threads = workers.threads();
        return new DeviceInfo("cpu", Kernels.processor(),
                kernels.description() + "; " + threads + (threads == 1 ? " thread" : " threads"));
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the cpu backend is closed");
        }
    }

    @Override
    public Buffer allocate(DType dtype, int size) {
        checkOpen();
        return new CpuBuffer(dtype, size);
    }

    @Override
    public Buffer constant(NdArray value) {
        checkOpen();
        return new CpuBuffer(value);
    }

    @Override
    public Executable compile(Plan plan, List<Buffer> buffers) {
        checkOpen();
        Object[] memory = new Object[buffers.size()];
        for (int i = 0; i < memory.length; i++) {
            BufferSpec spec = plan.buffers().get(i);
            CpuBuffer buffer = buffers.get(i) == null ? new CpuBuffer(spec.dtype(), spec.size())
                    : (CpuBuffer) buffers.get(i);
            if (isOverRead(i, plan)) {
                buffer.pad();
            }
            memory[i] = buffer.array();
        }
        Machine machine = new Machine(kernels, workers, plan, memory);
        CpuKernel[] compiled = plan.kernels().stream().map(k -> CpuKernel.of(machine, k)).toArray(CpuKernel[]::new);
        return new CpuExecutable(this, compiled);
    }

    /** Whether kernels may read beyond a buffer's end: all but the copying of rows. */
    private static boolean isOverRead(int buffer, Plan plan) {
        return plan.kernels().stream().anyMatch(kernel ->
                kernel instanceof Kernel.MatMul k && (k.a().buffer() == buffer || k.b().buffer() == buffer)
                || kernel.body() != null && kernel.body().instrs().stream().anyMatch(instr ->
                        instr instanceof Instr.Load load && load.slot().buffer() == buffer));
    }

    /** Runs are done when they return. */
    @Override
    public void synchronize() {
        checkOpen();
    }

    @Override
    public void close() {
        guard.close();
        closed = true;
        workers.close();
    }

    /** Kernels in order. */
    private static final class CpuExecutable implements Executable {
        private final CpuBackend backend;
        private CpuKernel[] kernels;

        CpuExecutable(CpuBackend backend, CpuKernel[] kernels) {
            this.backend = backend;
            this.kernels = kernels;
        }

        @Override
        public void run() {
            backend.checkOpen();
            if (kernels == null) {
                throw new IllegalStateException("the executable is closed");
            }
            for (CpuKernel kernel : kernels) {
                kernel.run();
            }
        }

        @Override
        public void close() {
            kernels = null;
        }
    }

    /** A Java array, a little longer than asked for, see {@link FloatOps#PADDING}; or the host's, for as long as that will do. */
    private static final class CpuBuffer implements Buffer {
        private final DType dtype;
        private final int size;
        private final boolean constant;
        private Object array;

        CpuBuffer(NdArray value) {
            this.dtype = value.dtype();
            this.size = value.size();
            this.constant = true;
            this.array = value.data();
        }

        CpuBuffer(DType dtype, int size) {
            this.dtype = dtype;
            this.size = size;
            this.constant = false;
            this.array = padded();
        }

        private Object padded() {
            return switch (dtype) {
                case F32 -> new float[size + FloatOps.PADDING];
                case F64 -> new double[size + FloatOps.PADDING];
                case I32 -> new int[size + FloatOps.PADDING];
                case UNORM8 -> new byte[size + FloatOps.PADDING];
            };
        }

        /** Makes it so long that it may be over-read. What was compiled with the array as it was goes on with that. */
        void pad() {
            if (Array.getLength(array()) == size) {
                Object longer = padded();
                System.arraycopy(array, 0, longer, 0, size);
                array = longer;
            }
        }

        @Override
        public DType dtype() {
            return dtype;
        }

        @Override
        public int size() {
            return size;
        }

        Object array() {
            if (array == null) {
                throw new IllegalStateException("the buffer is closed");
            }
            return array;
        }

        @Override
        public void write(Object source, int sourceOffset, int offset, int count) {
            if (constant) {
                throw new IllegalStateException("the buffer is constant");
            }
            java.util.Objects.checkFromIndexSize(offset, count, size);
            System.arraycopy(source, sourceOffset, array(), offset, count);
        }

        @Override
        public void read(int offset, Object target, int targetOffset, int count) {
            java.util.Objects.checkFromIndexSize(offset, count, size);
            System.arraycopy(array(), offset, target, targetOffset, count);
        }

        @Override
        public void close() {
            array = null;
        }
    }
}
