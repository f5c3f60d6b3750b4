package dev.norn.schedule;

import dev.norn.graph.Op;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Makes a plan of a program. */
public final class Scheduler {

    private Scheduler() {}

    /**
     * Few kernels that do what the program says.
     *
     * @param fuse false gives each operation a kernel of its own: slower, and a check on fusion
     */
    public static Plan plan(Program program, boolean fuse) {
        Fusion.Result fused = Fusion.run(Simplifier.simplify(program), fuse);
        MemoryPlan memory = new MemoryPlan(fused, program);
        List<Kernel> kernels = new ArrayList<>();
        for (Fusion.Group group : fused.groups()) {
            kernels.add(kernel(group, memory));
        }
        memory.deferred().forEach((variable, value) -> {
            int size = variable.shape().size();
            Instr load = new Instr.Load(variable.dtype(), memory.slot(value), new int[] {1});
            kernels.add(new Kernel.Map(new Body(new int[] {size}, List.of(load), new boolean[1],
                    List.of(new Body.Store(0, memory.slot(variable), false)))));
        });
        return new Plan(program, List.copyOf(memory.buffers()), List.copyOf(kernels));
    }

    private static Kernel kernel(Fusion.Group group, MemoryPlan memory) {
        if (group.kind == Nodes.GATHER) {
            Tensor table = group.anchor.inputs().get(0);
            Tensor indices = group.anchor.inputs().get(1);
            int rows = table.shape().dim(0);
            return new Kernel.Gather(table.dtype(), memory.slot(table), rows, table.shape().size() / rows,
                    memory.slot(indices), indices.shape().size(), memory.slot(group.anchor));
        }
        Body body = group.body.build(memory::slot, memory.targets(group));
        if (group.kind == Nodes.MATMUL) {
            Op.MatMul op = (Op.MatMul) group.anchor.op();
            Tensor a = group.anchor.inputs().get(0);
            Tensor b = group.anchor.inputs().get(1);
            return new Kernel.MatMul(a.dtype(), group.space.dim(0), group.space.dim(1),
                    a.shape().dim(op.transposeA() ? 0 : 1), op.transposeA(), op.transposeB(),
                    memory.slot(a), memory.slot(b), body);
        }
        return group.kind != Nodes.FOLD ? new Kernel.Map(body)
                : group.rows ? new Kernel.Rows(body) : new Kernel.Reduce(body);
    }
}
