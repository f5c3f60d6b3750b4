package dev.norn.examples.reproduce;

import dev.norn.data.Dataset;
import dev.norn.examples.report.Axis;
import dev.norn.examples.report.Figure;
import dev.norn.examples.report.HeatMap;
import dev.norn.examples.report.LineChart;
import dev.norn.examples.report.LineChart.Series;
import dev.norn.examples.report.LineChart.Style;
import dev.norn.sweep.Row;
import dev.norn.tensor.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Drawings that several experiments have. */
final class Plots {

    private static final int FAINT = 300; // points of data; more are but a smear

    private Plots() {}

    /**
     * Fitted curves over the data and the function.
     *
     * @param fits name and values at {@link Samples#grid}
     */
    static Figure fits(String caption, Samples samples, List<Series> fits) {
        List<Series> series = new ArrayList<>(List.of(points(samples), function(samples)));
        series.addAll(fits);
        return new LineChart(caption, Axis.linear("x"), Axis.linear("y"), series);
    }

    /** A fitted curve. */
    static Series fit(String name, Samples samples, double[] values) {
        return new Series(name, samples.grid(), values, Style.LINE);
    }

    /** Training samples, as they were drawn. */
    static Series points(Samples samples) {
        Dataset train = samples.raw().train();
        NdArray x = train.inputs();
        NdArray y = train.targets();
        int shown = Math.min(FAINT, train.size());
        return new Series("samples" + (shown < train.size() ? " (" + shown + " of " + train.size() + ")" : ""),
                Arrays.copyOf(x.doubles(), shown), Arrays.copyOf(y.doubles(), shown), Style.FAINT_POINTS);
    }

    /** Runge's function. */
    static Series function(Samples samples) {
        double[] x = samples.grid();
        return new Series("1 / (1 + 25 x\u00b2)", x, Samples.truth(Samples.column(x)).doubles(), Style.REFERENCE);
    }

    /** Series that trainings have kept, over the epochs. */
    static Figure histories(String caption, String axis, List<Row> rows, String series, Function<Row, String> name) {
        return new LineChart(caption, Axis.log("epoch"), Axis.log(axis), rows.stream().filter(Row::done)
                .map(row -> new Series(name.apply(row), row.results().series("epoch"), row.results().series(series), Style.LINE))
                .toList());
    }

    /**
     * A result of trainings over two of their parameters. The colours go from the least to at most {@code most} times that.
     *
     * @param down parameter that the rows differ in, and what it is called
     * @param across the same of the columns
     * @param least whether the least is the best, else the greatest
     * @param most NaN for as far as the values go
     */
    static HeatMap heat(String caption, List<Row> rows, String[] down, String[] across, ToDoubleFunction<Row> value, boolean least,
            double most) {
        List<Object> downs = distinct(rows, down[0]);
        List<Object> acrosses = distinct(rows, across[0]);
        double[][] values = new double[downs.size()][acrosses.size()];
        for (double[] line : values) {
            Arrays.fill(line, Double.NaN);
        }
        for (Row row : rows) {
            if (row.done()) {
                int r = downs.indexOf(row.trial().point().values().get(down[0]));
                int c = acrosses.indexOf(row.trial().point().values().get(across[0]));
                values[r][c] = value.applyAsDouble(row);
            }
        }
        return heat(caption, down[1], labels(downs), across[1], labels(acrosses), values, least, most);
    }

    /** The same of numbers in rows and columns. */
    static HeatMap heat(String caption, String rowTitle, List<String> rows, String columnTitle, List<String> columns,
            double[][] values, boolean least, double most) {
        double low = all(values).min().orElse(0);
        double high = all(values).max().orElse(1);
        int[] best = null;
        for (int r = 0; r < values.length; r++) {
            for (int c = 0; c < values[r].length; c++) {
                if (best == null && values[r][c] == (least ? low : high)) {
                    best = new int[] {r, c};
                }
            }
        }
        boolean log = least && low > 0;
        HeatMap.Scale scale = new HeatMap.Scale(low, Double.isNaN(most) ? high : Math.min(high, low * most), log);
        return new HeatMap(caption, rowTitle, rows, columnTitle, columns, values, small(), scale, best);
    }

    private static DoubleStream all(double[][] values) {
        return Stream.of(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
    }

    /** A number in a cell: three digits that count, without a leading zero. */
    static DoubleFunction<String> small() {
        return value -> {
            double size = Math.abs(value);
            if (size >= 1e4 || size > 0 && size < 1e-4) {
                return String.format(Locale.ROOT, "%.0e", value).replaceAll("e([+-])0*(\\d)", "e$1$2").replace("e+", "e");
            }
            int decimals = size == 0 ? 0 : Math.max(0, Math.min(4, 2 - (int) Math.floor(Math.log10(size))));
            String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
            return text.startsWith("0.") ? text.substring(1) : text.startsWith("-0.") ? "-" + text.substring(2) : text;
        };
    }

    private static List<Object> distinct(List<Row> rows, String parameter) {
        return rows.stream().map(row -> row.trial().point().values().get(parameter)).distinct().toList();
    }

    private static List<String> labels(List<Object> values) {
        return values.stream().map(value -> value instanceof Double number ? label(number) : value.toString()).toList();
    }

    /** A parameter's value. */
    static String label(double value) {
        double size = Math.abs(value);
        if (size > 0 && size < 1e-2 || size >= 1e4) {
            return String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e").replaceAll("e([+-])0*(\\d)", "e$1$2").replace("e+", "e");
        }
        return Texts.number(value);
    }

    /** How often each digit was taken for which; the colour is the share of the digit's own. */
    static HeatMap confusion(String caption, double[] counts) {
        int classes = (int) Math.round(Math.sqrt(counts.length));
        double[][] values = new double[classes][classes];
        double most = 0;
        for (int i = 0; i < counts.length; i++) {
            values[i / classes][i % classes] = counts[i];
            most = Math.max(most, counts[i]);
        }
        List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        // From 1, so that single mistakes are to be seen; 0 has the first colour as well.
        HeatMap.Scale scale = new HeatMap.Scale(1, most, true);
        return new HeatMap(caption, "digit", names, "taken for", names, values, v -> String.format(Locale.ROOT, "%.0f", v), scale,
                null);
    }
}
