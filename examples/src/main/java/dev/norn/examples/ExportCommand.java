package dev.norn.examples;

import dev.norn.io.AtomicFile;
import dev.norn.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a saved model in another format. */
@Command(
        name = "export",
        description = "Writes a saved model as an ONNX file, which many other programs run. Its output is what predict gives: where the"
                + " model tells classes, probabilities.",
        sortOptions = false)
final class ExportCommand implements Runnable {

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "A model that --save wrote.")
    private Path file;

    @Option(names = "--onnx", paramLabel = "FILE", required = true, description = "What to write.")
    private Path onnx;

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        json.open();
        AtomicFile target = new AtomicFile(onnx);
        SavedModel saved = new SavedModel(file);
        OnnxModel.write(target, saved.model(), saved.loss(), saved.provenance());
        json.text().println(saved.model() + ": " + onnx);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("version", Main.version());
        report.put("model", file.toString());
        report.put("onnx", onnx.toString());
        report.put("parameter_count", saved.model().parameterCount());
        json.write(report);
    }
}
