package dev.norn.cuda;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.device.AcceleratorBackend;
import dev.norn.device.DiskCache;
import java.util.List;
import java.util.Locale;
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
        return new AcceleratorBackend(
                new CudaAccelerator(choose(Gpu.all(), options.device()), libraries, options, DiskCache.open()), options);
    }

    private static Gpu choose(List<Gpu> gpus, String wanted) {
        String name = wanted.toLowerCase(Locale.ROOT);
        return gpus.stream().filter(g -> wanted.equals(Integer.toString(g.index()))).findFirst()
                .or(() -> gpus.stream().filter(g -> g.name().toLowerCase(Locale.ROOT).contains(name)).findFirst())
                .orElseThrow(() -> new BackendException("there is no GPU \"" + wanted + "\"; there are: "
                        + gpus.stream().map(g -> g.index() + ": " + g.name()).collect(Collectors.joining(", "))));
    }
}
