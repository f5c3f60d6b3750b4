package dev.norn.opencl;

import dev.norn.device.KernelWriter;
import dev.norn.device.Renderer;
import dev.norn.device.Source;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import java.util.List;

/** Kernels for matrix products, with the epilogue computed while the product is in a register. */
final class Products {

    private Products() {}

    static List<Source> render(Renderer renderer, String name, Kernel.MatMul p) {
        return p.m() * p.n() == 0 ? List.of() : List.of(direct(renderer, name, p));
    }

    /** An item for each element of the product. */
    private static Source direct(Renderer renderer, String name, Kernel.MatMul p) {
        KernelWriter w = renderer.writer();
        int size = p.m() * p.n();
        String type = p.dtype() == dev.norn.tensor.DType.F32 ? "float" : "double";
        w.line("const int i = GROUP * GROUP_SIZE + ITEM;").line("if (i >= %d) return;", size)
                .line("const int c1 = i %% %d, c0 = i / %d;", p.n(), p.n())
                .line("%s product = 0;", type)
                .line("for (int p = 0; p < %d; p++) {", p.k())
                .line("product += %s * %s;",
                        w.element(p.a(), p.transposeA() ? "p * " + p.m() + " + c0" : "c0 * " + p.k() + " + p"),
                        w.element(p.b(), p.transposeB() ? "c1 * " + p.k() + " + p" : "p * " + p.n() + " + c1"))
                .line("}");
        epilogue(w, p.body());
        return w.finish(name, "product " + p.m() + "x" + p.n() + "x" + p.k(), renderer.groups(size), renderer.groupSize());
    }

    private static void epilogue(KernelWriter w, Body body) {
        String[] c = {"c0", "c1"};
        for (int v = 0; v < body.instrs().size(); v++) {
            Instr instr = body.instrs().get(v);
            assert !(instr instanceof Instr.Fold);
            w.declare(body, v, c);
        }
        for (Body.Store s : body.stores()) {
            w.line("%s = v%d;", w.element(s.slot(), "i"), s.value());
        }
    }
}
