package dev.norn.cuda;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import java.util.List;
import java.util.stream.Collectors;

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
            List<Gpu> gpus = Gpu.all();
            return Availability.of(30, gpus.stream().map(Gpu::toString).collect(Collectors.joining("; "))
                    + "; " + libraries.describe());
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
        // What comes here: new AcceleratorBackend(new CudaAccelerator(gpu, options), options).
        throw new BackendException("the cuda runtime is not built yet");
    }
}
