package dev.norn.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** A model in ONNX Runtime. */
final class Runtime implements AutoCloseable {

    private final OrtSession session;

    /** Throws what ONNX Runtime throws when it cannot run the model. */
    Runtime(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            session = OrtEnvironment.getEnvironment().createSession(model, options);
        }
    }

    static Runtime of(Model model, Loss loss) throws OrtException {
        return new Runtime(OnnxModel.encode(model, loss, Map.of()));
    }

    /** [n, inputs] to [n, outputs]. */
    NdArray predict(NdArray x) throws OrtException {
        long[] shape = Arrays.stream(x.shape().dims()).asLongStream().toArray();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor input = x.dtype() == DType.F32
                        ? OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.floats()), shape)
                        : OnnxTensor.createTensor(environment, DoubleBuffer.wrap(x.doubles()), shape);
                OrtSession.Result results = session.run(Map.of("input", input))) {
            OnnxTensor output = (OnnxTensor) results.get("output").orElseThrow();
            Shape to = Shape.of(Arrays.stream(output.getInfo().getShape()).mapToInt(Math::toIntExact).toArray());
            NdArray y = NdArray.zeros(x.dtype(), to);
            if (x.dtype() == DType.F32) {
                output.getFloatBuffer().get(y.floats());
            } else {
                output.getDoubleBuffer().get(y.doubles());
            }
            return y;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
