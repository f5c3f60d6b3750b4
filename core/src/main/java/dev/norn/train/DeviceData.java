package dev.norn.train;

import dev.norn.data.Dataset;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;

/** A data set as variables: it is uploaded once, and a batch is a gather. */
final class DeviceData {

    private final DType dtype;
    private final Variable inputs;
    private final Variable targets;

    /**
     * Checks that the data fit the model, and converts them to its type.
     *
     * @throws IllegalArgumentException if they do not fit
     * @throws dev.norn.data.DataException if a number is beyond the range of F32 and the model's type is that
     */
    DeviceData(Dataset data, Model model) {
        if (data.features() != model.inputs()) {
            throw new IllegalArgumentException("the data have " + data.features() + " features, the model takes "
                    + model.inputs());
        }
        this.dtype = model.dtype();
        Dataset converted = data.to(dtype);
        NdArray t = converted.targets();
        if (t.dtype() == DType.I32) {
            for (int i = 0; i < t.size(); i++) {
                if (t.ints()[i] < 0 || t.ints()[i] >= model.outputs()) {
                    throw new IllegalArgumentException("label " + t.ints()[i] + " of row " + i
                            + " is not one of the model's " + model.outputs() + " classes (0 to " + (model.outputs() - 1)
                            + ")");
                }
            }
        }
        this.inputs = Variable.constant("inputs", converted.inputs());
        this.targets = Variable.constant("targets", t);
    }

    int size() {
        return inputs.shape().dim(0);
    }

    /** A batch, of the model's type: the rows that {@code indices} names, or all if it is null. */
    Tensor inputs(Tensor indices) {
        boolean packed = inputs.dtype() == DType.UNORM8;
        Tensor rows = rows(inputs, packed && indices == null ? Tensor.iota(size()) : indices);
        return packed && dtype != DType.F32 ? rows.cast(dtype) : rows;
    }

    /** The targets that belong to {@link #inputs}. */
    Tensor targets(Tensor indices) {
        return rows(targets, indices);
    }

    private static Tensor rows(Variable variable, Tensor indices) {
        return indices == null ? variable.read() : variable.read().gather(indices);
    }
}
