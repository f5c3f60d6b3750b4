package dev.norn.cpu;

import dev.norn.schedule.Instr;

/** How a region comes by a value that is in memory. */
final class Loads {

    private final Machine machine;
    private final Geometry geometry;

    Loads(Machine machine, Geometry geometry) {
        this.machine = machine;
        this.geometry = geometry;
    }

    /**
     * @param needsRegister whether the value is brought into a register; if not, it is used where it lies
     * @param step brings it there, or says where it lies
     */
    record Loading(boolean needsRegister, BlockProgram.Step step) {}

    Loading loading(int v, Instr.Load load, boolean folded) {
        Object memory = machine.memory(load.slot());
        Lanes lanes = machine.lanes(load.dtype());
        int base = load.slot().offset();
        int[] strides = load.strides();
        Integer rowStride = geometry.rowStride(strides);
        if (folded) {
            return perRow(v, memory, lanes, base, strides, rowStride);
        }
        int colStride = geometry.colStride(strides);
        boolean oneRow = geometry.rows == 1;
        if (colStride == 1 && rowStride != null && (rowStride == geometry.cols || oneRow)) {
            return new Loading(false, r -> {
                r.arrays[v] = memory;
                r.offsets[v] = base + r.row * rowStride + r.col;
            });
        }
        if (colStride == 0 && rowStride != null && (rowStride == 0 || oneRow)) {
            return new Loading(true, r -> {
                if (r.loadedRun[v] != r.run) {
                    lanes.fill(lanes.get(memory, base), r.arrays[v], 0, geometry.capacity);
                    r.loadedRun[v] = r.run;
                }
            });
        }
        if (colStride == 1 && rowStride != null && rowStride == 0) {
            return new Loading(true, r -> repeatRow(r, v, memory, lanes, base));
        }
        if (colStride == 0 && rowStride != null && rowStride == 1) {
            return new Loading(true, r -> lanes.expand(memory, base + r.row, r.arrays[v], 0, r.rows, r.cols));
        }
        if (colStride == 0) {
            return new Loading(true, r -> {
                for (int i = 0; i < r.rows; i++) {
                    double value = lanes.get(memory, base + geometry.rowOffset(r.row + i, strides));
                    lanes.fill(value, r.arrays[v], i * r.cols, r.cols);
                }
            });
        }
        return new Loading(true, r -> {
            for (int i = 0; i < r.rows; i++) {
                int start = base + geometry.rowOffset(r.row + i, strides) + r.col * colStride;
                lanes.gather(memory, start, colStride, r.arrays[v], i * r.cols, r.cols);
            }
        });
    }

    /** One row for all rows, a bias for instance: it stays in its register while the columns are the same. */
    private void repeatRow(Region r, int v, Object memory, Lanes lanes, int base) {
        boolean there = r.loadedRun[v] == r.run && r.loadedCol[v] == r.col && r.loadedCols[v] == r.cols
                && r.loadedRows[v] >= r.rows;
        if (!there) {
            lanes.tile(memory, base + r.col, r.arrays[v], 0, r.rows, r.cols);
            r.loadedRun[v] = r.run;
            r.loadedCol[v] = r.col;
            r.loadedCols[v] = r.cols;
            r.loadedRows[v] = r.rows;
        }
    }

    /** One element for each row. */
    private Loading perRow(int v, Object memory, Lanes lanes, int base, int[] strides, Integer rowStride) {
        if (rowStride != null && rowStride == 1) {
            return new Loading(false, r -> {
                r.arrays[v] = memory;
                r.offsets[v] = base + r.row;
            });
        }
        return new Loading(true, r -> {
            for (int i = 0; i < r.rows; i++) {
                lanes.gather(memory, base + geometry.rowOffset(r.row + i, strides), 0, r.arrays[v], i, 1);
            }
        });
    }
}
