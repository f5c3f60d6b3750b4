package dev.norn.cpu;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import dev.norn.schedule.Kernel;
import dev.norn.tensor.DType;

/** {@link Kernel.MatMul}: {@link FloatGemm}, and the body on each tile of the product while it is in the cache. */
final class FloatMatMul implements CpuKernel, FloatGemm.Epilogue {

    private static final DType TYPE = DType.F32;

    private final Workers workers;
    private final FloatGemm gemm;
    private final float[] a;
    private final int ao;
    private final float[] b;
    private final int bo;
    private final ByteRows rows;
    private final float[] c;
    private final int co;
    private final boolean plain;
    private final BlockProgram program;
    private final int[] products;
    private final Region[] regions;
    private int run;

    FloatMatMul(Machine machine, Kernel.MatMul k) {
        assert k.dtype() == TYPE;
        this.workers = machine.workers;
        this.gemm = new FloatGemm(machine.floatOps(), k.m(), k.n(), k.k(), k.transposeA(), k.transposeB(), workers.threads());
        this.a = (float[]) machine.memory(k.a());
        this.ao = k.a().offset();
        this.rows = machine.rows(k);
        this.b = (float[]) machine.memory(k.b());
        this.bo = k.b().offset();
        Body body = k.body();
        this.plain = body.instrs().size() == 1 && body.stores().size() == 1;
        this.c = plain ? (float[]) machine.memory(body.stores().get(0).slot()) : null;
        this.co = plain ? body.stores().get(0).slot().offset() : 0;
        this.program = new BlockProgram(machine, body);
        this.products = java.util.stream.IntStream.range(0, body.instrs().size())
                .filter(i -> body.instrs().get(i) instanceof Instr.Product).map(program::value).toArray();
        this.regions = new Region[plain ? 0 : workers.threads()];
        for (int i = 0; i < regions.length; i++) {
            regions[i] = program.newRegion();
        }
    }

    @Override
    public void run() {
        run++;
        if (rows != null) {
            gemm.run(workers, rows, b, bo, c, co, plain ? null : this);
        } else {
            gemm.run(workers, a, ao, b, bo, c, co, plain ? null : this);
        }
    }

    @Override
    public void apply(float[] tile, int offset, int ld, int row, int rows, int col, int cols, int worker) {
        Region r = regions[worker];
        r.run = run;
        int width = Math.min(cols, Region.CAPACITY);
        // Several whole rows at once where they fit, else a piece of one row.
        int height = cols == program.geometry().cols && width == cols ? program.geometry().rowCapacity : 1;
        for (int i = 0; i < rows; i += height) {
            for (int j = 0; j < cols; j += width) {
                r.set(row + i, Math.min(height, rows - i), col + j, Math.min(width, cols - j));
                for (int product : products) {
                    r.arrays[product] = tile;
                    r.offsets[product] = offset + i * ld + j;
                }
                program.run(r);
            }
        }
    }
}
