package dev.norn.data;

import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tables of numbers as comma-separated text (RFC 4180, UTF-8): quoted fields, a header line if there is one, any line
 * ends; blank lines are skipped. In messages, lines and columns count from 1, as editors count them.
 */
public final class Csv {

    /** Whether the first line names the columns. */
    public enum Header {
        /** It does if none of its fields is a number. */
        DETECT,
        PRESENT,
        ABSENT
    }

    /**
     * How a table is written.
     *
     * @param delimiter what separates the fields of a line
     * @param header    whether the first line names the columns
     */
    public record Format(char delimiter, Header header) {

        /** @throws IllegalArgumentException if the delimiter could be part of a number or of the syntax */
        public Format {
            if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || numeric(delimiter)) {
                throw new IllegalArgumentException("'" + delimiter + "' (code " + (int) delimiter
                        + ") cannot be a delimiter: it may be part of a number, a quote or a line end");
            }
        }
    }

    /** Commas, and a header if the first line looks like one. */
    public static final Format DEFAULT = new Format(',', Header.DETECT);

    private Csv() {}

    /** Reads a file in the {@link #DEFAULT} format. */
    public static CsvTable read(Path file) {
        return read(file, DEFAULT);
    }

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read or is not a table of finite numbers; the message names line and column
     */
    public static CsvTable read(Path file, Format format) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, format);
        } catch (IOException e) {
            throw DataException.cannotRead(file.toString(), e);
        }
    }

    /**
     * Reads a stream to its end and leaves it open.
     *
     * @param name what messages call it
     * @throws DataException if it cannot be read or is not a table of finite numbers; the message names line and column
     */
    public static CsvTable read(String name, InputStream in, Format format) {
        try {
            // A decoder made like this, unlike one made from a charset, reports malformed text.
            InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
            return readTable(name, new CsvRecords(name, reader, format.delimiter()), format.header());
        } catch (IOException e) {
            throw DataException.cannotRead(name, e);
        }
    }

    private static CsvTable readTable(String name, CsvRecords records, Header header) throws IOException {
        List<String> record = records.next();
        if (record == null) {
            throw new DataException(name + " is empty");
        }
        int firstLine = records.line();
        int width = record.size();
        List<String> columns = List.of();
        if (header == Header.PRESENT || header == Header.DETECT && record.stream().allMatch(f -> Double.isNaN(parse(f)))) {
            columns = columnNames(name, firstLine, record);
            record = records.next();
        }
        if (record == null) {
            throw new DataException(name + " has a header but no rows");
        }
        double[] values = new double[16 * width];
        int[] lines = new int[16];
        int rows = 0;
        for (; record != null; record = records.next()) {
            if (record.size() != width) {
                throw new DataException(name + " line " + records.line() + ": " + record.size() + " fields, but line "
                        + firstLine + " has " + width);
            }
            if (rows == lines.length) {
                lines = Arrays.copyOf(lines, grown(name, rows, 1));
                values = Arrays.copyOf(values, grown(name, rows, width));
            }
            for (int c = 0; c < width; c++) {
                values[rows * width + c] = number(name, records.line(), c, columns, record.get(c));
            }
            lines[rows++] = records.line();
        }
        NdArray table = NdArray.of(Shape.of(rows, width), Arrays.copyOf(values, rows * width));
        return new CsvTable(name, columns, table, Arrays.copyOf(lines, rows));
    }

    private static int grown(String name, int rows, int width) {
        long size = 2L * rows * width;
        if (size > Integer.MAX_VALUE - 64) {
            throw new DataException(name + " has more numbers than an array can hold (2^31 - 65)");
        }
        return (int) size;
    }

    private static List<String> columnNames(String name, int line, List<String> record) {
        Set<String> seen = new HashSet<>();
        record.replaceAll(String::strip);
        for (int c = 0; c < record.size(); c++) {
            if (!seen.add(record.get(c))) {
                throw new DataException(name + " line " + line + ", column " + (c + 1) + ": a second column is called "
                        + quoted(record.get(c)));
            }
        }
        return record;
    }

    /** The number, or NaN if it is not written as one: {@code Double.parseDouble} would also take 1f and 0x1p3. */
    private static double parse(String field) {
        String text = field.strip();
        for (int i = 0; i < text.length(); i++) {
            if (!numeric(text.charAt(i))) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static boolean numeric(char c) {
        return c >= '0' && c <= '9' || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E';
    }

    private static double number(String name, int line, int column, List<String> columns, String field) {
        double value = parse(field);
        if (Double.isFinite(value)) {
            return value;
        }
        String problem;
        if (Double.isInfinite(value)) {
            problem = quoted(field) + " is beyond the range of F64";
        } else if (field.isBlank()) {
            problem = "the field is empty; a number is needed: drop the line or fill it in";
        } else {
            problem = quoted(field) + " is not a finite number";
        }
        String columnName = columns.isEmpty() ? "" : " (" + shown(columns.get(column)) + ")";
        throw new DataException(name + " line " + line + ", column " + (column + 1) + columnName + ": " + problem);
    }

    private static String quoted(String field) {
        return '"' + shown(field) + '"';
    }

    /** The text as a message shows it: on one line, and cut if it is long. */
    static String shown(String field) {
        String text = field.length() > 40 ? field.substring(0, 40) + "…" : field;
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    }

    /**
     * Writes a table: with commas, LF line ends, and quotes where they are needed. Numbers are written as Java prints
     * them, so that they are read back exactly; null is an empty field. The file appears complete or not at all: it is
     * written under another name beside it, forced to the disk and renamed.
     *
     * @param header the columns' names; empty for none
     * @param rows   the lines, each as long as the header (or as the first line)
     * @throws DataException if it cannot be written
     */
    public static void write(Path file, List<String> header, List<? extends List<?>> rows) {
        StringBuilder text = new StringBuilder();
        int width = header.isEmpty() && !rows.isEmpty() ? rows.get(0).size() : header.size();
        if (!header.isEmpty()) {
            appendLine(text, header);
        }
        for (int r = 0; r < rows.size(); r++) {
            if (rows.get(r).size() != width) {
                throw new IllegalArgumentException(
                        "row " + r + " has " + rows.get(r).size() + " fields, " + width + " are needed");
            }
            appendLine(text, rows.get(r));
        }
        try {
            replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw DataException.cannotWrite(file, e);
        }
    }

    private static void appendLine(StringBuilder text, List<?> fields) {
        for (int c = 0; c < fields.size(); c++) {
            String field = fields.get(c) == null ? "" : fields.get(c).toString();
            // A line with nothing on it is no record.
            boolean blankLine = field.isEmpty() && fields.size() == 1;
            boolean quote = blankLine || field.chars().anyMatch(x -> x == ',' || x == '"' || x == '\n' || x == '\r');
            text.append(c == 0 ? "" : ",").append(quote ? '"' + field.replace("\"", "\"\"") + '"' : field);
        }
        text.append('\n');
    }

    private static void replace(Path file, byte[] content) throws IOException {
        String unique = "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp";
        Path temporary = file.resolveSibling(file.getFileName() + unique);
        try {
            try (FileChannel out = FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
