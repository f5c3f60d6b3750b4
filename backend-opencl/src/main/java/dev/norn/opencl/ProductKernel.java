package dev.norn.opencl;

import dev.norn.device.KernelWriter;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Body;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * A way to multiply matrices. All but {@link DirectProduct} in slices add the terms of an element one after another, p = 0,
 * 1, 2, …, each with one rounding: which of them is chosen makes no difference to the result, not even to its last bit.
 */
sealed interface ProductKernel permits DirectProduct, TiledProduct {

    /** Its parameters, under which the tuner remembers it. */
    String name();

    /** Its kernels, launched in this order; m, n and k are at least 1, but for {@link DirectProduct}'s k. */
    List<Source> render(Renderer renderer, String name, Kernel.MatMul product);

    /** What goes above each kernel: the loops it stands for. */
    String LOOPS = """
            for (c0 < M) for (c1 < N) {
                product = 0;
                for (p < K) product += A[c0][p] * B[p][c1];
                epilogue
            }
            """;

    /** The C type of an element. */
    static String type(DType dtype) {
        return dtype == DType.F32 ? "float" : "double";
    }

    /** The body at (c0, c1), whose product is in the variable {@code product}. */
    static void epilogue(KernelWriter w, Body body) {
        String[] c = {"c0", "c1"};
        for (int v = 0; v < body.instrs().size(); v++) {
            w.declare(body, v, c);
        }
        for (Body.Store s : body.stores()) {
            w.line("%s = v%d;", w.element(s.slot(), "c0 * N + c1"), s.value());
        }
    }
}
