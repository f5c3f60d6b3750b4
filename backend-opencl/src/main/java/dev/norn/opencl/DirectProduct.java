package dev.norn.opencl;

import dev.norn.device.KernelWriter;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Kernel;
import java.util.List;

/**
 * Straight from memory, for shapes too small or too odd for tiles: an item for each element of the product or, where there
 * are few elements and many terms, several items, each of which adds a slice of the terms.
 *
 * <pre>
 * for (c0 &lt; M)
 *     for (c1 &lt; N) {
 *         product = 0;
 *         for (p &lt; K) product += A[c0][p] * B[p][c1];
 *         epilogue
 *     }
 * </pre>
 *
 * @param slices items for each element: slice s adds the terms s, s + slices, s + 2·slices, …; a power of two, at most a group
 */
record DirectProduct(int slices) implements ProductKernel {

    @Override
    public String name() {
        return "direct " + slices;
    }

    @Override
    public List<Source> render(Renderer renderer, String name, Kernel.MatMul p) {
        KernelWriter w = renderer.writer();
        String type = ProductKernel.type(p.dtype());
        int elements = renderer.groupSize() / slices;
        w.line("enum { M = %d, N = %d, K = %d, SLICES = %d, ELEMENTS = %d };", p.m(), p.n(), p.k(), slices, elements);
        if (slices > 1) {
            w.line("LOCAL %s parts[SLICES * ELEMENTS];", type).line("const int slice = ITEM / ELEMENTS;")
                    .line("const int i = GROUP * ELEMENTS + ITEM % ELEMENTS;");
        } else {
            w.line("const int i = GROUP * ELEMENTS + ITEM;").line("if (i >= M * N) return;");
        }
        w.line("const int c1 = i % N, c0 = i / N;").line("%s product = 0;", type);
        if (slices > 1) {
            // No early return: every item has to reach the barrier.
            w.line("if (i < M * N) {").line("for (int p = slice; p < K; p += SLICES) {");
        } else {
            w.line("for (int p = 0; p < K; p++) {");
        }
        w.line("product = fma(%s, %s, product);", w.element(p.a(), p.transposeA() ? "p * M + c0" : "c0 * K + p"),
                w.element(p.b(), p.transposeB() ? "c1 * K + p" : "p * N + c1")).line("}");
        if (slices > 1) {
            w.line("}").line("parts[ITEM] = product;").line("BARRIER;").line("if (slice > 0 || i >= M * N) return;")
                    .line("for (int s = 1; s < SLICES; s++) {")
                    .line("product += parts[s * ELEMENTS + ITEM];")
                    .line("}");
        }
        ProductKernel.epilogue(w, p.body());
        String comment = "product " + p.m() + "x" + p.n() + "x" + p.k() + ", straight from memory: "
                + (slices > 1 ? slices + " items for each element, added up at the end" : "an item for each element")
                + "\n" + LOOPS;
        return List.of(w.finish(name, comment, (p.m() * p.n() + elements - 1) / elements, renderer.groupSize()));
    }
}
