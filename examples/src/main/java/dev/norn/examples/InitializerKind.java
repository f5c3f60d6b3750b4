package dev.norn.examples;

import dev.norn.nn.Activation;
import dev.norn.nn.Initializer;
import java.util.Set;

/** Where weights can start. */
enum InitializerKind {
    STANDARD_NORMAL(Initializer.STANDARD_NORMAL),
    GLOROT(Initializer.GLOROT),
    HE(Initializer.HE),
    ZEROS(Initializer.ZEROS);

    /** Those that let about half of their inputs through. */
    private static final Set<Activation> RECTIFIERS =
            Set.of(Activation.RELU, Activation.LEAKY_RELU, Activation.ELU, Activation.GELU, Activation.SILU);

    private final Initializer initializer;

    InitializerKind(Initializer initializer) {
        this.initializer = initializer;
    }

    Initializer initializer() {
        return initializer;
    }

    /** What suits an activation. */
    static InitializerKind usualFor(Activation activation) {
        return RECTIFIERS.contains(activation) ? HE : GLOROT;
    }
}
