package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import java.util.List;

/** A backend whose device calls itself what the double of an NVIDIA GPU does. */
public final class DoubleProvider implements BackendProvider {

    private static final String DEVICE = "CUDA test double";

    @Override
    public String name() {
        return "double";
    }

    @Override
    public Availability probe() {
        return Availability.of(-1, DEVICE);
    }

    @Override
    public Backend open(BackendOptions options) {
        return new Backend() {
            @Override
            public DeviceInfo device() {
                return new DeviceInfo(name(), DEVICE, "");
            }

            @Override
            public Buffer allocate(DType dtype, int size) {
                throw new BackendException("it was not refused");
            }

            @Override
            public Executable compile(Plan plan, List<Buffer> buffers) {
                throw new BackendException("it was not refused");
            }

            @Override
            public void synchronize() {}

            @Override
            public void close() {}
        };
    }
}
