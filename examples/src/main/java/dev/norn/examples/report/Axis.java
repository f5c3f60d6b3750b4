package dev.norn.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an axis of a chart shows.
 *
 * @param title with unit, if there is one
 * @param from the least value; NaN for the least there is
 * @param to the greatest value; NaN for the greatest there is
 * @param log whether equal ratios take equal room; values that are not positive are then left out
 */
public record Axis(String title, double from, double to, boolean log) {

    /** As far as the values go, evenly. */
    public static Axis linear(String title) {
        return new Axis(title, Double.NaN, Double.NaN, false);
    }

    /** As far as the values go, in equal ratios. */
    public static Axis log(String title) {
        return new Axis(title, Double.NaN, Double.NaN, true);
    }

    /** This axis with these ends. */
    public Axis between(double least, double greatest) {
        return new Axis(title, least, greatest, log);
    }

    boolean shows(double value) {
        return Double.isFinite(value) && (!log || value > 0);
    }

    /** The axis with ends that are numbers: its own, or else what the values need, with some room. */
    Axis over(double least, double greatest) {
        if (!(least <= greatest)) { // there is no value
            return between(Double.isNaN(from) ? log ? 0.1 : 0 : from, Double.isNaN(to) ? 1 : to);
        }
        double low = Double.isNaN(from) ? least : from;
        double high = Double.isNaN(to) ? greatest : to;
        if (log) {
            return low < high ? between(low, high) : between(low / 2, low * 2);
        }
        double room = high > low ? (high - low) * 0.04 : Math.max(Math.abs(low), 1) * 0.1;
        return between(Double.isNaN(from) ? low - room : low, Double.isNaN(to) ? high + room : high);
    }

    /** Where a value lies: 0 at the beginning, 1 at the end. */
    double position(double value) {
        return log ? (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from)) : (value - from) / (to - from);
    }

    /** Round values within the ends, at most about {@code most}. */
    List<Double> ticks(int most) {
        return log ? logTicks(most) : linearTicks(most);
    }

    private List<Double> linearTicks(int most) {
        double rough = (to - from) / most;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private List<Double> logTicks(int most) {
        int first = (int) Math.ceil(Math.log10(from) - 1e-9);
        int last = (int) Math.floor(Math.log10(to) + 1e-9);
        if (last - first < 1) { // less than two powers of ten
            for (int[] digits : new int[][] {{1, 2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9}}) {
                List<Double> ticks = multiples(digits, first - 1, last);
                if (ticks.size() >= 2) {
                    return ticks;
                }
            }
            return List.of(from, to);
        }
        int stride = Math.max(1, (last - first + most) / most);
        List<Double> ticks = new ArrayList<>();
        for (int p = first; p <= last; p += stride) {
            ticks.add(Math.pow(10, p));
        }
        return ticks;
    }

    /** These multiples of powers of ten, within the ends. */
    private List<Double> multiples(int[] digits, int first, int last) {
        List<Double> ticks = new ArrayList<>();
        for (int p = first; p <= last; p++) {
            for (int digit : digits) {
                double value = digit * Math.pow(10, p);
                if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) {
                    ticks.add(value);
                }
            }
        }
        return ticks;
    }

    /** A tick's value, short. */
    static String label(double value) {
        double size = Math.abs(value);
        if (size < 1e-12) {
            return "0";
        }
        if (size >= 1e-3 && size < 1e5) {
            String text = String.format(Locale.ROOT, "%.6f", value);
            return text.replaceAll("0+$", "").replaceAll("\\.$", "");
        }
        int power = (int) Math.floor(Math.log10(size) + 1e-9);
        String digits = String.format(Locale.ROOT, "%.2f", value / Math.pow(10, power)).replaceAll("0+$", "").replaceAll("\\.$", "");
        return digits + "e" + power;
    }
}
