package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.nn.Loss;
import dev.norn.nn.Predictor;
import dev.norn.tensor.NdArray;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Uses a saved model. */
@Command(
        name = "predict",
        description = "Predicts with a saved model: which digits pictures show, or values for lines of numbers.",
        sortOptions = false)
final class PredictCommand implements Runnable {

    private static final int SHOWN = 3; // classes of an image

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "A model that --save wrote.")
    private Path file;

    @Option(names = "--image", paramLabel = "FILE", arity = "1..*",
            description = "Pictures of a digit each (PNG, JPEG, GIF, BMP) of any size, dark on light or light on dark, evenly lit; or"
                    + " IDX files, such as MNIST's, with or without gzip; - is standard input. A picture is made into one like"
                    + " MNIST's, 28 x 28, white on black, as those were made: the digit, which is what differs from the"
                    + " picture's edge, is scaled to fit 20 x 20, keeping its proportions, with grey edges, and moved so that"
                    + " its centre of mass is in the middle. One that is 28 x 28 with a dark edge already is taken as it is.")
    private List<Path> images;

    @Option(names = "--input", paramLabel = "CSV",
            description = "Instead of pictures: lines of as many numbers, with commas between, as the model takes; - is standard input."
                    + " For a model of runge they are scaled as in its training.")
    private Path csv;

    @Mixin
    private ComputeOptions compute;

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        if ((images == null) == (csv == null)) {
            throw new ParameterException(spec.commandLine(), images == null
                    ? "--image or --input is missing: what to predict for" : "--image and --input exclude each other");
        }
        json.open();
        SavedModel saved = new SavedModel(file);
        int features = saved.model().inputs();
        PredictInputs inputs = images != null ? PredictInputs.ofImages(images, features)
                : PredictInputs.ofCsv(csv, features);
        try (Backend backend = compute.open(saved); Predictor predictor = saved.model().compile(backend, saved.loss())) {
            NdArray predictions = predictor.predict(saved.scaled(inputs.values()));
            boolean classes = saved.loss() == Loss.SOFTMAX_CROSS_ENTROPY;
            List<Map<String, Object>> entries = new ArrayList<>();
            PrintWriter out = json.text();
            for (int i = 0; i < inputs.names().size(); i++) {
                double[] row = row(predictions, i);
                out.println(inputs.names().get(i) + "  " + (classes ? classes(row) : values(row)));
                entries.add(entry(inputs.names().get(i), row, classes));
            }
            Map<String, Object> report = saved.report(backend);
            report.put("predictions", entries);
            json.write(report);
        }
    }

    private static double[] row(NdArray matrix, int row) {
        int width = matrix.shape().dim(1);
        return IntStream.range(0, width).mapToDouble(c -> matrix.get(row * width + c)).toArray();
    }

    /** The most probable first. */
    private static List<Integer> order(double[] probabilities) {
        return IntStream.range(0, probabilities.length).boxed()
                .sorted(Comparator.comparingDouble(c -> -probabilities[c])).toList();
    }

    private static String classes(double[] probabilities) {
        StringBuilder text = new StringBuilder();
        order(probabilities).stream().limit(SHOWN).forEach(c -> text.append(text.isEmpty() ? "" : "   ")
                .append(String.format(Locale.ROOT, "%d %6.2f %%", c, 100 * probabilities[c])));
        return text.toString();
    }

    private static String values(double[] row) {
        return String.join(",", IntStream.range(0, row.length).mapToObj(c -> Double.toString(row[c])).toList());
    }

    private static Map<String, Object> entry(String name, double[] row, boolean classes) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        if (classes) {
            int first = order(row).get(0);
            entry.put("class", first);
            entry.put("probability", row[first]);
        }
        entry.put(classes ? "probabilities" : "outputs", IntStream.range(0, row.length).mapToObj(c -> row[c]).toList());
        return entry;
    }
}
