package dev.norn.examples.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Elements and text, well-formed whatever is written: all text is escaped, and what is closed is what was opened last. */
public final class Markup {

    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Nothing yet. */
    public Markup() {}

    /**
     * Begins an element.
     *
     * @param attributes names and values in turn; a double is written with two decimals, an attribute of value null not at all
     */
    public Markup open(String element, Object... attributes) {
        start(element, attributes);
        text.append('>');
        open.push(element);
        return this;
    }

    /** Ends the element that was begun last. */
    public Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content. See {@link #open}. */
    public Markup empty(String element, Object... attributes) {
        start(element, attributes);
        text.append("/>");
        return this;
    }

    /** An element with text. See {@link #open}. */
    public Markup element(String element, String content, Object... attributes) {
        return open(element, attributes).text(content).close();
    }

    /** Text. */
    public Markup text(String content) {
        escape(content);
        return this;
    }

    /** What another of these wrote. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    private void start(String element, Object... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                text.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1] instanceof Double number ? coordinate(number) : attributes[i + 1].toString());
                text.append('"');
            }
        }
    }

    /** A number as drawings need it: two decimals, and no more of them than say something. */
    static String coordinate(double value) {
        String number = String.format(Locale.ROOT, "%.2f", value);
        int end = number.length();
        while (number.charAt(end - 1) == '0') {
            end--;
        }
        String shortest = number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
        return shortest.equals("-0") ? "0" : shortest;
    }

    private void escape(String content) {
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                case '"' -> text.append("&quot;");
                default -> text.append(c < ' ' && c != '\n' && c != '\t' ? '\ufffd' : c);
            }
        }
    }

    /** What was written; every element must be closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return text.toString();
    }
}
