package dev.norn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.norn.data.DataException;
import dev.norn.io.Version;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Layer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the file. */
class OnnxModelTest {

    private static final Model DIGITS = Models.withBiases(new Model(784, DType.F32, 1,
            new Dense(128, Activation.RELU), new Dropout(0.2), new Dense(64, Activation.ELU), new Dense(10)));

    private static ModelProto exported(Model model, Loss loss) throws InvalidProtocolBufferException {
        return ModelProto.parseFrom(OnnxModel.encode(model, loss, Map.of()));
    }

    @Test
    void saysWhatItIs() throws InvalidProtocolBufferException {
        ModelProto file = ModelProto.parseFrom(
                OnnxModel.encode(DIGITS, Loss.SOFTMAX_CROSS_ENTROPY, Map.of("trained on", "MNIST")));
        assertEquals(7, file.getIrVersion());
        assertEquals(1, file.getOpsetImportCount());
        assertEquals("", file.getOpsetImport(0).getDomain());
        assertEquals(13, file.getOpsetImport(0).getVersion());
        assertEquals("norn", file.getProducerName());
        assertEquals(Version.norn(), file.getProducerVersion());
        Map<String, String> properties = new HashMap<>();
        file.getMetadataPropsList().forEach(p -> properties.put(p.getKey(), p.getValue()));
        assertEquals(file.getMetadataPropsCount(), properties.size());
        assertEquals(Map.of("trained on", "MNIST", "loss", "softmax-cross-entropy",
                "description", "784-128-64-10, 109,386 parameters, F32"), properties);
        assertEquals(List.of("input 1 batch 784", "output 1 batch 10"), List.of(
                text(file.getGraph().getInputList()), text(file.getGraph().getOutputList())));
        assertEquals(List.of("input 11 batch 2", "output 11 batch 3"), List.of(
                text(exported(new Model(2, DType.F64, 1, new Dense(3)), null).getGraph().getInputList()),
                text(exported(new Model(2, DType.F64, 1, new Dense(3)), null).getGraph().getOutputList())));
    }

    private static String text(List<ValueInfoProto> values) {
        assertEquals(1, values.size());
        var tensor = values.get(0).getType().getTensorType();
        assertEquals(2, tensor.getShape().getDimCount());
        return values.get(0).getName() + " " + tensor.getElemType() + " " + tensor.getShape().getDim(0).getDimParam()
                + " " + tensor.getShape().getDim(1).getDimValue();
    }

    @Test
    void holdsTheWeightsUnderTheirNames() throws InvalidProtocolBufferException {
        Map<String, TensorProto> tensors = new HashMap<>();
        exported(DIGITS, null).getGraph().getInitializerList().forEach(t -> tensors.put(t.getName(), t));
        for (Model.Placed placed : DIGITS.parameters()) {
            TensorProto tensor = tensors.get(placed.name());
            NdArray value = DIGITS.value(placed.name());
            assertEquals(TensorProto.DataType.FLOAT.getNumber(), tensor.getDataType());
            assertEquals(IntStream.of(value.shape().dims()).mapToObj(d -> (long) d).toList(), tensor.getDimsList());
            float[] numbers = new float[value.size()];
            tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
            assertEquals(value, NdArray.of(value.shape(), numbers));
        }
    }

    /** The format's rules for a graph: values are made once, before they are used; here, none is made in vain. */
    @Test
    void graphsAreSound() throws InvalidProtocolBufferException {
        for (Activation activation : Activation.all()) {
            for (Loss loss : Loss.all()) {
                Model model = new Model(3, DType.F32, 1, new Dense(4, activation), new Dropout(0.5), new Dense(2));
                GraphProto graph = exported(model, loss).getGraph();
                assertFalse(graph.getName().isEmpty());
                Set<String> made = new HashSet<>(Set.of("input"));
                Set<String> used = new HashSet<>(Set.of("output"));
                Set<String> nodes = new HashSet<>();
                for (TensorProto tensor : graph.getInitializerList()) {
                    assertTrue(made.add(tensor.getName()), tensor.getName());
                }
                for (NodeProto node : graph.getNodeList()) {
                    assertTrue(made.containsAll(node.getInputList()), node.toString());
                    assertEquals("", node.getDomain());
                    assertTrue(nodes.add(node.getName()), node.getName());
                    used.addAll(node.getInputList());
                    node.getOutputList().forEach(name -> assertTrue(made.add(name), name));
                }
                assertEquals(made, used);
            }
        }
    }

    @Test
    void aClassifierHasTheUsualOperations() throws InvalidProtocolBufferException {
        Model model = new Model(4, DType.F32, 1, new Dense(3, Activation.RELU), new Dropout(0.1), new Dense(2));
        assertEquals(List.of("MatMul", "Add", "Relu", "MatMul", "Add", "Softmax"),
                operations(exported(model, Loss.SOFTMAX_CROSS_ENTROPY)));
        assertEquals(List.of("MatMul", "Add", "Relu", "MatMul", "Add", "Sigmoid"),
                operations(exported(model, Loss.BINARY_CROSS_ENTROPY)));
        assertEquals(List.of("MatMul", "Add", "Relu", "MatMul", "Add"), operations(exported(model, Loss.MSE)));
        Model softmax = new Model(4, DType.F32, 1, new Dense(3, Activation.SOFTMAX));
        assertEquals(List.of("MatMul", "Add", "Softmax"), operations(exported(softmax, null)));
        Model leaky = new Model(4, DType.F32, 1, new Dense(3, Activation.LEAKY_RELU));
        assertEquals(List.of("MatMul", "Add", "Less", "Mul", "Where"), operations(exported(leaky, null)));
    }

    private static List<String> operations(ModelProto file) {
        return file.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
    }

    @Test
    void depthIsNoMatter() throws InvalidProtocolBufferException {
        Model deep = new Model(1, DType.F32, 1,
                Collections.nCopies(1000, new Dense(1, Activation.TANH)).toArray(Layer[]::new));
        assertEquals(3000, exported(deep, null).getGraph().getNodeCount());
    }

    @Test
    void writesAWholeFileOrNone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxModel.write(file, DIGITS, Loss.SOFTMAX_CROSS_ENTROPY);
        assertArrayEquals(OnnxModel.encode(DIGITS, Loss.SOFTMAX_CROSS_ENTROPY, Map.of()), Files.readAllBytes(file));
        Model refused = Models.of(DType.F32, 2, x -> x.sub(x.mean(0)));
        assertThrows(IllegalArgumentException.class, () -> OnnxModel.write(folder.resolve("none.onnx"), refused, null));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
        assertThrows(DataException.class, () -> OnnxModel.write(folder, DIGITS, null));
    }

    @Test
    void refusesWhatTheFormatCannotHold() {
        OnnxModel.requireRoom("8-8", Integer.MAX_VALUE / 2);
        assertEquals("cannot export 8-8: its 2,147,483,648 bytes of weights are more than the 2 GiB of an ONNX file",
                assertThrows(IllegalArgumentException.class, () -> OnnxModel.requireRoom("8-8", 1L << 31)).getMessage());
    }
}
