package dev.norn.conformance;

import dev.norn.backend.Backend;
import dev.norn.tensor.DType;

/** Checks that belong together. */
public interface Group {

    /** What users call it, for instance {@code matmul}. */
    String name();

    /**
     * Runs the checks, or, where very many fail, the first of them.
     *
     * @param backend what is judged
     * @param dtype F32 or F64, of what is computed
     * @param seed of all that is random; the same seed, the same checks
     */
    Result run(Backend backend, DType dtype, long seed);
}
