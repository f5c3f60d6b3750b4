package dev.norn.examples.reproduce;

import java.util.Locale;

/** Numbers as people read them. */
final class Texts {

    private Texts() {}

    /** Four digits that count; an exponent where the number is very small or large; a dash for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "\u2013";
        }
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e7) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size < 1e-4 || size >= 1e7) {
            String text = String.format(Locale.ROOT, "%.3e", value);
            return text.replaceAll("\\.?0+e", "e").replaceAll("e([+-])0*(\\d)", "e$1$2").replace("e+", "e");
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}. */
    static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
}
