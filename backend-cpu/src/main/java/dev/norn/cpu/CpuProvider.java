package dev.norn.cpu;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;

/** Offers this machine's processor. */
public final class CpuProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CpuProvider() {}

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Availability probe() {
        String wanted = System.getProperty(Kernels.PROPERTY, "");
        try {
            boolean simd = !wanted.equals("scalar") && Kernels.simdIsThere();
            if (wanted.equals("simd") && !simd) {
                return Availability.missing("the Vector API is not there: " + Kernels.HINT);
            }
            return Availability.of(10, Kernels.processor() + " ("
                    + (simd ? "SIMD kernels" : wanted.equals("scalar") ? "scalar kernels, as asked for"
                            : "scalar kernels; " + Kernels.HINT)
                    + "; " + Runtime.getRuntime().availableProcessors() + " cores)");
        } catch (RuntimeException e) {
            return Availability.missing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean takesCores() {
        return true;
    }

    @Override
    public Backend open(BackendOptions options) {
        if (!options.device().isEmpty()) {
            throw new BackendException("the cpu backend has one device; \"" + options.device() + "\" cannot be chosen");
        }
        if (options.tf32()) {
            throw new BackendException("the cpu backend has no TF32; use F32");
        }
        if (options.dump() != null) {
            throw new BackendException("the cpu backend has no kernels to write to " + options.dump()
                    + ": its loops are compiled with it");
        }
        int threads = options.threads() == 0 ? Runtime.getRuntime().availableProcessors() : options.threads();
        return new CpuBackend(Kernels.choose(), threads);
    }
}
