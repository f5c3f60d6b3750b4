package dev.norn.io;

import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Initializer;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All of a model but its weights, and the loss, as JSON: for instance
 * {@code {"format":1,"version":"1.0","inputs":1,"dtype":"F32","layers":[{"type":"dense","units":1,"activation":{"name":"relu"}}],
 * "loss":{"name":"mse"}}}.
 */
record ModelDescription(int inputs, DType dtype, List<Layer> layers, Loss loss) {

    private static final long FORMAT = 1;
    private static final int MOST_VALUES = 1 << 20;

    /** The description as text. */
    static String of(Model model, Loss loss) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("format", FORMAT);
        description.put("version", Version.norn());
        description.put("inputs", (long) model.inputs());
        description.put("dtype", model.dtype().name());
        description.put("layers", model.layers().stream().map(ModelDescription::of).toList());
        description.put("loss", Loss.all().contains(loss)
                ? Map.of("name", loss.name()) : Map.of("class", loss.getClass().getName()));
        return Json.write(description);
    }

    private static Map<String, Object> of(Layer layer) {
        Map<String, Object> description = new LinkedHashMap<>();
        if (layer instanceof Dense dense) {
            Map<String, Object> activation = new LinkedHashMap<>();
            activation.put("name", dense.activation().name());
            activation.putAll(dense.activation().parameters());
            if (dense.activation().isOwn()) {
                activation.put("own", true);
            }
            description.put("type", "dense");
            description.put("units", (long) dense.units());
            description.put("activation", activation);
        } else if (layer instanceof Dropout dropout) {
            description.put("type", "dropout");
            description.put("rate", dropout.rate());
        } else {
            description.put("type", "own");
            description.put("class", layer.getClass().getName());
        }
        return description;
    }

    /**
     * Reads a description.
     *
     * @throws IllegalArgumentException if it is none, or names what is not known; the message goes after the file's name
     */
    static ModelDescription read(String text, List<Activation> own) {
        Node model = new Node("the model", json(text));
        long format = model.integer("format");
        if (format != FORMAT) {
            throw new IllegalArgumentException("it is of format " + format + ", and this Norn (" + Version.norn()
                    + ") reads format " + FORMAT);
        }
        List<Layer> layers = new ArrayList<>();
        for (Object layer : model.list("layers")) {
            layers.add(layer(new Node("layer " + layers.size(), layer), own));
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("the model has no layers");
        }
        return new ModelDescription(model.size("inputs"), dtype(model.text("dtype")), layers, loss(model.node("loss")));
    }

    private static Object json(String text) {
        try {
            return Json.read(text, MOST_VALUES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the description of its model is not JSON: " + e.getMessage(), e);
        }
    }

    private static DType dtype(String name) {
        return switch (name) {
            case "F32" -> DType.F32;
            case "F64" -> DType.F64;
            default -> throw new IllegalArgumentException("a model computes in F32 or F64, not " + Json.quote(name));
        };
    }

    private static Layer layer(Node layer, List<Activation> own) {
        String type = layer.text("type");
        return switch (type) {
            case "dense" -> new Dense(layer.size("units"), activation(layer, layer.node("activation"), own), Initializer.ZEROS,
                    Initializer.ZEROS);
            case "dropout" -> new Dropout(layer.number("rate"));
            case "own" -> throw notNorns(layer.name + " is of the class", layer.text("class"));
            default -> throw new IllegalArgumentException(layer.name + " is of a type that is not known: " + Json.quote(type));
        };
    }

    private static Activation activation(Node layer, Node activation, List<Activation> own) {
        String name = activation.text("name");
        if (activation.fields.containsKey("own")) {
            return own.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow(() ->
                    new IllegalArgumentException(layer.name + " has the activation " + Json.quote(name)
                            + ", which is not one of Norn's; give it to ModelFile.load"));
        }
        Map<String, Double> parameters = new LinkedHashMap<>();
        activation.fields.keySet().stream().filter(key -> !key.equals("name"))
                .forEach(key -> parameters.put((String) key, activation.number((String) key)));
        try {
            return Activation.named(name, parameters);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(layer.name + " has an activation that is not known: " + Json.quote(name), e);
        }
    }

    private static Loss loss(Node loss) {
        if (loss.fields.containsKey("class")) {
            throw notNorns("its loss is of the class", loss.text("class"));
        }
        String name = loss.text("name");
        return Loss.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("its loss is not known: " + Json.quote(name)));
    }

    private static IllegalArgumentException notNorns(String what, String type) {
        return new IllegalArgumentException(what + " " + Json.quote(type)
                + ", which is not Norn's; build the model, and use ModelFile.loadWeights");
    }

    /** An object of the description, and what messages call it. */
    private record Node(String name, Map<?, ?> fields) {

        Node(String name, Object value) {
            this(name, value instanceof Map<?, ?> map ? map : fail(name + " is not described"));
        }

        private static Map<?, ?> fail(String message) {
            throw new IllegalArgumentException(message);
        }

        private <T> T get(String key, Class<T> type, String kind) {
            Object value = fields.get(key);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException(name + " has no " + key + " that is " + kind);
            }
            return type.cast(value);
        }

        Node node(String key) {
            return new Node(key + " of " + name, fields.get(key));
        }

        List<?> list(String key) {
            return get(key, List.class, "a list");
        }

        String text(String key) {
            return get(key, String.class, "text");
        }

        long integer(String key) {
            return get(key, Long.class, "an integer");
        }

        int size(String key) {
            long size = integer(key);
            if (size < 1 || size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(name + " has " + size + " " + key + "; valid are 1 to " + Integer.MAX_VALUE);
            }
            return (int) size;
        }

        double number(String key) {
            return Json.number(fields.get(key));
        }
    }
}
