package dev.norn.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.norn.io.AtomicFile;
import dev.norn.io.Version;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model's predictions as an ONNX file, for ONNX Runtime and whatever else reads the format (operator set 13 of 2020, IR
 * version 7). The file has one input, {@code input} [batch, inputs], and one output, {@code output} [batch, outputs], of the
 * model's type; the batch may have any size. The weights, which the file holds, are those the model has at the time, under
 * the names {@code layers.0.weight} [inputs, outputs], {@code layers.0.bias} and so on.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Model model = new Model(784, DType.F32, 1, new Dense(128, Activation.RELU), new Dense(10));
 * OnnxModel.write(Path.of("digits.onnx"), model, Loss.SOFTMAX_CROSS_ENTROPY);
 * }</pre>
 *
 * <p>What is exported is the model's graph, as inference runs it, operation by operation. So activations and layers of one's
 * own need nothing else. What ONNX cannot say is refused: random numbers in inference, and a sample's prediction that
 * depends on how many others there are, or on its place among them.
 *
 * <p>ONNX Runtime's processor backend runs every operation in F32 and, but for {@link dev.norn.graph.Unary#ERF} (so GELU), in
 * F64; it refuses what it cannot run when the model is loaded. What a number becomes that has no I32 is up to the runtime.
 */
public final class OnnxModel {

    private static final int OPERATOR_SET = 13;
    private static final int IR_VERSION = 7;

    private OnnxModel() {}

    /**
     * Writes the file: as a whole, or not at all.
     *
     * @param loss whose link function (softmax, sigmoid) is part of the model, so that the output is what
     *     {@link dev.norn.train.Trainer#predict} gives; null for raw outputs
     * @throws IllegalArgumentException if the model cannot be exported; the message names the operation
     * @throws dev.norn.data.DataException if the file cannot be written
     */
    public static void write(Path file, Model model, Loss loss) {
        write(new AtomicFile(file), model, loss, Map.of());
    }

    /**
     * Writes the file, see {@link #write(Path, Model, Loss)}.
     *
     * @param provenance where the model is from: whatever was to be told, by name; the file's metadata have it beside
     *     {@code description} and {@code loss}
     */
    public static void write(AtomicFile file, Model model, Loss loss, Map<String, String> provenance) {
        file.write(encode(model, loss, provenance));
    }

    static byte[] encode(Model model, Loss loss, Map<String, String> provenance) {
        requireRoom(model.toString(), (long) model.parameterCount() * model.dtype().bytes());
        Map<String, String> properties = new TreeMap<>(provenance);
        properties.put("description", model.toString());
        if (loss != null) {
            properties.put("loss", loss.name());
        }
        ModelProto.Builder file = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setProducerName("norn")
                .setProducerVersion(Version.norn())
                .setGraph(Exporter.export(model, loss).setName("norn"));
        properties.forEach((key, value) ->
                file.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return file.build().toByteArray();
    }

    /** A protocol buffer is of less than 2 GiB; what is no weight takes little of it. */
    static void requireRoom(String model, long bytes) {
        if (bytes > Integer.MAX_VALUE - (1 << 24)) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "cannot export %s: its %,d bytes of weights are more than the 2 GiB of an ONNX file", model, bytes));
        }
    }
}
