package dev.norn.examples;

import dev.norn.io.SafeTensors;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Layer;
import dev.norn.nn.Model;
import dev.norn.nn.Parameter;
import dev.norn.tensor.NdArray;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is in a file. */
@Command(
        name = "info",
        description = "Shows what a saved model is: its layers, how many parameters, and what its file tells of its training. Of a"
                + " safetensors file that is not Norn's, it lists the tensors.",
        sortOptions = false)
final class InfoCommand implements Runnable {

    /** What the metadata of a model's file has, and no other's, see {@link dev.norn.io.ModelFile}. */
    private static final String DESCRIPTION = "norn";

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "A safetensors file.")
    private Path file;

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        json.open();
        SafeTensors content = SafeTensors.read(file);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("file", file.toString());
        PrintWriter out = json.text();
        if (content.metadata().containsKey(DESCRIPTION)) {
            model(new SavedModel(file), report, out);
        } else {
            tensors(content, report, out);
        }
        json.write(report);
    }

    private static void model(SavedModel saved, Map<String, Object> report, PrintWriter out) {
        Model model = saved.model();
        long bytes = (long) model.parameterCount() * model.dtype().bytes();
        out.println("model     " + model + String.format(Locale.ROOT, ", %,d bytes", bytes));
        out.println("loss      " + saved.loss().name());
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("layer", "kind", "activation", "inputs", "outputs", "parameters"));
        List<Map<String, Object>> layers = new ArrayList<>();
        int width = model.inputs();
        for (int i = 0; i < model.layers().size(); i++) {
            Layer layer = model.layers().get(i);
            int outputs = layer.outputs(width);
            int parameters = layer.parameters(width).stream().map(Parameter::shape).mapToInt(s -> s.size()).sum();
            String kind = layer instanceof Dropout dropout ? "dropout " + dropout.rate()
                    : layer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            String activation = layer instanceof Dense dense ? dense.activation().name() : "";
            table.add(List.of(Integer.toString(i), kind, activation, Integer.toString(width), Integer.toString(outputs),
                    String.format(Locale.ROOT, "%,d", parameters)));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("kind", kind);
            entry.put("activation", activation.isEmpty() ? null : activation);
            entry.put("inputs", width);
            entry.put("outputs", outputs);
            entry.put("parameter_count", parameters);
            layers.add(entry);
            width = outputs;
        }
        out.println();
        Table.print(out, table, 3);
        report.put("inputs", model.inputs());
        report.put("outputs", model.outputs());
        report.put("precision", Choice.name(model.dtype()));
        report.put("loss", saved.loss().name());
        report.put("parameter_count", model.parameterCount());
        report.put("bytes", bytes);
        report.put("layers", layers);
        metadata(saved.provenance(), report, out);
        report.put("configuration", saved.configuration());
    }

    private static void tensors(SafeTensors content, Map<String, Object> report, PrintWriter out) {
        long bytes = content.tensors().values().stream().mapToLong(t -> (long) t.size() * t.dtype().bytes()).sum();
        out.println(String.format(Locale.ROOT, "no model of Norn's: %d tensors, %,d bytes", content.tensors().size(), bytes));
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("tensor", "type", "shape", "elements"));
        List<Map<String, Object>> tensors = new ArrayList<>();
        content.tensors().forEach((name, tensor) -> {
            table.add(List.of(name, Choice.name(tensor.dtype()), tensor.shape().toString(),
                    String.format(Locale.ROOT, "%,d", tensor.size())));
            tensors.add(entry(name, tensor));
        });
        out.println();
        Table.print(out, table, 3);
        report.put("bytes", bytes);
        report.put("tensors", tensors);
        metadata(content.metadata(), report, out);
    }

    private static Map<String, Object> entry(String name, NdArray tensor) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("precision", Choice.name(tensor.dtype()));
        entry.put("shape", Arrays.stream(tensor.shape().dims()).boxed().toList());
        return entry;
    }

    private static void metadata(Map<String, String> metadata, Map<String, Object> report, PrintWriter out) {
        if (!metadata.isEmpty()) {
            out.println();
            List<List<String>> table = new ArrayList<>();
            // A text of somebody else's could hold anything, a terminal's commands too.
            metadata.forEach((name, text) -> table.add(List.of(printable(name), printable(text))));
            Table.print(out, table, 2);
        }
        report.put("metadata", metadata);
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    }
}
