package dev.norn.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) in one line, and back, for Norn's own files. Text, truth values, null, Long, Double, double[], List and Map with
 * names as keys. A number is read as Long if it is written without fraction and exponent, else as Double, bit for bit as it was
 * written; JSON has no others, so NaN and the infinities are texts. What is read may be anything: it is refused if it is not JSON
 * to the letter, names something twice, or is nested deeper than 32 levels.
 */
public final class Json {

    private static final int DEEPEST = 32;
    private static final int LONGEST_QUOTE = 80;

    private final String text;
    private final int most;
    private int values;
    private int at;

    private Json(String text, int most) {
        this.text = text;
        this.most = most;
    }

    /** The value as JSON text, in one line. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                writeText(out, (String) entry.getKey());
                write(out.append(':'), entry.getValue());
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object element : list) {
                write(out.append(separator), element);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof double[] series) {
            String separator = "[";
            for (double element : series) {
                write(out.append(separator), element);
                separator = ",";
            }
            out.append(series.length == 0 ? "[]" : "]");
        } else if (value instanceof String || value instanceof Double number && !Double.isFinite(number)) {
            writeText(out, value.toString());
        } else {
            out.append(value); // Long, Double, Boolean, null: as JSON has them
        }
    }

    private static void writeText(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // A lone surrogate has no form in UTF-8.
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Text of any origin for a message: in quotes, in one line, and not too long. */
    public static String quote(String text) {
        return write(text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...");
    }

    /** A number as {@link #write} has it: Double, or the text of one that is not finite. */
    public static double number(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof String name) {
            switch (name) {
                case "NaN":
                    return Double.NaN;
                case "Infinity":
                    return Double.POSITIVE_INFINITY;
                case "-Infinity":
                    return Double.NEGATIVE_INFINITY;
                default:
                    break;
            }
        }
        throw new IllegalArgumentException(quote(String.valueOf(value)) + " is not a floating-point number");
    }

    /** @throws IllegalArgumentException if the text is not one JSON value; the message says why, in one line */
    public static Object read(String text) {
        return read(text, Integer.MAX_VALUE);
    }

    /**
     * For text that is not to be trusted: of values, those within others included, there may be no more than {@code most}, since
     * each takes more memory than its text.
     *
     * @throws IllegalArgumentException if there are more, or the text is not one JSON value; the message says why, in one line
     */
    public static Object read(String text, int most) {
        Json json = new Json(text, most);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.unexpected();
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("more than " + DEEPEST + " levels");
        }
        if (++values > most) {
            throw new IllegalArgumentException("more than " + most + " values");
        }
        space();
        return switch (peek()) {
            case '{' -> map(depth);
            case '[' -> list(depth);
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        if (skip('}')) {
            return map;
        }
        do {
            space();
            String name = text();
            expect(':');
            if (map.containsKey(name)) {
                throw new IllegalArgumentException(quote(name) + " is there twice");
            }
            map.put(name, value(depth + 1));
        } while (skip(','));
        expect('}');
        return map;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        if (skip(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (skip(','));
        expect(']');
        return list;
    }

    private String text() {
        if (peek() != '"') {
            throw unexpected();
        }
        StringBuilder value = new StringBuilder();
        for (at++; peek() != '"'; at++) {
            char c = peek();
            if (c < ' ') {
                throw unexpected(); // or there is no more
            }
            value.append(c == '\\' ? escape() : c);
        }
        at++;
        return value.toString();
    }

    private char escape() {
        at++;
        char c = peek();
        switch (c) {
            case '"', '\\', '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    at++;
                    int digit = Character.digit(peek(), 16);
                    if (digit < 0) {
                        throw unexpected();
                    }
                    code = code << 4 | digit;
                }
                return (char) code;
            default:
                throw unexpected();
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
        return value;
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = from;
            throw unexpected();
        }
        boolean integer = number.indexOf('.') < 0 && number.indexOf('e') < 0 && number.indexOf('E') < 0;
        try {
            return integer ? (Object) Long.parseLong(number) : (Object) Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the integer " + quote(number) + " does not fit into 64 bits", e);
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The character that is next; NUL, which JSON has nowhere, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    /** Takes the character if it is next. */
    private boolean skip(char wanted) {
        space();
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) {
        if (!skip(wanted)) {
            throw unexpected();
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(at < text.length()
                ? "character " + (at + 1) + " is not expected: " + quote(text.substring(at, at + 1)) : "it ends too early");
    }
}
