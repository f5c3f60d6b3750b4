package dev.norn.opencl;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.DeviceChoice;
import java.util.List;

/** Offers OpenCL devices. */
public final class OpenClProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public OpenClProvider() {}

    @Override
    public String name() {
        return "opencl";
    }

    @Override
    public Availability probe() {
        try {
            String missing = Library.load();
            if (missing != null) {
                return Availability.missing(missing);
            }
            List<Device> devices = Device.all();
            if (devices.isEmpty()) {
                return Availability.missing("OpenCL is installed, but no device: " + Library.remedy());
            }
            // A processor runs its own kernels faster than those made for GPUs.
            return Availability.of(devices.get(0).isGpu() ? 20 : 5,
                    devices.stream().map(d -> d.name() + " (" + d.details() + ")").toArray(String[]::new));
        } catch (RuntimeException | LinkageError e) {
            return Availability.missing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Backend open(BackendOptions options) {
        String missing = Library.load();
        if (missing != null) {
            throw new BackendException(missing);
        }
        if (options.tf32()) {
            throw new BackendException("the opencl backend has no TF32; use F32");
        }
        List<Device> devices = Device.all();
        if (devices.isEmpty()) {
            throw new BackendException("OpenCL is installed, but no device: " + Library.remedy());
        }
        int index = DeviceChoice.index("OpenCL", devices.stream().map(Device::name).toList(), options.device());
        return new AcceleratorBackend(new OpenClAccelerator(devices.get(index), options), options);
    }
}
