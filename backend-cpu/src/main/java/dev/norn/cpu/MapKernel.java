package dev.norn.cpu;

import dev.norn.schedule.Body;

/** A body computed at every point: {@link dev.norn.schedule.Kernel.Map} and {@link dev.norn.schedule.Kernel.Rows}. */
final class MapKernel implements CpuKernel, Workers.Task {

    /** Elements times {@link BlockProgram#cost} that are worth handing to another thread: some 5 microseconds. */
    private static final int GRAIN = 65_536;

    private final Workers workers;
    private final BlockProgram program;
    private final Geometry geometry;
    private final Region[] regions;
    private final int taskRows;
    private final int taskCols;
    private final int colTasks;
    private final int tasks;
    private int run;

    MapKernel(Machine machine, Body body) {
        this.workers = machine.workers;
        this.program = new BlockProgram(machine, body);
        this.geometry = program.geometry();
        // The division into tasks, and so into regions, does not depend on the number of threads.
        int elements = grain(program, geometry);
        boolean manyRows = geometry.rows > 1;
        this.taskRows = !manyRows ? 1 : geometry.wholeRows()
                ? Math.max(1, elements / geometry.capacity) * geometry.rowCapacity : 1;
        this.taskCols = manyRows || geometry.wholeRows() ? geometry.cols : elements;
        this.colTasks = divideUp(geometry.cols, taskCols);
        this.tasks = geometry.cols == 0 ? (geometry.rows == 0 || !hasFolds(body) ? 0 : divideUp(geometry.rows, taskRows))
                : divideUp(geometry.rows, taskRows) * colTasks;
        this.regions = new Region[tasks <= 1 ? 1 : workers.threads()];
        for (int i = 0; i < regions.length; i++) {
            regions[i] = program.newRegion();
        }
    }

    private static boolean hasFolds(Body body) {
        for (boolean folded : body.folded()) {
            if (folded) {
                return true;
            }
        }
        return false;
    }

    /** Elements that make a task: a multiple of a region's. */
    static int grain(BlockProgram program, Geometry geometry) {
        return Math.max(2, GRAIN / Math.max(1, program.cost()) / geometry.capacity) * geometry.capacity;
    }

    static int divideUp(int a, int b) {
        return b == 0 ? 0 : (a + b - 1) / b;
    }

    @Override
    public void run() {
        run++;
        workers.run(tasks, this);
    }

    @Override
    public void run(int index, int worker) {
        Region r = regions[worker];
        r.run = run;
        if (colTasks > 1) {
            int from = index % colTasks * taskCols;
            geometry.columns(program, r, index / colTasks, from, Math.min(geometry.cols, from + taskCols));
        } else {
            int from = index * taskRows;
            geometry.forEachRegion(program, r, from, Math.min(geometry.rows, from + taskRows));
        }
    }
}
