package dev.norn.cuda;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.DeviceChoice;
import dev.norn.device.DiskCache;
import java.util.List;

/** Offers NVIDIA's GPUs. */
public final class CudaProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CudaProvider() {}

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Availability probe() {
        try {
            CudaLibraries libraries = CudaLibraries.load();
            if (libraries.missing() != null) {
                return Availability.missing(libraries.missing());
            }
            return Availability.of(30,
                    Gpu.all().stream().map(gpu -> gpu + "; " + libraries.describe()).toArray(String[]::new));
        } catch (RuntimeException | LinkageError e) {
            return Availability.missing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Backend open(BackendOptions options) {
        CudaLibraries libraries = CudaLibraries.load();
        if (libraries.missing() != null) {
            throw new BackendException(libraries.missing());
        }
        List<Gpu> gpus = Gpu.all();
        int index = DeviceChoice.index("CUDA", gpus.stream().map(Gpu::name).toList(), options.device());
        return new AcceleratorBackend(
                new CudaAccelerator(gpus.get(index), libraries, options, DiskCache.open()), options);
    }
}
