package dev.norn.reference;

import dev.norn.backend.Backend;
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
    public Backend open(BackendOptions options) {
        return new ReferenceBackend();
    }
}
