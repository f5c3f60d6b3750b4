package dev.norn.data;

import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** A table of numbers, as {@link Csv} reads it. Columns are chosen by name, or by number from 0. */
public final class CsvTable {

    private final String name;
    private final List<String> columns;
    private final NdArray values;
    private final int[] lines;

    /**
     * @param name    what messages call the table
     * @param columns a name for each column; empty if there was no header
     * @param values  [rows, columns], F64
     * @param lines   the line of each row
     */
    CsvTable(String name, List<String> columns, NdArray values, int[] lines) {
        this.name = name;
        this.columns = List.copyOf(columns);
        this.values = values;
        this.lines = lines;
    }

    /** The columns' names in order; empty if there was no header. */
    public List<String> columns() {
        return columns;
    }

    /** All numbers: [rows, columns], F64, not a copy. */
    public NdArray values() {
        return values;
    }

    /** The columns named become the targets, in the order given; all others become the inputs, in file order. */
    public Dataset dataset(String... targets) {
        return dataset(numbers(targets));
    }

    /**
     * The columns numbered become the targets, in the order given; all others become the inputs, in file order.
     *
     * @return F64 inputs and targets
     * @throws DataException if a column does not exist or is given twice, or no input or no target is left
     */
    public Dataset dataset(int... targets) {
        return new Dataset(select(others(targets)), select(targets));
    }

    /** As {@link #labelled(int)}. */
    public Dataset labelled(String target) {
        return labelled(numbers(target)[0]);
    }

    /**
     * The column numbered becomes the class labels, all others the inputs, in file order.
     *
     * @return F64 inputs and I32 labels
     * @throws DataException if the column does not exist, or holds anything but whole numbers from 0
     */
    public Dataset labelled(int target) {
        NdArray inputs = select(others(target));
        int[] labels = new int[lines.length];
        for (int r = 0; r < labels.length; r++) {
            double value = values.get(r, target);
            labels[r] = (int) value;
            if (labels[r] != value || labels[r] < 0 || labels[r] == Integer.MAX_VALUE) {
                throw new DataException(name + " line " + lines[r] + ", column " + (target + 1) + ": " + value
                        + " is not a class label (valid: whole numbers from 0)");
            }
        }
        return new Dataset(inputs, NdArray.of(Shape.of(labels.length), labels));
    }

    private int[] numbers(String... names) {
        int[] numbers = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            numbers[i] = columns.indexOf(names[i]);
            if (numbers[i] < 0) {
                throw new DataException(name + ": there is no column " + Csv.shown(names[i]) + "; "
                        + (columns.isEmpty() ? "without a header, use numbers" : "the columns are " + shownColumns()));
            }
        }
        return numbers;
    }

    private int[] others(int... targets) {
        int width = values.shape().dim(1);
        boolean[] taken = new boolean[width];
        for (int target : targets) {
            if (target < 0 || target >= width) {
                throw new DataException(name + ": there is no column number " + target + " (valid: 0 to " + (width - 1)
                        + ")");
            }
            if (taken[target]) {
                throw new DataException(name + ": column number " + target + " is given twice as a target");
            }
            taken[target] = true;
        }
        if (targets.length == 0 || targets.length == width) {
            throw new DataException(name + ": " + targets.length + " of its " + width
                    + " columns are targets; at least one must be, and one must be left as an input");
        }
        int[] others = new int[width - targets.length];
        int n = 0;
        for (int c = 0; c < width; c++) {
            if (!taken[c]) {
                others[n++] = c;
            }
        }
        return others;
    }

    private NdArray select(int[] chosen) {
        int width = values.shape().dim(1);
        double[] all = values.doubles();
        double[] result = new double[lines.length * chosen.length];
        for (int r = 0; r < lines.length; r++) {
            for (int i = 0; i < chosen.length; i++) {
                result[r * chosen.length + i] = all[r * width + chosen[i]];
            }
        }
        return NdArray.of(Shape.of(lines.length, chosen.length), result);
    }

    /** For instance {@code wine.csv[1599 rows, columns acidity, sugar, quality]}. */
    @Override
    public String toString() {
        String shown = columns.isEmpty() ? values.shape().dim(1) + " columns" : "columns " + shownColumns();
        return name + "[" + lines.length + " rows, " + shown + "]";
    }

    private String shownColumns() {
        return columns.stream().map(Csv::shown).collect(Collectors.joining(", "));
    }
}
