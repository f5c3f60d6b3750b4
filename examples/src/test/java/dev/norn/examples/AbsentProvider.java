package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;

/** A backend that would be the best, if its device were there. */
public final class AbsentProvider implements BackendProvider {

    static final String REASON = "no absent device; plug one in";

    /** For {@link java.util.ServiceLoader}. */
    public AbsentProvider() {}

    @Override
    public String name() {
        return "absent";
    }

    @Override
    public Availability probe() {
        return Availability.missing(REASON);
    }

    @Override
    public Backend open(BackendOptions options) {
        if (options.threads() == 13) {
            throw new IllegalStateException("a bug of the backend");
        }
        throw new BackendException(REASON);
    }
}
