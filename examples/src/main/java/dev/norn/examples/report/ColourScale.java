package dev.norn.examples.report;

import java.util.Locale;

/**
 * From 0 to 1 as a colour: viridis (Smith and van der Walt, Matplotlib, 2015), of which equal steps look equal, also in grey
 * and to most of the colour-blind. Between the given colours it is interpolated.
 */
final class ColourScale {

    private static final int[] COLOURS = {
        0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725
    };

    private ColourScale() {}

    /** The colour, as CSS has it. */
    static String colour(double share) {
        return String.format(Locale.ROOT, "#%06x", rgb(share));
    }

    /** Black or white: which is the more legible on that colour (contrast as the WCAG 2 define it). */
    static String ink(double share) {
        int rgb = rgb(share);
        double luminance = 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
        return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000" : "#fff";
    }

    private static int rgb(double share) {
        double at = Math.max(0, Math.min(1, share)) * (COLOURS.length - 1);
        int i = Math.min((int) at, COLOURS.length - 2);
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = COLOURS[i] >> shift & 255;
            int b = COLOURS[i + 1] >> shift & 255;
            colour |= (int) Math.round(a + (b - a) * (at - i)) << shift;
        }
        return colour;
    }

    private static double linear(int part) {
        double c = part / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}
