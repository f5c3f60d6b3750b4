package dev.norn.io;

import dev.norn.data.DataException;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Parameter;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model in a file: weights, layers, and the loss, which says what the raw outputs mean. The format is that of
 * {@link SafeTensors}. A tensor's name is its parameter's, {@code layers.0.weight}; a dense layer's weights are [out, in] there, as
 * PyTorch has them. Layers and loss are in the metadata, under {@code norn}, in JSON.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Model model = new Model(784, DType.F32, 1, new Dense(128, Activation.RELU), new Dense(10));
 * Path file = Path.of("model.safetensors");
 * ModelFile.save(file, model, Loss.SOFTMAX_CROSS_ENTROPY, Map.of("trained on", "MNIST"));
 * ModelFile read = ModelFile.load(file);
 * System.out.println(read.model() + ", trained on " + read.provenance().get("trained on"));
 * }</pre>
 *
 * @param model with the weights
 * @param loss what it was trained for
 * @param provenance where it is from: whatever was to be told, by name
 */
public record ModelFile(Model model, Loss loss, Map<String, String> provenance) {

    /** The metadata's entry that describes the model. */
    private static final String DESCRIPTION = "norn";

    private static final int MOST_LISTED = 10;

    /**
     * Writes a file, as a whole or not at all. Layers, activations and losses of one's own can be saved; they are not described, only
     * named.
     *
     * @param provenance where the model is from; the name {@code norn} is taken
     * @throws DataException if the file cannot be written
     */
    public static void save(Path file, Model model, Loss loss, Map<String, String> provenance) {
        save(new AtomicFile(file), model, loss, provenance);
    }

    /** Writes a file, see {@link #save(Path, Model, Loss, Map)}. */
    public static void save(AtomicFile file, Model model, Loss loss, Map<String, String> provenance) {
        if (provenance.containsKey(DESCRIPTION)) {
            throw new IllegalArgumentException("the name " + DESCRIPTION + " is taken, provenance cannot have it");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(DESCRIPTION, ModelDescription.of(model, loss));
        metadata.putAll(provenance);
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        for (Model.Placed p : model.parameters()) {
            NdArray value = model.value(p.name());
            tensors.put(p.name(), turned(model.layers().get(p.layer()), p.parameter()) ? transposed(value) : value);
        }
        new SafeTensors(tensors, metadata).write(file);
    }

    /**
     * Reads a file that {@link #save} wrote. It is not trusted: whatever it holds, it is a model, or there is an exception.
     *
     * @param own activations that are not Norn's, which are known by their names
     * @throws DataException if it cannot be read, has not what makes a model, or has a layer, activation or loss that is not known
     */
    public static ModelFile load(Path file, Activation... own) {
        SafeTensors content = SafeTensors.read(file);
        String text = content.metadata().get(DESCRIPTION);
        if (text == null) {
            throw new DataException(file + " does not say what model its tensors are of: it was not written by Norn; build the"
                    + " model, and use ModelFile.loadWeights");
        }
        Map<String, String> provenance = new LinkedHashMap<>(content.metadata());
        provenance.remove(DESCRIPTION);
        try {
            ModelDescription description = ModelDescription.read(text, List.of(own));
            Layer[] layers = description.layers().toArray(Layer[]::new);
            // Before the model is made: a description may claim any size.
            check(file, content.tensors(), shapes(description.inputs(), description.layers()), description.dtype());
            Model model = new Model(description.inputs(), description.dtype(), 0, layers);
            fill(model, content.tensors());
            return new ModelFile(model, description.loss(), provenance);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Fills a model with the weights of a file, whoever wrote it: the names, shapes and types of its tensors must be those that
     * {@link #save} would give the model's.
     *
     * @throws DataException if it cannot be read, or its tensors are not the model's; the model is then as it was
     */
    public static void loadWeights(Path file, Model model) {
        Map<String, NdArray> tensors = SafeTensors.read(file).tensors();
        check(file, tensors, shapes(model.inputs(), model.layers()), model.dtype());
        fill(model, tensors);
    }

    /** What a file has of such a model: names, and shapes there. */
    private static Map<String, Shape> shapes(int inputs, List<Layer> layers) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        int width = inputs;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            for (Parameter p : layer.parameters(width)) {
                Shape shape = p.shape();
                shapes.put(new Model.Placed(i, p, 0).name(),
                        turned(layer, p) ? Shape.of(shape.dim(1), shape.dim(0)) : shape);
            }
            width = layer.outputs(width);
        }
        return shapes;
    }

    private static void check(Path file, Map<String, NdArray> found, Map<String, Shape> wanted, DType dtype) {
        List<String> problems = new ArrayList<>();
        list(problems, "it lacks ", wanted.keySet().stream().filter(name -> !found.containsKey(name)).toList());
        list(problems, "the model has no ",
                found.keySet().stream().filter(name -> !wanted.containsKey(name)).map(Json::quote).toList());
        list(problems, "", wanted.entrySet().stream().filter(entry -> found.containsKey(entry.getKey())).filter(entry -> {
            NdArray tensor = found.get(entry.getKey());
            return tensor.dtype() != dtype || !tensor.shape().equals(entry.getValue());
        }).map(entry -> {
            NdArray tensor = found.get(entry.getKey());
            return entry.getKey() + " is " + tensor.dtype() + tensor.shape() + ", not " + dtype + entry.getValue();
        }).toList());
        if (!problems.isEmpty()) {
            throw new DataException(file + " does not fit the model: " + String.join("; ", problems));
        }
    }

    private static void list(List<String> problems, String what, List<String> names) {
        if (!names.isEmpty()) {
            problems.add(what + names.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
                    + (names.size() > MOST_LISTED ? " and " + (names.size() - MOST_LISTED) + " more" : ""));
        }
    }

    private static void fill(Model model, Map<String, NdArray> tensors) {
        for (Model.Placed p : model.parameters()) {
            NdArray value = tensors.get(p.name());
            model.setValue(p.name(), turned(model.layers().get(p.layer()), p.parameter()) ? transposed(value) : value);
        }
    }

    /** Whether a file has the parameter transposed: a dense layer holds [in, out]. */
    private static boolean turned(Layer layer, Parameter parameter) {
        return layer instanceof Dense && parameter.shape().rank() == 2;
    }

    private static NdArray transposed(NdArray matrix) {
        int rows = matrix.shape().dim(0);
        int columns = matrix.shape().dim(1);
        NdArray result = NdArray.zeros(matrix.dtype(), Shape.of(columns, rows));
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                // Element by element in its own type: the bits of a NaN stay.
                System.arraycopy(matrix.data(), r * columns + c, result.data(), c * rows + r, 1);
            }
        }
        return result;
    }
}
