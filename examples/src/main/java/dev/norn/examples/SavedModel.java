package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.data.DataException;
import dev.norn.data.StandardScaler;
import dev.norn.io.Json;
import dev.norn.io.ModelFile;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.NdArray;
import dev.norn.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model that {@code --save} or a program wrote, and what its file tells of where it is from. */
final class SavedModel {

    /** Under these names, {@code --save} tells which command a model is from, with what options, and how inputs were scaled. */
    static final String COMMAND = "command";
    static final String CONFIGURATION = "configuration";
    static final String MEAN = "input_mean";
    static final String SCALE = "input_scale";

    private static final int MOST_VALUES = 1000; // of options there are some thirty

    private final Path path;
    private final ModelFile file;
    private final Map<String, Object> configuration;
    private RungeData samples;

    /** @throws DataException if it cannot be read */
    SavedModel(Path path) {
        this.path = path;
        this.file = ModelFile.load(path);
        this.configuration = read();
    }

    private Map<String, Object> read() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        try {
            String text = file.provenance().getOrDefault(CONFIGURATION, "{}");
            if (Json.read(text, MOST_VALUES) instanceof Map<?, ?> map) {
                map.forEach((name, value) -> parameters.put((String) name, value));
                return parameters;
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(path + ": its " + CONFIGURATION + " is not JSON: " + e.getMessage(), e);
        }
        throw new DataException(path + ": its " + CONFIGURATION + " is not a JSON object");
    }

    Model model() {
        return file.model();
    }

    Loss loss() {
        return file.loss();
    }

    Map<String, String> provenance() {
        return file.provenance();
    }

    /** The options of the training, by name; none where the file does not tell. */
    Map<String, Object> configuration() {
        return configuration;
    }

    /** Whether the file says that the command {@code runge} trained it. */
    boolean isOfRunge() {
        return "runge".equals(file.provenance().get(COMMAND));
    }

    /** What the command {@code runge} trained it with. */
    RungeData samples() {
        if (samples == null) {
            try {
                samples = RungeData.of(configuration);
            } catch (IllegalArgumentException e) {
                throw new DataException(path + ": " + e.getMessage(), e);
            }
        }
        return samples;
    }

    /**
     * Inputs as the model was trained to take them.
     *
     * @param inputs [rows, inputs]
     */
    NdArray scaled(NdArray inputs) {
        String mean = file.provenance().get(MEAN);
        String scale = file.provenance().get(SCALE);
        if (mean == null || scale == null) {
            return inputs;
        }
        try {
            return StandardScaler.of(new double[] {Double.parseDouble(mean)}, new double[] {Double.parseDouble(scale)})
                    .transform(inputs);
        } catch (IllegalArgumentException e) {
            throw new DataException(path + ": its " + MEAN + " and " + SCALE + " do not fit: " + e.getMessage(), e);
        }
    }

    /** One that does not train, but evaluates and predicts as the training did. */
    Trainer trainer(Backend backend) {
        return new Trainer.Builder(model(), loss()).build(backend);
    }

    /** What there is to report of any use of it. */
    Map<String, Object> report(Backend backend) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("version", Main.version());
        report.put("java", System.getProperty("java.version"));
        report.put("backend", backend.device().backend());
        report.put("device", backend.device().name());
        report.put("device_details", backend.device().details());
        report.put("model", path.toString());
        return report;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
