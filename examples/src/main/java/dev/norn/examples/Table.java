package dev.norn.examples;

import java.io.PrintWriter;
import java.util.List;

/** Cells in columns as wide as they need to be. */
public final class Table {

    private Table() {}

    /**
     * Prints a table.
     *
     * @param rows the headings, then as many cells in each row
     * @param texts how many columns hold text, which begins at the left; the others are numbers
     */
    public static void print(PrintWriter out, List<List<String>> rows, int texts) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String space = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 ? "" : "  ").append(i < texts ? cell + space : space + cell);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
