package dev.norn.opencl;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.device.AcceleratorBackend;
import java.util.List;
import java.util.Locale;

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
            return Availability.of(devices.get(0).isGpu() ? 20 : 5, String.join("; ", devices.stream()
                    .map(d -> devices.indexOf(d) + ": " + d.name() + " (" + d.details() + ")").toList()));
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
        List<Device> devices = Device.all();
        if (devices.isEmpty()) {
            throw new BackendException("OpenCL is installed, but no device: " + Library.remedy());
        }
        return new AcceleratorBackend(new OpenClAccelerator(choose(devices, options.device()), options), options);
    }

    private static Device choose(List<Device> devices, String wanted) {
        if (wanted.isEmpty()) {
            return devices.get(0);
        }
        for (int i = 0; i < devices.size(); i++) {
            String name = devices.get(i).name().toLowerCase(Locale.ROOT);
            if (wanted.equals(Integer.toString(i)) || name.contains(wanted.toLowerCase(Locale.ROOT))) {
                return devices.get(i);
            }
        }
        throw new BackendException("there is no OpenCL device \"" + wanted + "\"; there are: "
                + String.join(", ", devices.stream().map(d -> devices.indexOf(d) + ": " + d.name()).toList()));
    }
}
