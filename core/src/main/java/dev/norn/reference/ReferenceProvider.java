package dev.norn.reference;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;

/** Offers the reference interpreter, by name only. */
public final class ReferenceProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ReferenceProvider() {}

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Availability probe() {
        return Availability.of(-1, "interpreter (naive loops in float64: the definition of every operation; slow)");
    }

    @Override
    public boolean takesCores() {
        return true;
    }

    @Override
    public Backend open(BackendOptions options) {
        if (!options.device().isEmpty()) {
            throw new BackendException("the reference backend has one device; \"" + options.device() + "\" cannot be chosen");
        }
        if (options.tf32()) {
            throw new BackendException("the reference backend has no TF32; use F32");
        }
        if (options.dump() != null) {
            throw new BackendException("the reference backend has no kernels to write to " + options.dump()
                    + ": it interprets programs");
        }
        return new ReferenceBackend();
    }
}
