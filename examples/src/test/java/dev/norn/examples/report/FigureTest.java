package dev.norn.examples.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.examples.report.LineChart.Series;
import dev.norn.examples.report.LineChart.Style;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class FigureTest {

    private static final double NAN = Double.NaN;

    static List<Figure> figures() {
        double[] x = IntStream.range(0, 50).mapToDouble(i -> i).toArray();
        double[] wild = IntStream.range(0, 50).mapToDouble(i -> i % 7 == 0 ? NAN : Math.pow(10, i - 25)).toArray();
        return List.of(
                new LineChart("nothing", Axis.linear("x"), Axis.log("y"), List.of()),
                new LineChart("no points", Axis.log("x"), Axis.log("y"), List.of(new Series("s", new double[0], new double[0], Style.LINE))),
                new LineChart("wild <&>", Axis.linear("x"), Axis.log("y"), IntStream.range(0, 9).mapToObj(i ->
                        new Series("a series of number " + i, x, wild, Style.values()[i % 4])).toList()),
                new LineChart("beyond the ends", Axis.linear("x").between(10, 20), Axis.linear("y").between(0, 1),
                        List.of(new Series("s", x, x, Style.LINE))),
                new HeatMap("one", "r", List.of("1"), "c", List.of("1"), new double[][] {{0}}, Double::toString,
                        new HeatMap.Scale(0, 0, false), new int[] {0, 0}),
                new HeatMap("eight by seven", "\u03bb", names(7), "\u03b7", names(8), values(7, 8), v -> String.format("%.4f", v),
                        new HeatMap.Scale(0.01, 0.1, true), null),
                new HeatMap("nothing but gaps", "r", names(2), "c", names(2), new double[][] {{NAN, NAN}, {NAN, NAN}},
                        Double::toString, new HeatMap.Scale(0, 1, false), null),
                new Pictures("two", List.of(new Pictures.Picture("1", 2, new double[] {0, 1, 0.5, 0.01}),
                        new Pictures.Picture("2", 1, new double[] {1}))));
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "1e-" + i).toList();
    }

    private static double[][] values(int rows, int columns) {
        return IntStream.range(0, rows).mapToObj(r -> IntStream.range(0, columns)
                .mapToDouble(c -> r == 1 && c == 1 ? NAN : 0.01 * Math.pow(1.05, r * columns + c)).toArray()).toArray(double[][]::new);
    }

    @ParameterizedTest
    @MethodSource("figures")
    void isWellFormedAndWithinItsBounds(Figure figure) {
        Markup out = new Markup();
        figure.draw(out);
        String text = out.toString();
        Element svg = Xml.parse(text).getDocumentElement();
        assertEquals("svg", svg.getTagName());
        assertEquals(figure.caption(), svg.getAttribute("aria-label"));
        assertTrue(!text.contains("NaN") && !text.contains("Infinity"), text);
        String[] box = svg.getAttribute("viewBox").split(" ");
        double width = Double.parseDouble(box[2]);
        double height = Double.parseDouble(box[3]);
        NodeList labels = svg.getElementsByTagName("text");
        for (int i = 0; i < labels.getLength(); i++) {
            Element label = (Element) labels.item(i);
            if (!label.hasAttribute("transform")) {
                // A character is at most two thirds of its height wide, on average.
                double wide = label.getTextContent().length() * 0.62 * (label.hasAttribute("font-size")
                        ? Double.parseDouble(label.getAttribute("font-size")) : 12);
                double at = Double.parseDouble(label.getAttribute("x"));
                double left = switch (label.getAttribute("text-anchor")) {
                    case "middle" -> at - wide / 2;
                    case "end" -> at - wide;
                    default -> at;
                };
                double y = Double.parseDouble(label.getAttribute("y"));
                assertTrue(left >= -2 && left + wide <= width + 2 && y > 0 && y <= height,
                        label.getTextContent() + " at " + left + ", " + y + " of " + width + " x " + height);
            }
        }
    }

    /** A number on any colour of the scale is legible: a contrast of 4.5, as WCAG 2 (1.4.3) asks for. */
    @Test
    void contrast() {
        for (int i = 0; i <= 1000; i++) {
            double background = luminance(ColourScale.colour(i / 1000.0));
            double ink = ColourScale.ink(i / 1000.0).equals("#fff") ? 1 : 0;
            double contrast = (Math.max(background, ink) + 0.05) / (Math.min(background, ink) + 0.05);
            assertTrue(contrast >= 4.5, ColourScale.colour(i / 1000.0) + ": " + contrast);
        }
    }

    private static double luminance(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        double sum = 0;
        double[] weights = {0.2126, 0.7152, 0.0722};
        for (int i = 0; i < 3; i++) {
            double c = (rgb >> 16 - 8 * i & 255) / 255.0;
            sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    @Test
    void pageIsWellFormedAndNeedsNothingElse() {
        Page page = new Page("A < B");
        page.body().open("h1").text("Title").close();
        figures().forEach(figure -> Page.figure(page.body(), figure));
        String html = page.html();
        assertEquals(figures().size(), Xml.parse(html).getElementsByTagNameNS("*", "figure").getLength());
        // What HTML does not undo in a style sheet.
        String style = html.substring(html.indexOf("<style>"), html.indexOf("</style>"));
        assertTrue(!style.contains("&"), style);
        assertTrue(!html.contains("src=") && !html.contains("@import") && !html.contains("url("), "another file is needed");
    }
}
