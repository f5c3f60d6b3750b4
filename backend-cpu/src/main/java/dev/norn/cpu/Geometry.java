package dev.norn.cpu;

import dev.norn.schedule.Body;
import dev.norn.schedule.Instr;
import java.util.Arrays;

/** A body's iteration space as [rows, columns], and how much of it a region takes. */
final class Geometry {

    /** How many columns there are. */
    final int cols;

    /** How many rows there are. */
    final int rows;

    /** How many points fit into a region. */
    final int capacity;

    /** How many whole rows fit into a region; 1 if not even one does. */
    final int rowCapacity;

    private final int[] rowDims;

    Geometry(Body body) {
        int rank = body.dims().length;
        cols = body.dims()[rank - 1];
        rowDims = Arrays.copyOf(body.dims(), rank - 1);
        int product = 1;
        for (int d : rowDims) {
            product *= d;
        }
        rows = product;
        // A row that is folded must be there as a whole.
        boolean folds = body.instrs().stream().anyMatch(i -> i instanceof Instr.Fold);
        capacity = folds ? Math.max(Region.CAPACITY, cols) : Region.CAPACITY;
        rowCapacity = Math.max(1, Math.min(Region.CAPACITY, capacity / Math.max(1, cols)));
    }

    /** Whether a region can hold whole rows. */
    boolean wholeRows() {
        return cols <= capacity;
    }

    /** Runs a program on the rows from {@code from} up to {@code to}, region by region. */
    void forEachRegion(BlockProgram program, Region r, int from, int to) {
        if (wholeRows()) {
            for (int row = from; row < to; row += rowCapacity) {
                r.set(row, Math.min(rowCapacity, to - row), 0, cols);
                program.run(r);
            }
        } else {
            for (int row = from; row < to; row++) {
                columns(program, r, row, 0, cols);
            }
        }
    }

    /** Runs a program on a piece of one row, region by region. */
    void columns(BlockProgram program, Region r, int row, int from, int to) {
        for (int col = from; col < to; col += capacity) {
            r.set(row, 1, col, Math.min(capacity, to - col));
            program.run(r);
        }
    }

    /** The stride along the columns. */
    int colStride(int[] strides) {
        return strides[strides.length - 1];
    }

    /** The stride from row to row, or null if there is no single one. */
    Integer rowStride(int[] strides) {
        Integer stride = null;
        long next = 0;
        for (int d = rowDims.length - 1; d >= 0; d--) {
            if (rowDims[d] == 1) {
                continue;
            }
            if (stride == null) {
                stride = strides[d];
            } else if (strides[d] != next) {
                return null;
            }
            next = (long) strides[d] * rowDims[d];
        }
        return stride == null ? (Integer) 0 : stride;
    }

    /** Where a row begins. */
    int rowOffset(int row, int[] strides) {
        int offset = 0;
        int rest = row;
        for (int d = rowDims.length - 1; d > 0; d--) {
            offset += rest % rowDims[d] * strides[d];
            rest /= rowDims[d];
        }
        return rowDims.length == 0 ? 0 : offset + rest * strides[0];
    }

    /** Computes {@code v} as the index that the strides give at each point, or for each row. */
    BlockProgram.Step index(int v, int[] strides, boolean folded) {
        int colStride = folded ? 0 : colStride(strides);
        return r -> {
            int[] d = (int[]) r.arrays[v];
            int at = r.offsets[v];
            int width = folded ? 1 : r.cols;
            for (int i = 0; i < r.rows; i++) {
                int index = rowOffset(r.row + i, strides) + r.col * colStride;
                for (int j = 0; j < width; j++) {
                    d[at++] = index;
                    index += colStride;
                }
            }
        };
    }
}
