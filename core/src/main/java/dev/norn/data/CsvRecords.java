package dev.norn.data;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text into records of fields by RFC 4180. Lines end in CR LF, LF or CR; blank lines are skipped. Lines count
 * from 1, as editors count them.
 */
final class CsvRecords {

    /** Longer than any number or column name: a quote that never closes must not collect a whole file. */
    private static final int MAX_FIELD = 1 << 16;

    private final String name;
    private final Reader in;
    private final char delimiter;
    private final char[] buffer = new char[1 << 13];
    private final StringBuilder field = new StringBuilder();
    private int position;
    private int limit;
    private int nextLine = 1;
    private int line;

    CsvRecords(String name, Reader in, char delimiter) throws IOException {
        this.name = name;
        this.in = in;
        this.delimiter = delimiter;
        if (peek() == '\uFEFF') {
            read(); // a byte order mark
        }
    }

    /** The line on which the record last returned starts. */
    int line() {
        return line;
    }

    /** The next record, with at least one field; null at the end. */
    List<String> next() throws IOException {
        while (peek() >= 0) {
            line = nextLine;
            if (endOfLine(peek())) {
                endLine(read());
            } else {
                return record();
            }
        }
        return null;
    }

    private List<String> record() throws IOException {
        List<String> fields = new ArrayList<>();
        while (true) {
            field.setLength(0);
            int end = peek() == '"' ? quotedField(fields.size() + 1) : plainField(fields.size() + 1);
            fields.add(field.toString());
            if (end != delimiter) {
                endLine(end);
                return fields;
            }
        }
    }

    /** Reads a field and returns the character that ends it: delimiter, CR, LF or -1. */
    private int plainField(int column) throws IOException {
        int c = read();
        while (!endOfField(c)) {
            if (c == '"') {
                throw error(nextLine, column, "a quote inside a field; quote the whole field, its quotes doubled");
            }
            append(c, column);
            c = read();
        }
        return c;
    }

    private int quotedField(int column) throws IOException {
        int opened = nextLine;
        read();
        while (true) {
            int c = read();
            if (c < 0) {
                throw error(opened, column, "a quote that never closes");
            }
            if (c == '"') {
                if (peek() != '"') {
                    break;
                }
                read();
            }
            if (c == '\n' || c == '\r' && peek() != '\n') {
                nextLine++;
            }
            append(c, column);
        }
        int end = read();
        if (!endOfField(end)) {
            throw error(nextLine, column, "text after the closing quote");
        }
        return end;
    }

    private void append(int c, int column) {
        if (field.length() == MAX_FIELD) {
            throw error(line, column, "a field of more than " + MAX_FIELD + " characters");
        }
        field.append((char) c);
    }

    private boolean endOfField(int c) {
        return c == delimiter || endOfLine(c) || c < 0;
    }

    private static boolean endOfLine(int c) {
        return c == '\n' || c == '\r';
    }

    /** Ends the line at {@code c}, which has been read, taking CR LF for one. */
    private void endLine(int c) throws IOException {
        if (c == '\r' && peek() == '\n') {
            read();
        }
        nextLine++;
    }

    private int read() throws IOException {
        int c = peek();
        position++;
        return c;
    }

    private int peek() throws IOException {
        if (position >= limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit ? buffer[position] : -1;
    }

    private DataException error(int atLine, int column, String what) {
        return new DataException(name + " line " + atLine + ", column " + column + ": " + what);
    }
}
