package dev.norn.examples;

import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.io.AtomicFile;
import dev.norn.tensor.NdArray;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A drawing of samples, of the function they are of, and of what a model made of them. */
final class RungePlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;

    private final AtomicFile file;
    private final boolean vector;

    private RungePlot(AtomicFile file, boolean vector) {
        this.file = file;
        this.vector = vector;
    }

    /**
     * A drawing that is sure, as far as one can be, to be drawn and written later.
     *
     * @param vector whether as SVG, else as PNG
     */
    static RungePlot of(AtomicFile file, boolean vector) {
        System.setProperty("java.awt.headless", "true");
        // Where fonts are missing, this is what finds out.
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics().stringWidth("x");
        return new RungePlot(file, vector);
    }

    /**
     * Draws.
     *
     * @param x where the curves' points lie, [n, 1]
     * @param truth the function there
     * @param fit the model there
     */
    void write(Split data, NdArray x, NdArray truth, NdArray fit) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle("x").yAxisTitle("y").build();
        chart.getStyler()
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setChartBackgroundColor(Color.WHITE)
                .setMarkerSize(4);
        points(chart, "training samples", data.train(), new Color(0xB0, 0xB0, 0xB0));
        points(chart, "test samples", data.test(), new Color(0xF0, 0xA0, 0x60));
        curve(chart, "1 / (1 + 25 x\u00b2)", x, truth, new Color(0x20, 0x20, 0x20));
        curve(chart, "model", x, fit, new Color(0x10, 0x60, 0xD0));
        try {
            file.write(vector ? svg(chart) : png(chart));
        } catch (IOException | ParserConfigurationException e) {
            throw new OutputException("cannot draw " + file + ": " + e.getMessage(), e);
        }
    }

    private static void points(XYChart chart, String name, Dataset data, Color color) {
        XYSeries series = chart.addSeries(name, data.inputs().doubles(), data.targets().doubles());
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color);
    }

    private static void curve(XYChart chart, String name, NdArray x, NdArray y, Color color) {
        XYSeries series = chart.addSeries(name, x.doubles(), y.doubles());
        series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineWidth(2);
    }

    private static byte[] png(XYChart chart) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("this Java cannot write PNG");
        }
        return bytes.toByteArray();
    }

    private static byte[] svg(XYChart chart) throws IOException, ParserConfigurationException {
        SVGGraphics2D graphics = new SVGGraphics2D(DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .getDOMImplementation().createDocument("http://www.w3.org/2000/svg", "svg", null));
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            graphics.stream(writer, true);
        }
        return bytes.toByteArray();
    }
}
