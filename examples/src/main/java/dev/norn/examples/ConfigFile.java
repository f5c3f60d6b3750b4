package dev.norn.examples;

import dev.norn.data.DataException;
import dev.norn.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A file of options, as {@code --config} takes it: YAML, properties, or what a run wrote with {@code --json}, of which the
 * object {@value #RESULTS_KEY} counts, or the model that it wrote with {@code --save}. A key is an option's long name without the dashes before it; within it, dashes and
 * underscores are the same. A value is written as on the command line; a list stands for its elements with commas between.
 */
final class ConfigFile {

    /** Under this key the results of a run hold its options. */
    static final String RESULTS_KEY = "parameters";

    private static final int MAX_SIZE = 1 << 24; // bytes

    /**
     * One option of a file.
     *
     * @param where it is there, as messages say it
     */
    record Entry(String where, String key, String value) {}

    private final Path file;

    private ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * The options of a file, in its order.
     *
     * @throws DataException if it cannot be read
     * @throws IllegalArgumentException if it is not what it should be; the message is one line, and says where
     */
    static List<Entry> read(Path path) {
        ConfigFile file = new ConfigFile(path);
        String name = path.toString();
        if (name.endsWith(".properties")) {
            return file.properties(file.text());
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return file.entries(file.yaml(file.text()));
        }
        if (name.endsWith(".json")) {
            return file.entries(file.ofResults(file.yaml(file.text()))); // JSON is YAML
        }
        if (name.endsWith(".safetensors")) {
            return file.ofModel();
        }
        throw new IllegalArgumentException(path + ": a configuration is a file that ends in .yaml, .yml or .properties; or"
                + " what a training wrote: .json or .safetensors");
    }

    private String text() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IllegalArgumentException(file + ": it is larger than a configuration can be, " + (MAX_SIZE >> 20) + " MiB");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IOException e) {
            throw DataException.cannotRead(file.toString(), e);
        }
    }

    /** Line by line, since {@link Properties} would tell neither lines nor what is there twice. */
    private List<Entry> properties(String text) {
        List<Entry> entries = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            StringBuilder logical = new StringBuilder(lines.get(i));
            while (isContinued(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            Properties one = new Properties();
            try {
                one.load(new StringReader(logical.toString()));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ", line " + number + ": " + e.getMessage(), e);
            }
            one.forEach((key, value) -> entries.add(entry(number, (String) key, (String) value)));
        }
        return entries;
    }

    private static boolean isContinued(CharSequence line) {
        String text = line.toString().stripLeading();
        int backslashes = text.length() - text.replaceFirst("\\\\+$", "").length();
        return !text.startsWith("#") && !text.startsWith("!") && backslashes % 2 == 1;
    }

    private List<Entry> ofModel() {
        String text = SafeTensors.read(file).metadata().get(SavedModel.CONFIGURATION);
        if (text == null) {
            throw new IllegalArgumentException(file + ": not what --save writes: it has no " + SavedModel.CONFIGURATION);
        }
        return entries(yaml(text)).stream().map(e -> new Entry(file.toString(), e.key(), e.value())).toList();
    }

    private Node yaml(String text) {
        try {
            LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_SIZE).build();
            return new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            throw new IllegalArgumentException(file + e.getProblemMark().map(mark -> ", line " + (mark.getLine() + 1)).orElse("")
                    + ": " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage().lines().findFirst().orElse(""), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(file + ": it is nested too deeply; options are plain values", e);
        }
    }

    private Node ofResults(Node root) {
        if (root instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(RESULTS_KEY)) {
                    return tuple.getValueNode();
                }
            }
        }
        throw new IllegalArgumentException(file + ": not what --json writes of a training: there is no \"" + RESULTS_KEY + "\"");
    }

    private List<Entry> entries(Node root) {
        List<Entry> entries = new ArrayList<>();
        if (root == null) {
            return entries; // an empty file
        }
        if (!(root instanceof MappingNode mapping)) {
            throw new IllegalArgumentException(at(root) + "options are lines such as 'epochs: 20'");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), "a key");
            String value;
            if (tuple.getValueNode() instanceof SequenceNode list) {
                value = String.join(",", list.getValue().stream().map(element -> scalar(element, "an element of " + key)).toList());
            } else {
                value = scalar(tuple.getValueNode(), key);
            }
            entries.add(entry(line(tuple.getKeyNode()), key, value));
        }
        return entries;
    }

    private String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new IllegalArgumentException(at(node) + what + " must be a plain value");
    }

    private String at(Node node) {
        return file + ", line " + line(node) + ": ";
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private Entry entry(int line, String key, String value) {
        return new Entry(file + ", line " + line, key.strip().replace('_', '-'), value.strip());
    }
}
