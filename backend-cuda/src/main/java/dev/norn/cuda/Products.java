package dev.norn.cuda;

import dev.norn.device.LibraryProduct;
import dev.norn.device.Renderer;
import dev.norn.device.Work;
import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.schedule.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A matrix product with an epilogue: cuBLAS, and then a kernel, unless the product is all there is to store. */
final class Products {

    private Products() {}

    static List<Work> render(Renderer renderer, String name, Kernel.MatMul p) {
        if (p.m() == 0 || p.n() == 0) {
            return List.of();
        }
        Body body = p.body();
        if (p.k() == 0) {
            // Sums of nothing. What cuBLAS does then is not documented.
            return List.of(renderer.map(name, with(body, product -> new Instr.Const(product.dtype(), 0), body.stores())));
        }
        Slot plain = plainStore(body);
        Slot c = plain != null ? plain : renderer.reserve(p.dtype(), Math.multiplyExact(p.m(), p.n()));
        List<Work> work = new ArrayList<>();
        work.add(new LibraryProduct(p.dtype(), p.m(), p.n(), p.k(), p.transposeA(), p.transposeB(), p.a(), p.b(), c));
        if (plain == null || body.stores().size() > 1) {
            work.add(renderer.map(name + "_epilogue", epilogue(body, c, p.n(), plain)));
        }
        return work;
    }

    /** Where the product itself is stored, if it is, and if the epilogue needs nothing that lies there. */
    private static Slot plainStore(Body body) {
        for (Body.Store store : body.stores()) {
            if (body.instrs().get(store.value()) instanceof Instr.Product && (body.stores().size() == 1
                    || body.instrs().stream().noneMatch(i -> i instanceof Instr.Load load && overlap(load, body, store.slot())))) {
                return store.slot();
            }
        }
        return null;
    }

    /** Whether a load reads, at any point, what a dense store to a slot writes. Strides are not negative. */
    private static boolean overlap(Instr.Load load, Body body, Slot slot) {
        int first = load.slot().offset();
        int last = first;
        for (int d = 0; d < body.dims().length; d++) {
            last += load.strides()[d] * (body.dims()[d] - 1);
        }
        return load.slot().buffer() == slot.buffer() && first < slot.offset() + body.size() && last >= slot.offset();
    }

    /** The body, with the product read from memory, and without the store that the library has done. */
    private static Body epilogue(Body body, Slot c, int n, Slot done) {
        return with(body, product -> new Instr.Load(product.dtype(), c, new int[] {n, 1}),
                body.stores().stream().filter(s -> done == null || !s.slot().equals(done)).toList());
    }

    /** The body, with something else for the product, and with these stores. */
    private static Body with(Body body, Function<Instr.Product, Instr> instead, List<Body.Store> stores) {
        List<Instr> instrs = body.instrs().stream()
                .map(i -> i instanceof Instr.Product product ? instead.apply(product) : i).toList();
        return new Body(body.dims(), instrs, body.folded(), stores);
    }
}
