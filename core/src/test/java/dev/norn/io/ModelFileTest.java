package dev.norn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.data.DataException;
import dev.norn.graph.Tensor;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Initializer;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Parameter;
import dev.norn.nn.Pass;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelFileTest {

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("model.safetensors");
    }

    private String refused(Runnable code) {
        String message = assertThrows(DataException.class, code::run).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith(file.toString()), message);
        return message.substring(file.toString().length());
    }

    private static Model everything(DType dtype) {
        Layer[] layers = new Layer[2 * Activation.all().size() + 2];
        for (int i = 0; i < Activation.all().size(); i++) {
            layers[2 * i] = new Dense(i + 1, Activation.all().get(i));
            layers[2 * i + 1] = new Dropout(i / 10.0);
        }
        layers[layers.length - 2] = new Dense(4, Activation.leakyRelu(0.2), Initializer.HE, Initializer.STANDARD_NORMAL);
        layers[layers.length - 1] = new Dense(3, Activation.leakyRelu(Double.NaN));
        return new Model(5, dtype, 7, layers);
    }

    /** Every activation and loss, biases that are not 0, NaN and -0. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void comesBackAsItWas(DType dtype) {
        Model model = everything(dtype);
        model.values().set(0, Double.NaN);
        model.values().set(1, -0.0);
        Map<String, String> provenance = new LinkedHashMap<>(Map.of("seed", "1", "data", "ü\n"));
        for (Loss loss : Loss.all()) {
            ModelFile.save(file, model, loss, provenance);
            ModelFile read = ModelFile.load(file);
            assertSame(loss, read.loss());
            assertEquals(provenance, read.provenance());
            assertEquals(model.toString(), read.model().toString());
            assertEquals(model.values(), read.model().values());
            assertEquals(model.layers().size(), read.model().layers().size());
            for (int i = 0; i < model.layers().size(); i++) {
                if (model.layers().get(i) instanceof Dense dense) {
                    Dense found = (Dense) read.model().layers().get(i);
                    assertEquals(dense.units(), found.units());
                    assertEquals(dense.activation().name(), found.activation().name());
                    assertEquals(dense.activation().parameters(), found.activation().parameters());
                } else {
                    assertEquals(model.layers().get(i), read.model().layers().get(i));
                }
            }
        }
    }

    /** [out, in], as PyTorch has it, while Norn's is [in, out]. */
    @Test
    void weightsAreTransposed() {
        Model model = new Model(3, DType.F64, 1, new Dense(2), new Dense(1));
        model.setValue("layers.0.weight", NdArray.of(Shape.of(3, 2), 1.0, 2.0, 3.0, 4.0, 5.0, 6.0));
        ModelFile.save(file, model, Loss.MSE, Map.of());
        Map<String, NdArray> tensors = SafeTensors.read(file).tensors();
        assertEquals(NdArray.of(Shape.of(2, 3), 1.0, 3.0, 5.0, 2.0, 4.0, 6.0), tensors.get("layers.0.weight"));
        assertEquals(Shape.of(2), tensors.get("layers.0.bias").shape());
        assertEquals(Shape.of(1, 2), tensors.get("layers.1.weight").shape());
    }

    /** The description, to the letter: files of today are to be read for ever. */
    @Test
    void theDescriptionIsWhatItWas() {
        Model model = new Model(3, DType.F32, 1, new Dense(2, Activation.LEAKY_RELU), new Dropout(0.1), new Dense(1));
        ModelFile.save(file, model, Loss.MSE, Map.of());
        assertEquals("{\"format\":1,\"version\":\"" + Version.norn() + "\",\"inputs\":3,\"dtype\":\"F32\",\"layers\":["
                + "{\"type\":\"dense\",\"units\":2,\"activation\":{\"name\":\"leaky-relu\",\"slope\":0.01}},"
                + "{\"type\":\"dropout\",\"rate\":0.1},"
                + "{\"type\":\"dense\",\"units\":1,\"activation\":{\"name\":\"identity\"}}],\"loss\":{\"name\":\"mse\"}}",
                SafeTensors.read(file).metadata().get("norn"));
    }

    @Test
    void provenanceMayNotTakeTheDescriptionsName() {
        assertThrows(IllegalArgumentException.class,
                () -> ModelFile.save(file, everything(DType.F32), Loss.MSE, Map.of("norn", "1")));
    }

    // ---- one's own

    @Test
    void ownActivationsAreGiven() {
        Activation swish = Activation.of("swish", z -> z.mul(z.sigmoid()));
        Activation impostor = Activation.of("relu", Tensor::tanh);
        Model model = new Model(2, DType.F32, 1, new Dense(2, swish), new Dense(3, impostor), new Dense(1, Activation.RELU));
        ModelFile.save(file, model, Loss.MSE, Map.of());
        assertEquals(": layer 0 has the activation \"swish\", which is not one of Norn's; give it to ModelFile.load",
                refused(() -> ModelFile.load(file)));
        assertEquals(": layer 1 has the activation \"relu\", which is not one of Norn's; give it to ModelFile.load",
                refused(() -> ModelFile.load(file, swish)));
        Model read = ModelFile.load(file, impostor, swish).model();
        assertSame(swish, ((Dense) read.layers().get(0)).activation());
        assertSame(impostor, ((Dense) read.layers().get(1)).activation());
        assertSame(Activation.RELU, ((Dense) read.layers().get(2)).activation());
    }

    /** Scales each input. */
    private record Scale() implements Layer {
        @Override
        public int outputs(int inputs) {
            return inputs;
        }

        @Override
        public List<Parameter> parameters(int inputs) {
            return List.of(new Parameter("scale", Shape.of(1, inputs), Initializer.STANDARD_NORMAL, false));
        }

        @Override
        public Tensor apply(Tensor x, List<Tensor> parameters, Pass pass) {
            return x.mul(parameters.get(0));
        }
    }

    private static Model scaled(long seed) {
        return new Model(3, DType.F32, seed, new Scale(), new Dense(2));
    }

    @Test
    void ownLayersAreForLoadWeights() {
        Model model = scaled(1);
        ModelFile.save(file, model, Loss.MSE, Map.of());
        assertEquals(Shape.of(1, 3), SafeTensors.read(file).tensors().get("layers.0.scale").shape());
        assertEquals(": layer 0 is of the class \"" + Scale.class.getName()
                + "\", which is not Norn's; build the model, and use ModelFile.loadWeights", refused(() -> ModelFile.load(file)));
        Model other = scaled(2);
        ModelFile.loadWeights(file, other);
        assertEquals(model.values(), other.values());
    }

    @Test
    void ownLossesAreForLoadWeights() {
        Loss absolute = new Loss() {
            @Override
            public String name() {
                return "mse"; // which it is not
            }

            @Override
            public Tensor perSample(Tensor z, Tensor target) {
                return z.sub(target).abs().mean(1);
            }
        };
        ModelFile.save(file, everything(DType.F32), absolute, Map.of());
        assertEquals(": its loss is of the class \"" + absolute.getClass().getName()
                + "\", which is not Norn's; build the model, and use ModelFile.loadWeights", refused(() -> ModelFile.load(file)));
    }

    // ---- weights of others

    private static Map<String, NdArray> linear() {
        Map<String, NdArray> tensors = new LinkedHashMap<>();
        tensors.put("layers.0.weight", NdArray.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f));
        tensors.put("layers.0.bias", NdArray.of(Shape.of(2), 7f, 8f));
        return tensors;
    }

    private static Model small() {
        return new Model(3, DType.F32, 1, new Dense(2), new Dropout(0.5));
    }

    @Test
    void weightsOfPyTorch() {
        new SafeTensors(linear(), Map.of("format", "pt")).write(file);
        Model model = small();
        ModelFile.loadWeights(file, model);
        assertEquals(NdArray.of(Shape.of(8), 1f, 4f, 2f, 5f, 3f, 6f, 7f, 8f), model.values());
        assertEquals(" does not say what model its tensors are of: it was not written by Norn; build the model, and use"
                + " ModelFile.loadWeights", refused(() -> ModelFile.load(file)));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Model model = small();
        NdArray before = model.values().copy();
        Map<String, NdArray> tensors = linear();
        tensors.remove("layers.0.bias");
        tensors.put("layers.0.weight", NdArray.of(Shape.of(3, 2), 1f, 2f, 3f, 4f, 5f, 6f));
        tensors.put("fc.weight", NdArray.vector(1));
        new SafeTensors(tensors, Map.of()).write(file);
        assertEquals(" does not fit the model: it lacks layers.0.bias; the model has no \"fc.weight\"; layers.0.weight is"
                + " F32[3, 2], not F32[2, 3]", refused(() -> ModelFile.loadWeights(file, model)));
        tensors = linear();
        tensors.put("layers.0.bias", NdArray.of(Shape.of(2), 7.0, 8.0));
        for (int i = 0; i < 12; i++) {
            tensors.put("x" + (char) ('a' + i), NdArray.vector(1));
        }
        new SafeTensors(tensors, Map.of()).write(file);
        assertEquals(" does not fit the model: the model has no \"xa\", \"xb\", \"xc\", \"xd\", \"xe\", \"xf\", \"xg\", \"xh\","
                + " \"xi\", \"xj\" and 2 more; layers.0.bias is F64[2], not F32[2]",
                refused(() -> ModelFile.loadWeights(file, model)));
        assertEquals(before, model.values());
    }

    // ---- hostile descriptions

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x | the description of its model is not JSON: character 1 is not expected: \"x\"",
        "[] | the model is not described",
        "{} | the model has no format that is an integer",
        "{'format':2} | it is of format 2, and this Norn (development) reads format 1",
        "{'format':1} | the model has no layers that is a list",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[],'loss':{'name':'mse'}} | the model has no layers",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[5],'loss':{'name':'mse'}} | layer 0 is not described",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'conv'}],'loss':{'name':'mse'}} | layer 0 is of a type that is not known: \"conv\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':0,'activation':{'name':'relu'}}],'loss':{'name':'mse'}} | layer 0 has 0 units; valid are 1 to 2147483647",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':4294967298,'activation':{'name':'relu'}}],'loss':{'name':'mse'}} | layer 0 has 4294967298 units; valid are 1 to 2147483647",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':2147483647,'activation':{'name':'relu'}}],'loss':{'name':'mse'}} | shape [3, 2147483647] has more elements than a tensor can hold (2^31 - 65)",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':500000000,'activation':{'name':'relu'}}],'loss':{'name':'mse'}} | does not fit the model: layers.0.weight is F32[2, 3], not F32[500000000, 3], layers.0.bias is F32[2], not F32[500000000]",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':2,'activation':{'name':'step'}}],'loss':{'name':'mse'}} | layer 0 has an activation that is not known: \"step\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':2,'activation':{'name':'leaky-relu'}}],'loss':{'name':'mse'}} | layer 0 has an activation that is not known: \"leaky-relu\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':2,'activation':{'name':'relu','slope':0.1}}],'loss':{'name':'mse'}} | layer 0 has an activation that is not known: \"relu\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dense','units':2,'activation':{'name':'leaky-relu','slope':[]}}],'loss':{'name':'mse'}} | \"[]\" is not a floating-point number",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dropout','rate':1.5}],'loss':{'name':'mse'}} | the dropout rate must be at least 0 and less than 1, it is 1.5",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dropout','rate':0.5}],'loss':{'name':'mse'}} | does not fit the model: the model has no \"layers.0.bias\", \"layers.0.weight\"",
        "{'format':1,'inputs':0,'dtype':'F32','layers':[{'type':'dropout','rate':0.5}],'loss':{'name':'mse'}} | the model has 0 inputs; valid are 1 to 2147483647",
        "{'format':1,'inputs':3,'dtype':'I32','layers':[{'type':'dropout','rate':0.5}],'loss':{'name':'mse'}} | a model computes in F32 or F64, not \"I32\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dropout','rate':0.5}],'loss':{'name':'hinge'}} | its loss is not known: \"hinge\"",
        "{'format':1,'inputs':3,'dtype':'F32','layers':[{'type':'dropout','rate':0.5}],'loss':'mse'} | loss of the model is not described",
    })
    void descriptionsThatCannotBe(String description, String message) {
        new SafeTensors(linear(), Map.of("norn", description.replace('\'', '"'))).write(file);
        String found = refused(() -> ModelFile.load(file));
        assertEquals((message.startsWith("does not fit") ? " " : ": ") + message, found.replace(Version.norn(), "development"));
    }

    @Test
    void aCorruptFileIsNoModel() throws IOException {
        Files.writeString(file, "a picture");
        assertTrue(refused(() -> ModelFile.load(file)).startsWith(" is not a valid safetensors file: its header claims to be"));
        assertTrue(refused(() -> ModelFile.loadWeights(file, small())).startsWith(" is not a valid safetensors file: "));
    }

    /** A valid file with bytes changed: a model, or a reason. */
    @Test
    void whateverIsDoneToAFile() throws IOException {
        ModelFile.save(file, everything(DType.F32), Loss.MSE, Map.of("seed", "1"));
        byte[] valid = Files.readAllBytes(file);
        Random random = new Random(1);
        int header = valid[0] & 0xFF | (valid[1] & 0xFF) << 8;
        String likely = "0123456789-,[]{}\":\\.aeNF ";
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] content = valid.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                content[8 + random.nextInt(header)] = (byte) likely.charAt(random.nextInt(likely.length()));
            }
            Files.write(file, content);
            try {
                ModelFile.load(file);
            } catch (DataException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1500, refused + " refused");
    }
}
