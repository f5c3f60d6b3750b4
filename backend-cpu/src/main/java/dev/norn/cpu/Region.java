package dev.norn.cpu;

import java.util.Arrays;

/**
 * Where a kernel's values are computed next, and the memory they are in meanwhile: one for each worker. The iteration space
 * is seen as [rows, columns]; a region is some whole rows, or a piece of one row.
 */
final class Region {

    /** Elements computed at once: a few registers of this size stay in the first-level cache. */
    static final int CAPACITY = 1024;

    int row;
    int rows;
    int col;
    int cols;

    /** Which run of the kernel this is: what was loaded in the same run needs no loading again. */
    int run;

    /** The value {@code v} is in {@code arrays[v]}, from {@code offsets[v]} on. */
    final Object[] arrays;
    final int[] offsets;

    /** For values that stay from region to region: in which run they were loaded, for which columns, how many rows. */
    final int[] loadedRun;
    final int[] loadedCol;
    final int[] loadedCols;
    final int[] loadedRows;

    Region(int values) {
        arrays = new Object[values];
        offsets = new int[values];
        loadedRun = new int[values];
        loadedCol = new int[values];
        loadedCols = new int[values];
        loadedRows = new int[values];
        Arrays.fill(loadedRun, -1);
    }

    void set(int row, int rows, int col, int cols) {
        this.row = row;
        this.rows = rows;
        this.col = col;
        this.cols = cols;
    }

    /** The number of points. */
    int size() {
        return rows * cols;
    }

    /** The number of elements of a value. */
    int count(boolean folded) {
        return folded ? rows : rows * cols;
    }
}
