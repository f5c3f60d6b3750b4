package dev.norn.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The small messages that an ONNX file is made of. */
final class Protos {

    private Protos() {}

    static TensorProto.DataType type(DType dtype) {
        return switch (dtype) {
            case F32 -> TensorProto.DataType.FLOAT;
            case F64 -> TensorProto.DataType.DOUBLE;
            case I32 -> TensorProto.DataType.INT32;
            case UNORM8 -> throw new IllegalArgumentException("ONNX has no UNORM8");
        };
    }

    static TensorProto tensor(NdArray value) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDataType(type(value.dtype()).getNumber())
                .setRawData(bytes(value));
        Arrays.stream(value.shape().dims()).forEach(tensor::addDims);
        return tensor.build();
    }

    /** As the format asks: little-endian, whatever the machine. */
    private static ByteString bytes(NdArray value) {
        byte[] bytes = new byte[Math.multiplyExact(value.size(), value.dtype().bytes())];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (value.dtype()) {
            case F32 -> buffer.asFloatBuffer().put(value.floats());
            case F64 -> buffer.asDoubleBuffer().put(value.doubles());
            case I32 -> buffer.asIntBuffer().put(value.ints());
            case UNORM8 -> throw new IllegalArgumentException("ONNX has no UNORM8");
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** A vector of the type that axes and shapes have. */
    static TensorProto vector(long... value) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(value.length);
        Arrays.stream(value).forEach(tensor::addInt64Data);
        return tensor.build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    static AttributeProto attribute(String name, Iterable<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name).setType(AttributeProto.AttributeType.INTS).addAllInts(values).build();
    }

    /** [batch, {@code width}]. */
    static ValueInfoProto batchOf(String name, DType dtype, int width) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(type(dtype).getNumber()).setShape(shape)))
                .build();
    }
}
